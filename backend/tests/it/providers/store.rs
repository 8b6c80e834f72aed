//! A vendor's picture that is paid for survives a store of ours that is away for a moment.

use serde_json::json;

use crate::support::hosted::until;
use crate::support::store::BrokenStore;
use crate::support::studio::Studio;
use crate::support::{TestApp, id};

#[tokio::test]
async fn a_picture_that_is_in_hand_is_kept_until_the_store_is_back() {
    survives("first", 10, TestApp::break_store).await;
}

#[tokio::test]
async fn a_picture_that_cannot_be_written_as_it_comes_is_no_fault_of_the_vendor() {
    survives("linked", 9, TestApp::break_temporary_files).await;
}

async fn survives(model: &str, price: i64, break_folder: fn(&TestApp) -> BrokenStore) {
    let studio = Studio::open().await;
    let task = studio.ask("a cat", json!({ "model": model })).await;
    let broken = break_folder(&studio.app);
    let metrics = &studio.app.app.metrics;
    let tried_again = async || metrics.render(0).contains("danqing_result_retries_total 1").then_some(());
    let mend = async {
        until(tried_again).await;
        broken.mend();
    };
    let ((), _) = tokio::join!(mend, studio.app.run_jobs());
    let task = studio.user.task(&id(&task)).await;
    assert_eq!((&task["status"], &task["retryCount"], &task["creditsRefunded"]), (&json!("completed"), &json!(0), &json!(0)), "{task}");
    assert_eq!((studio.net().await, studio.app.app.accounts.health.ambiguous()), (price, 0));
    assert!(studio.app.files_in("tmp").is_empty());
    assert_eq!(studio.user.get(task["results"][0]["url"].as_str().unwrap()).await.status, 200);
    studio.verify().await;
}
