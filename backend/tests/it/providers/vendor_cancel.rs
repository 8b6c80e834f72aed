//! A request that a vendor works on in the background is stopped there.

use std::time::Duration;

use fake_vendors::Vendor;
use serde_json::{Value, json};

use crate::support::hosted::{Hosted, until};
use crate::support::studio::order;

/// How often a vendor was asked to stop something.
fn stops(hosted: &Hosted, vendor: Vendor) -> usize {
    let stops = |path: &str| path.ends_with("/cancel") || path.ends_with("/interrupt") || path.ends_with("/queue");
    hosted.fakes.requests(vendor).iter().filter(|recorded| recorded.method != "GET" && stops(&recorded.path)).count()
}

const STOPPABLE: [(&str, Vendor); 3] = [("replicate", Vendor::Replicate), ("fal", Vendor::Fal), ("comfyui", Vendor::ComfyUi)];

#[tokio::test]
async fn cancelling_while_a_worker_waits_stops_it_at_the_vendor_and_refunds_everything() {
    for (model, vendor) in STOPPABLE {
        let hosted = Hosted::open().await;
        let worker = hosted.work();
        let task = hosted.ask(model, "a cat [pforever:1000] [whnone]").await;
        hosted.accepted(&task).await;
        hosted.user.act(&task, "cancel").await.expect(202);
        let task = hosted.ended(&task).await;
        assert_eq!(
            (&task["status"], &task["creditsRefunded"], hosted.net().await),
            (&json!("cancelled"), &json!(10), 0),
            "{model}: {task}"
        );
        assert!(stops(&hosted, vendor) >= 1 && hosted.paid(vendor) == 1, "{model}");
        worker.drain(Duration::from_secs(5)).await.unwrap();
        hosted.verify().await;
    }
}

#[tokio::test]
async fn cancelling_while_no_worker_has_it_stops_it_at_the_vendor_all_the_same() {
    for (model, vendor) in STOPPABLE {
        let hosted = Hosted::open().await;
        let (task, _) = hosted.left_alone(model, "a cat [pforever:1000] [whnone]").await;
        hosted.user.act(&task, "cancel").await.expect(202);
        assert_eq!((hosted.user.task(&task).await["stage"].as_str(), hosted.net().await), (Some("cancelling"), 10));
        hosted.app.run_jobs().await;
        let task = hosted.user.task(&task).await;
        assert_eq!((&task["status"], hosted.net().await), (&json!("cancelled"), 0), "{model}: {task}");
        assert!(stops(&hosted, vendor) >= 1 && hosted.paid(vendor) == 1, "{model}");
        hosted.verify().await;
    }
}

#[tokio::test]
async fn what_its_vendor_cannot_stop_comes_and_is_paid_for() {
    let hosted = Hosted::open().await;
    let worker = hosted.work();
    let task = hosted.ask("bfl", "a cat [whnone]").await;
    hosted.accepted(&task).await;
    hosted.user.act(&task, "cancel").await.expect(202);
    let task = until(async || Some(hosted.ended(&task).await)).await;
    assert_eq!((&task["status"], task["results"].as_array().unwrap().len(), hosted.net().await), (&json!("cancelled"), 1, 10), "{task}");
    worker.drain(Duration::from_secs(5)).await.unwrap();
    hosted.verify().await;
}

#[tokio::test]
async fn what_has_ended_at_the_vendor_meanwhile_is_delivered() {
    for (model, vendor) in STOPPABLE {
        let hosted = Hosted::open().await;
        let (task, vendor_id) = hosted.left_alone(model, "a cat [pforever:1000] [whnone]").await;
        hosted.fakes.finish(vendor, &vendor_id);
        hosted.user.act(&task, "cancel").await.expect(202);
        hosted.app.run_jobs().await;
        let task = hosted.user.task(&task).await;
        assert_eq!(
            (&task["status"], task["results"].as_array().unwrap().len(), hosted.net().await),
            (&json!("cancelled"), 1, 10),
            "{model}"
        );
        hosted.verify().await;
    }
}

#[tokio::test]
async fn what_its_vendor_cannot_stop_and_does_not_end_is_given_up_and_refunded() {
    let hosted = Hosted::with(&[("CANCEL_GRACE_SECONDS", "0")]).await;
    let worker = hosted.work();
    let task = hosted.ask("bfl", "a cat [pforever:1000] [whnone]").await;
    hosted.accepted(&task).await;
    // Beyond twice the time that the model usually takes.
    hosted.app.pass(Duration::from_secs(120));
    hosted.user.act(&task, "cancel").await.expect(202);
    let ended = hosted.ended(&task).await;
    assert_eq!((&ended["status"], hosted.net().await, hosted.paid(Vendor::Bfl)), (&json!("cancelled"), 0, 1), "{ended}");
    assert_eq!(hosted.app.app.accounts.health.ambiguous(), 1);
    worker.drain(Duration::from_secs(5)).await.unwrap();
    hosted.verify().await;
}

/// How long somebody who cancels is told to wait at most, in seconds.
fn told(task: &Value) -> i64 {
    let at = |name: &str| task[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    at("estimatedCompletionAt").duration_since(at("cancelRequestedAt")).as_secs()
}

/// Waits until vendors were asked so often how a request stands; some have another host for that.
async fn asked(hosted: &Hosted, times: usize) {
    let questions = || hosted.fakes.all_requests().iter().filter(|recorded| recorded.method == "GET").count();
    until(async || (questions() >= times).then_some(())).await;
}

#[tokio::test]
async fn after_a_rest_the_wait_is_that_of_the_request_which_is_under_way() {
    let hosted = Hosted::with(&[("CANCEL_GRACE_SECONDS", "0")]).await;
    hosted.fakes.inject(Vendor::Bfl, "[429:600]");
    let task = hosted.ask("bfl", "a cat [pforever:1000] [whnone]").await;
    hosted.app.run_jobs().await;
    assert_eq!(hosted.user.task(&task).await["stage"], "retrying");
    hosted.fakes.inject(Vendor::Bfl, "");
    hosted.app.pass(Duration::from_secs(620));
    let worker = hosted.work();
    hosted.accepted(&task).await;
    let wait = told(&hosted.user.act(&task, "cancel").await.expect(202));
    assert!((15..=20).contains(&wait), "twice the ten seconds that it usually takes, not {wait}");
    worker.drain(Duration::from_secs(5)).await.unwrap();
}

#[tokio::test]
async fn a_server_that_starts_anew_keeps_what_was_said_to_whoever_cancelled_and_the_task_counts_until_it_ends() {
    let hosted = Hosted::with(&[("MAX_TASKS_PER_USER", "1")]).await;
    let (task, _) = hosted.left_alone("bfl", "a cat [pforever:1000] [whnone]").await;
    let said = hosted.user.act(&task, "cancel").await.expect(202);
    hosted.app.pass(Duration::from_secs(3));
    let worker = hosted.work();
    asked(&hosted, 2).await;
    let now = hosted.user.task(&task).await;
    assert_eq!((&now["stage"], &now["estimatedCompletionAt"]), (&json!("cancelling"), &said["estimatedCompletionAt"]), "{now}");
    let another = hosted.user.post("/api/tasks", order("a dog", json!({ "model": "bfl" }))).await;
    assert_eq!(another.code(429), "unfinished_task_limit");
    worker.drain(Duration::from_secs(5)).await.unwrap();
}

#[tokio::test]
async fn a_cancel_does_not_wait_for_the_rest_of_a_task_that_lies_with_its_vendor() {
    let hosted = Hosted::open().await;
    let (task, _) = hosted.left_alone("replicate", "a cat [pforever:1000] [whnone]").await;
    hosted.let_rest(300).await;
    hosted.user.act(&task, "cancel").await.expect(202);
    hosted.app.run_jobs().await;
    assert_eq!((&hosted.user.task(&task).await["status"], hosted.net().await), (&json!("cancelled"), 0));
    hosted.verify().await;
}

#[tokio::test]
async fn a_vendor_that_wants_to_be_left_alone_is_not_asked_again_and_does_not_lengthen_the_wait() {
    let hosted = Hosted::with(&[("CANCEL_GRACE_SECONDS", "0")]).await;
    let worker = hosted.work();
    let task = hosted.ask("bfl", "a cat [429:600@poll] [whnone]").await;
    asked(&hosted, 1).await;
    // Beyond twice the time that the model usually takes.
    hosted.app.pass(Duration::from_secs(120));
    hosted.user.act(&task, "cancel").await.expect(202);
    let ended = hosted.ended(&task).await;
    assert_eq!((&ended["status"], hosted.net().await), (&json!("cancelled"), 0), "{ended}");
    assert_eq!(hosted.app.app.accounts.health.ambiguous(), 1);
    worker.drain(Duration::from_secs(5)).await.unwrap();
    hosted.verify().await;
}

#[tokio::test]
async fn a_question_without_an_answer_does_not_keep_a_cancel_from_the_vendor() {
    let hosted = Hosted::open().await;
    let worker = hosted.work();
    let task = hosted.ask("replicate", "a cat [hang@poll] [whnone]").await;
    asked(&hosted, 1).await;
    hosted.user.act(&task, "cancel").await.expect(202);
    let ended = hosted.ended(&task).await;
    assert_eq!((&ended["status"], hosted.net().await, stops(&hosted, Vendor::Replicate)), (&json!("cancelled"), 0, 1), "{ended}");
    worker.drain(Duration::from_secs(5)).await.unwrap();
    hosted.verify().await;
}
