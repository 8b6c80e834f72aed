//! Several keys of one vendor.

use std::collections::BTreeSet;

use danqing::services::ai::accounts::{Given, of_settings};
use fake_vendors::{Recorded, Vendor};
use providers::Secret;
use serde_json::json;

use crate::support::hosted::{Hosted, submits};
use crate::support::id;
use crate::support::studio::{KEY, Studio, order};

/// The ends of the keys that a vendor's requests were made with, in their order.
fn keys(requests: &[Recorded]) -> Vec<String> {
    let of = |recorded: &Recorded| recorded.credentials.iter().find_map(|(_, value)| value.split_once(KEY)).map(|(_, end)| end.to_owned());
    requests.iter().filter_map(of).collect()
}

fn submitted_with(studio: &Studio) -> Vec<String> {
    keys(&studio.fakes.requests(Vendor::OpenAi))
}

/// A studio with these keys of OpenAI: each is the right one with an end of its own.
async fn with_keys(ends: &[&str]) -> Studio {
    let all = ends.iter().map(|end| format!("{KEY}{end}")).collect::<Vec<_>>().join(",");
    Studio::with(&[("OPENAI_API_KEY", &all)]).await
}

#[tokio::test]
async fn keys_take_turns() {
    let studio = with_keys(&["-a", "-b", "-c"]).await;
    for _ in 0..6 {
        assert_eq!(studio.draw("a cat", json!({ "model": "first" })).await["status"], "completed");
    }
    assert_eq!(submitted_with(&studio), ["-a", "-b", "-c", "-a", "-b", "-c"]);
    studio.verify().await;
}

#[tokio::test]
async fn another_key_stands_in_for_one_that_is_of_no_use() {
    for end in ["-broke", "-full"] {
        let studio = with_keys(&[end, "-good"]).await;
        let task = studio.draw("a cat", json!({ "model": "first", "count": 2 })).await;
        assert_eq!((&task["status"], &task["triedBefore"], studio.net().await), (&json!("completed"), &json!([]), 20), "{task}");
        assert_eq!(studio.app.attempts(&id(&task)).await, ["failed", "succeeded"]);
        // It is left alone from now on.
        studio.draw("a dog", json!({ "model": "first" })).await;
        assert_eq!(submitted_with(&studio), [end, "-good", "-good"]);
        studio.verify().await;
    }
}

#[tokio::test]
async fn a_key_that_is_refused_is_replaced_by_another_and_then_by_another_vendor() {
    let wrong = "sk-somethingelse,sk-yetanother";
    let studio = Studio::with(&[("OPENAI_API_KEY", wrong)]).await;
    let task = studio.draw("a cat", json!({})).await;
    assert_eq!((&task["status"], &task["model"], studio.paid()), (&json!("completed"), &json!("stand-in"), 2), "{task}");
    assert_eq!((&task["triedBefore"][0]["provider"], &task["triedBefore"][1], studio.net().await), (&json!("openai"), &json!(null), 8));
    assert!(!task.to_string().contains("sk-"));
    let studio = Studio::with(&[("OPENAI_API_KEY", &format!("{wrong},{KEY}"))]).await;
    let task = studio.draw("a cat", json!({ "model": "first" })).await;
    assert_eq!((&task["status"], &task["triedBefore"], studio.paid()), (&json!("completed"), &json!([]), 3), "{task}");
}

#[tokio::test]
async fn with_every_key_full_a_task_waits_and_nobody_is_asked_before_the_time() {
    let studio = with_keys(&["-full"]).await;
    let first = id(&studio.draw("a cat", json!({ "model": "first" })).await);
    let second = id(&studio.draw("a dog", json!({ "model": "first" })).await);
    studio.run_later(20).await;
    assert_eq!(studio.paid(), 1, "the second has seen that there is no room");
    for task in [&first, &second] {
        assert_eq!(studio.user.task(task).await["status"], "processing");
    }
    assert_eq!(studio.app.attempts(&second).await, Vec::<String>::new());
    studio.run_later(11).await;
    assert_eq!(studio.paid(), 2, "one is asked, and finds it full again");
    studio.app.verify_ledger().await;
}

#[tokio::test]
async fn what_may_have_begun_with_one_key_is_not_sent_with_another() {
    let studio = with_keys(&["-a", "-b"]).await;
    let task = studio.draw("a cat [drop]", json!({})).await;
    assert_eq!((&task["error"]["code"], studio.paid(), studio.net().await), (&json!("unknown_outcome"), 1, 0));
}

#[tokio::test]
async fn a_request_is_asked_about_with_the_key_that_sent_it_also_after_a_restart() {
    let hosted = Hosted::with(&[("REPLICATE_API_KEY", &format!("{KEY}-a,{KEY}-b"))]).await;
    for _ in 0..4 {
        let (task, _) = hosted.left_alone("replicate", "a cat [whnone]").await;
        hosted.app.run_jobs().await;
        assert_eq!(hosted.user.task(&task).await["status"], "completed");
    }
    let requests = hosted.fakes.requests(Vendor::Replicate);
    let sent = keys(&requests.iter().filter(|recorded| submits(recorded)).cloned().collect::<Vec<_>>());
    assert_eq!(sent, ["-a", "-b", "-a", "-b"]);
    // Between one request for a picture and the next, one key only.
    let whole = requests.split(submits).skip(1).map(|questions| keys(questions).into_iter().collect::<BTreeSet<_>>());
    let asked: Vec<Vec<String>> = whole.map(|keys| keys.into_iter().collect()).collect();
    assert_eq!(asked, sent.iter().map(|key| vec![key.clone()]).collect::<Vec<_>>());
    hosted.verify().await;
}

#[tokio::test]
async fn a_key_that_was_exchanged_for_a_new_one_goes_on_with_the_new_one() {
    let hosted = Hosted::open().await;
    let (task, _) = hosted.left_alone("replicate", "a cat [whnone]").await;
    let app = &hosted.app.app;
    let given = |end: &str| Given {
        id: format!("replicate{end}"),
        provider: "replicate".to_owned(),
        label: "by hand".to_owned(),
        key: Some(Secret::new(format!("{KEY}{end}"))),
        base_url: Some(hosted.fakes.base_url(Vendor::Replicate).parse().unwrap()),
        proxy: None,
        webhook_secret: None,
        weight: 1,
        concurrency: None,
        paused: false,
    };
    app.accounts.replace(&app.catalogue, &[given("-new")]);
    hosted.app.run_jobs().await;
    assert_eq!((hosted.user.task(&task).await["status"].as_str(), hosted.paid(Vendor::Replicate)), (Some("completed"), 1));
    assert_eq!(keys(&hosted.fakes.requests(Vendor::Replicate)).last().map(String::as_str), Some("-new"));
    hosted.verify().await;
}

#[tokio::test]
async fn an_account_that_is_paused_ends_what_it_has_and_gets_nothing_new() {
    let hosted = Hosted::open().await;
    let (task, _) = hosted.left_alone("replicate", "a cat [whnone]").await;
    // As the next process finds it.
    let app = &hosted.app.app;
    let paused = |given: Given| Given { paused: given.provider == "replicate", ..given };
    let given: Vec<_> = of_settings(&app.catalogue, &app.config, &app.secrets).into_iter().map(paused).collect();
    app.accounts.replace(&app.catalogue, &given);
    hosted.app.run_jobs().await;
    let task = hosted.user.task(&task).await;
    assert_eq!((&task["status"], hosted.paid(Vendor::Replicate), app.accounts.health.ambiguous()), (&json!("completed"), 1, 0), "{task}");
    let refused = hosted.user.post("/api/tasks", order("a cat", json!({ "model": "replicate" }))).await;
    assert_eq!(refused.code(503), "provider_not_configured");
    hosted.verify().await;
}

#[tokio::test]
async fn a_request_whose_account_is_gone_for_good_is_an_unknown_outcome() {
    let hosted = Hosted::open().await;
    let (task, _) = hosted.left_alone("replicate", "a cat [whnone]").await;
    hosted.app.app.accounts.replace(&hosted.app.app.catalogue, &[]);
    hosted.app.run_jobs().await;
    let task = hosted.user.task(&task).await;
    assert_eq!((&task["error"]["code"], hosted.net().await, hosted.app.app.accounts.health.ambiguous()), (&json!("unknown_outcome"), 0, 1));
    hosted.verify().await;
}
