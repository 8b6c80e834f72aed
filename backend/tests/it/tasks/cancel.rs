//! `POST /api/tasks/{id}/cancel`

use std::time::Duration;

use serde_json::json;

use crate::support::{TestApp, id, upscale};

#[tokio::test]
async fn a_waiting_task_is_cancelled_at_once_and_refunded_in_full() {
    let app = TestApp::with(&[("TASK_COST_CREDITS", "3")]).await;
    let user = app.user("li").await;
    let task = user.create(&[user.stamp().await, user.stamp().await]).await;
    assert_eq!(user.balance().await, 4);
    let cancelled = user.act(&id(&task), "cancel").await.expect(202);
    assert_eq!((&cancelled["status"], &cancelled["creditsRefunded"]), (&json!("cancelled"), &json!(6)));
    assert!(cancelled["completedAt"].is_string() && cancelled["startedAt"].is_null());
    assert_eq!(user.balance().await, 10);
    assert_eq!(app.run_jobs().await, 0);
    assert_eq!(user.task(&id(&task)).await["status"], "cancelled");
    app.verify_ledger().await;
}

#[tokio::test]
async fn a_final_task_cannot_be_cancelled() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let done = id(&user.create(&[user.stamp().await]).await);
    app.run_jobs().await;
    assert_eq!(user.act(&done, "cancel").await.code(409), "task_final");
    let cancelled = id(&user.create(&[user.stamp().await]).await);
    user.act(&cancelled, "cancel").await.expect(202);
    assert_eq!(user.act(&cancelled, "cancel").await.code(409), "task_final");
    assert_eq!(user.balance().await, 9);
    app.verify_ledger().await;
}

#[tokio::test]
async fn nobody_cancels_the_task_of_another() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let task = id(&li.create(&[li.stamp().await]).await);
    assert_eq!(mei.act(&task, "cancel").await.code(404), "not_found");
    assert_eq!(mei.act("no-id-at-all", "cancel").await.code(404), "not_found");
    assert_eq!(li.task(&task).await["status"], "pending");
}

#[tokio::test]
async fn a_task_in_the_hands_of_a_worker_is_asked_to_stop_and_refunded_when_it_does() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    // A worker has claimed the job and not begun.
    let job = app.claim().await.unwrap();
    let asked = user.act(&task, "cancel").await.expect(202);
    assert!(asked["cancelRequestedAt"].is_string(), "{asked}");
    assert_eq!((asked["status"] != "cancelled", &asked["creditsRefunded"]), (true, &json!(0)));
    assert_eq!(user.balance().await, 9);
    // Asking twice changes nothing.
    let again = user.act(&task, "cancel").await.expect(202);
    assert_eq!(again["cancelRequestedAt"], asked["cancelRequestedAt"]);
    app.run_late(job).await;
    let ended = user.task(&task).await;
    assert_eq!((&ended["status"], &ended["creditsRefunded"]), (&json!("cancelled"), &json!(1)));
    assert_eq!(user.balance().await, 10);
    app.verify_ledger().await;
}

#[tokio::test]
async fn a_cancel_that_finds_its_worker_dead_is_carried_out_by_the_next() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    app.claim().await.unwrap();
    user.act(&task, "cancel").await.expect(202);
    app.let_leases_run_out().await;
    app.run_jobs().await;
    assert_eq!(user.task(&task).await["status"], "cancelled");
    assert_eq!(user.balance().await, 10);
    app.verify_ledger().await;
}

#[tokio::test]
async fn a_task_between_two_tries_is_cancelled_at_once() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    app.claim().await.unwrap();
    app.begin(&task).await;
    app.let_leases_run_out().await;
    assert_eq!(user.task(&task).await["status"], "processing");
    assert_eq!(user.act(&task, "cancel").await.expect(202)["status"], "cancelled");
    assert_eq!(user.balance().await, 10);
    app.verify_ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_task_stops_within_a_tile_and_never_blocks_the_next() {
    let app = TestApp::start().await;
    cancelled_at_work(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_task_is_not_waited_for_longer_than_was_said_and_is_nobodys_loss() {
    let app = TestApp::with(&[("CANCEL_GRACE_SECONDS", "0")]).await;
    cancelled_at_work(&app).await;
    assert_eq!(app.app.accounts.health.ambiguous(), 0);
}

/// Cancels a task while the engine is at work on it.
async fn cancelled_at_work(app: &TestApp) {
    let user = app.user("li").await;
    let large = id(&user.upload("large.png", &crate::support::photo(1200, 1000)).await.expect(201)["files"][0]);
    let mut watching = user.watch(None).await;
    let worker = app.start_worker();
    let mut order = upscale(&[&large]);
    order["parameters"] = json!({ "scale": 4, "content": "art" });
    let task = id(&user.post("/api/tasks", order).await.expect(202));
    watching.until(|event| event.is_task(&task) && event.data["stage"] == "running").await;
    let said = user.act(&task, "cancel").await.expect(202);
    assert!(said["estimatedCompletionAt"].as_str() >= said["cancelRequestedAt"].as_str(), "{said}");
    let told = watching.until(|event| event.is_task(&task) && event.data["status"] == "cancelled").await;
    assert_eq!(told.last().unwrap().data["creditsRefunded"], 1);
    worker.drain(Duration::from_secs(20)).await.unwrap();
    assert_eq!(user.balance().await, 10);
    app.verify_ledger().await;
}
