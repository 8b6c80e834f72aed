//! Stopping what a vendor does.

use std::time::Duration;

use danqing::database::tasks;
use danqing::error::Failure;
use serde_json::json;

use crate::support::hosted::until;
use crate::support::studio::Studio;
use crate::support::{id, photo};

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
    until(async || (studio.paid() > 0).then_some(())).await;
    studio.user.act(&task, "cancel").await.expect(202);
    assert_eq!(studio.user.task(&task).await["stage"], "cancelling");
    worker.drain(Duration::from_secs(30)).await.unwrap();
    let task = studio.user.task(&task).await;
    assert_eq!((&task["status"], task["results"].as_array().unwrap().len()), (&json!("cancelled"), 1), "{task}");
    assert_eq!((studio.net().await, studio.paid()), (10, 1));
    studio.verify().await;
}

#[tokio::test]
async fn a_vendor_that_hangs_is_not_waited_for_longer_than_twice_what_the_picture_usually_takes() {
    let studio = Studio::with(&[("CANCEL_GRACE_SECONDS", "0")]).await;
    let task = id(&studio.ask("a cat [hang]", json!({ "count": 2 })).await);
    let worker = studio.app.start_worker();
    until(async || (studio.paid() > 0).then_some(())).await;
    // Beyond twice the time that the model usually takes.
    studio.app.pass(Duration::from_secs(60));
    studio.user.act(&task, "cancel").await.expect(202);
    let ended = until(async || Some(studio.user.task(&task).await).filter(|task| !task["completedAt"].is_null())).await;
    assert_eq!((&ended["status"], &ended["creditsRefunded"], studio.net().await), (&json!("cancelled"), &json!(20), 0), "{ended}");
    assert_eq!((studio.app.attempts(&task).await, studio.app.app.accounts.health.ambiguous()), (vec!["cancelled".to_owned()], 1));
    worker.drain(Duration::from_secs(5)).await.unwrap();
    studio.run_later(600).await;
    assert_eq!((studio.paid(), studio.paid_at_gateway()), (1, 0));
    studio.verify().await;
}

#[tokio::test]
async fn whoever_cancels_is_told_when_it_ends_at_the_latest() {
    let studio = Studio::with(&[("CANCEL_GRACE_SECONDS", "100")]).await;
    let task = id(&studio.ask("a cat [slow:1500]", json!({})).await);
    let worker = studio.app.start_worker();
    until(async || (studio.paid() > 0).then_some(())).await;
    let told = studio.user.act(&task, "cancel").await.expect(202);
    let at = |name: &str| told[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let wait = at("estimatedCompletionAt").duration_since(at("cancelRequestedAt"));
    assert_eq!(wait.as_secs(), 100, "{told}");
    worker.drain(Duration::from_secs(30)).await.unwrap();
    assert_eq!(studio.net().await, 10);
}

/// Asks for an edit of a picture that must be made smaller first, and holds that up until it is cancelled.
async fn cancelled_before_it_is_sent(cancel: impl AsyncFn(&Studio, &str)) {
    let studio = Studio::open().await;
    let picture = id(&studio.user.upload("long.png", &photo(4200, 16)).await.expect(201)["files"][0]);
    let (let_go, held) = std::sync::mpsc::channel::<()>();
    let budget = studio.app.app.decode_budget.clone();
    let holding = tokio::spawn(async move { budget.run(256 << 20, move || held.recv().is_ok()).await });
    until(async || (studio.app.app.decode_budget.free_mebibytes() == 0).then_some(())).await;
    let body = json!({ "taskType": "image_edit", "inputFiles": [picture], "parameters": { "prompt": "make it blue" }, "model": "first" });
    let task = id(&studio.user.post("/api/tasks", body).await.expect(202));
    let worker = studio.app.start_worker();
    until(async || (studio.user.task(&task).await["status"] == "processing").then_some(())).await;
    cancel(&studio, &task).await;
    let_go.send(()).unwrap();
    holding.await.unwrap().unwrap();
    let ended = until(async || Some(studio.user.task(&task).await).filter(|task| !task["completedAt"].is_null())).await;
    assert_eq!((&ended["status"], studio.net().await, studio.paid()), (&json!("cancelled"), 0, 0), "{ended}");
    assert_eq!(studio.app.attempts(&task).await, Vec::<String>::new());
    worker.drain(Duration::from_secs(5)).await.unwrap();
    studio.verify().await;
}

#[tokio::test]
async fn what_is_cancelled_while_its_pictures_are_made_ready_is_not_sent() {
    cancelled_before_it_is_sent(async |studio, task| {
        studio.user.act(task, "cancel").await.expect(202);
    })
    .await;
}

#[tokio::test]
async fn what_another_server_has_cancelled_is_not_sent_either() {
    cancelled_before_it_is_sent(async |studio, task| {
        let (task, now) = (task.parse().unwrap(), studio.app.app.clock.now());
        let request = studio.app.app.database.write::<_, Failure, _>(move |conn| Ok(tasks::request_cancel(conn, &task, now, now)?));
        assert!(request.await.unwrap());
    })
    .await;
}
