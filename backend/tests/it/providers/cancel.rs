//! Stopping what a vendor does.

use std::time::Duration;

use serde_json::json;

use crate::support::id;
use crate::support::studio::Studio;

#[tokio::test]
async fn what_waits_is_cancelled_at_once_and_nothing_is_asked() {
    let studio = Studio::open().await;
    let task = id(&studio.ask("a cat", json!({})).await);
    studio.user.act(&task, "cancel").await.expect(202);
    studio.app.run_jobs().await;
    assert_eq!(studio.user.task(&task).await["status"], "cancelled");
    assert_eq!((studio.net().await, studio.paid()), (0, 0));
    studio.verify().await;
}

#[tokio::test]
async fn what_the_vendor_was_paid_for_comes_although_it_was_cancelled() {
    let studio = Studio::open().await;
    let task = id(&studio.ask("a cat [slow:1500]", json!({ "model": "first" })).await);
    let worker = studio.app.start_worker();
    // The request lies with the vendor once it is recorded there.
    tokio::time::timeout(Duration::from_secs(30), async {
        while studio.paid() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    studio.user.act(&task, "cancel").await.expect(202);
    assert_eq!(studio.user.task(&task).await["stage"], "cancelling");
    worker.drain(Duration::from_secs(30)).await.unwrap();
    let task = studio.user.task(&task).await;
    assert_eq!((&task["status"], task["results"].as_array().unwrap().len()), (&json!("cancelled"), 1), "{task}");
    assert_eq!((studio.net().await, studio.paid()), (10, 1));
    studio.verify().await;
}
