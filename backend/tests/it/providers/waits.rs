//! A vendor with too many requests is waited for.

use fake_vendors::Vendor;
use serde_json::json;

use crate::support::id;
use crate::support::studio::Studio;

#[tokio::test]
async fn a_task_waits_as_long_as_the_vendor_says_and_is_charged_once() {
    let studio = Studio::open().await;
    studio.fakes.inject(Vendor::OpenAi, "[429:30]");
    let task = studio.draw("a cat", json!({ "model": "first" })).await;
    assert_eq!((&task["status"], &task["stage"], studio.paid()), (&json!("processing"), &json!("retrying"), 1));
    studio.fakes.inject(Vendor::OpenAi, "");
    studio.run_later(20).await;
    assert_eq!(studio.paid(), 1, "not before its time");
    studio.run_later(15).await;
    let task = studio.user.task(&id(&task)).await;
    assert_eq!((&task["status"], studio.net().await, studio.paid()), (&json!("completed"), 10, 2), "{task}");
    assert_eq!(studio.app.attempts(&id(&task)).await, ["failed", "succeeded"]);
    studio.app.verify_ledger().await;
}

#[tokio::test]
async fn after_three_waits_it_fails_with_everything_refunded() {
    let studio = Studio::open().await;
    let task = studio.ask("a cat", json!({ "model": "first" })).await;
    for _ in 0..5 {
        studio.fakes.inject(Vendor::OpenAi, "[429:30]");
        studio.run_later(40).await;
        studio.fakes.reset();
    }
    let task = studio.user.task(&id(&task)).await;
    assert_eq!((&task["status"], &task["error"]["code"]), (&json!("failed"), &json!("provider_busy")), "{task}");
    assert_eq!((studio.net().await, studio.app.attempts(&id(&task)).await.len()), (0, 4));
    studio.app.verify_ledger().await;
}

#[tokio::test]
async fn another_model_of_the_same_account_is_not_asked_before_the_time_that_the_vendor_named() {
    let studio = Studio::open().await;
    let photo = studio.user.photo().await;
    studio.fakes.inject(Vendor::OpenAi, "[429:30]");
    let body = json!({ "taskType": "image_edit", "inputFiles": [photo], "parameters": { "prompt": "make it autumn" } });
    studio.user.post("/api/tasks", body).await.expect(202);
    studio.app.run_jobs().await;
    assert_eq!(studio.paid(), 1, "the sibling has the same account");
    studio.verify().await;
}
