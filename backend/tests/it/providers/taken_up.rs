//! A process that dies while a vendor is at work: the next one asks, and never sends the request again.

use std::time::{Duration, Instant};

use fake_vendors::{FakeVendors, Recorded, Vendor};
use serde_json::{Value, json};

use crate::support::hosted::{Hosted, MODELS, paid, submits};
use crate::support::studio::{KEY, house, order};
use crate::support::{Place, Visitor, id};

/// A data folder for servers of the real program, with a ComfyUI and an OpenAI.
async fn place() -> (Place, FakeVendors) {
    let fakes = house().await;
    let (comfyui, openai) = (fakes.base_url(Vendor::ComfyUi), fakes.base_url(Vendor::OpenAi));
    let place = Place::with(&[
        ("COMFYUI_API_KEY", KEY),
        ("COMFYUI_BASE_URL", &comfyui),
        ("OPENAI_API_KEY", KEY),
        ("OPENAI_BASE_URL", &openai),
        ("NEW_USER_CREDITS", "100"),
    ])
    .await;
    let catalogue = place.data().join("catalogue");
    std::fs::create_dir_all(&catalogue).unwrap();
    std::fs::write(catalogue.join("models.toml"), format!("{MODELS}{OPENAI}")).unwrap();
    (place, fakes)
}

const OPENAI: &str = r#"
[[model]]
id = "openai"
provider = "openai"
name = { zh-CN = "戊", en = "OpenAI" }
task_types = ["text_to_image"]
price = 10
[model.vendor]
wire_id = "gpt-image-2"
max_count = 1
seconds = 10
"#;

/// Waits for a request at a vendor.
fn seen(fakes: &FakeVendors, vendor: Vendor, which: impl Fn(&Recorded) -> bool) -> Recorded {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        if let Some(found) = fakes.requests(vendor).into_iter().find(&which) {
            return found;
        }
        std::thread::yield_now();
    }
    panic!("no such request in a minute");
}

fn ask(owner: &Visitor, model: &str, prompt: &str) -> String {
    id(&owner.post("/api/tasks", order(prompt, json!({ "model": model }))).expect(202))
}

fn ended(owner: &Visitor, task: &str) -> Value {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        let now = owner.get(&format!("/api/tasks/{task}")).expect(200);
        if !now["completedAt"].is_null() {
            return now;
        }
        std::thread::yield_now();
    }
    panic!("the task did not end in a minute");
}

fn balance(owner: &Visitor) -> i64 {
    owner.get("/api/credits").expect(200)["credits"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_the_vendor_works_the_next_process_asks_by_the_handle() {
    let (place, fakes) = place().await;
    tokio::task::block_in_place(|| {
        let server = place.serve();
        let owner = server.owner(&place);
        let before = balance(&owner);
        let task = ask(&owner, "comfyui", "a cat [pforever:1000]");
        // It is asked about only after its handle was stored.
        let question = seen(&fakes, Vendor::ComfyUi, |recorded| recorded.method == "GET" && recorded.path.contains("/history/"));
        server.kill();
        let server = place.serve();
        let owner = owner.moved_to(server.port());
        fakes.finish(Vendor::ComfyUi, question.path.rsplit('/').next().unwrap());
        let task = ended(&owner, &task);
        assert_eq!((&task["status"], before - balance(&owner), paid(&fakes, Vendor::ComfyUi)), (&json!("completed"), 10, 1), "{task}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_answer_came_the_request_is_looked_up_where_the_vendor_can() {
    let (place, fakes) = place().await;
    tokio::task::block_in_place(|| {
        let server = place.serve();
        let owner = server.owner(&place);
        let before = balance(&owner);
        let task = ask(&owner, "comfyui", "a cat [slow:60000]");
        seen(&fakes, Vendor::ComfyUi, submits);
        server.kill();
        let server = place.serve();
        let owner = owner.moved_to(server.port());
        let task = ended(&owner, &task);
        assert_eq!((&task["status"], before - balance(&owner), paid(&fakes, Vendor::ComfyUi)), (&json!("completed"), 10, 1), "{task}");
        assert!(
            owner.get("/metrics").bytes.windows(44).any(|line| line == b"danqing_provider_possible_double_cost_total 0".split_at(44).0)
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_answer_came_the_outcome_is_unknown_refunded_and_counted_where_it_cannot() {
    let (place, fakes) = place().await;
    tokio::task::block_in_place(|| {
        let server = place.serve();
        let owner = server.owner(&place);
        let before = balance(&owner);
        let task = ask(&owner, "openai", "a cat [slow:60000]");
        seen(&fakes, Vendor::OpenAi, submits);
        server.kill();
        let server = place.serve();
        let owner = owner.moved_to(server.port());
        let task = ended(&owner, &task);
        assert_eq!((&task["status"], &task["error"]["code"]), (&json!("failed"), &json!("unknown_outcome")), "{task}");
        assert_eq!((before - balance(&owner), paid(&fakes, Vendor::OpenAi)), (0, 1));
        let counts = String::from_utf8(owner.get("/metrics").bytes).unwrap();
        assert!(counts.contains("danqing_provider_possible_double_cost_total 1\n"), "{counts}");
        let tries = "danqing_provider_attempts_total{provider=\"openai\",model=\"openai\",outcome=\"unknown_outcome\"} 1\n";
        assert!(counts.contains(tries), "{counts}");
    });
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_up_at_once_where_the_vendor_can() {
    for mark in ["[drop]", "[reset]", "[badjson]"] {
        let hosted = Hosted::open().await;
        let task = hosted.ask("comfyui", &format!("a cat {mark}")).await;
        hosted.app.run_jobs().await;
        let task = hosted.user.task(&task).await;
        assert_eq!((&task["status"], hosted.net().await, hosted.paid(Vendor::ComfyUi)), (&json!("completed"), 10, 1), "{mark}: {task}");
        assert_eq!(hosted.app.app.accounts.health.ambiguous(), 0);
        hosted.verify().await;
    }
}

#[tokio::test]
async fn a_stopped_worker_leaves_the_request_to_the_next_one() {
    for model in ["replicate", "fal", "bfl", "comfyui"] {
        let hosted = Hosted::open().await;
        let (task, _) = hosted.left_alone(model, "a cat [whnone]").await;
        assert_eq!(hosted.app.attempts(&task).await, ["queued"]);
        hosted.app.run_jobs().await;
        assert_eq!(hosted.user.task(&task).await["status"], "completed");
        let sent: usize = hosted.fakes.all_requests().iter().filter(|recorded| submits(recorded)).count();
        assert_eq!((hosted.net().await, sent, hosted.app.attempts(&task).await.len()), (10, 1, 1), "{model}");
        hosted.verify().await;
    }
}

#[tokio::test]
async fn a_vendor_that_wants_to_be_left_alone_is_while_its_request_is_waited_for() {
    let hosted = Hosted::open().await;
    let task = hosted.ask("replicate", "a cat [429:4@poll] [whnone]").await;
    hosted.app.run_jobs().await;
    assert_eq!((hosted.user.task(&task).await["status"].as_str(), hosted.paid(Vendor::Replicate)), (Some("completed"), 1));
    hosted.verify().await;
}
