//! A vendor's picture that is paid for survives a store of ours that is away for a moment. What cannot be stored at all is
//! given back.

use std::path::PathBuf;
use std::time::Duration;

use danqing::database::schema::ai_tasks;
use danqing::error::Failure;
use diesel::prelude::*;
use fake_vendors::Vendor;
use serde_json::json;

use crate::support::hosted::{Hosted, until};
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

#[tokio::test]
async fn a_task_whose_end_cannot_be_stored_is_not_insisted_on_and_ends_with_everything_back() {
    let hosted = Hosted::open().await;
    let worker = hosted.work();
    let task = hosted.ask("replicate", "a cat [pforever:1000] [whnone]").await;
    let vendor_id = hosted.accepted(&task).await;
    let row = task.clone();
    let damaged = hosted.app.app.database.write::<_, Failure, _>(move |conn| {
        Ok(diesel::update(ai_tasks::table.find(&row)).set(ai_tasks::routes.eq("damaged")).execute(conn)?)
    });
    damaged.await.unwrap();
    hosted.fakes.finish(Vendor::Replicate, &vendor_id);
    let ended = hosted.ended(&task).await;
    assert_eq!((&ended["status"], &ended["error"]["code"], hosted.net().await), (&json!("failed"), &json!("internal"), 0), "{ended}");
    worker.drain(Duration::from_secs(5)).await.unwrap();
    assert!(!hosted.app.app.metrics.render(0).contains("danqing_result_retries_total 1"));
    assert_eq!(hosted.app.files_in("objects"), Vec::<PathBuf>::new());
    hosted.verify().await;
}
