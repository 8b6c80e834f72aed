//! `GET /readyz`: what a load balancer goes by.

use std::time::Duration;

use danqing::jobs::{Lost, stop_when_lost};
use serde_json::{Value, json};

use crate::support::TestApp;

async fn ready(app: &TestApp, status: u16) -> Value {
    app.anonymous().get("/readyz").await.expect(status)
}

#[tokio::test]
async fn a_server_that_can_serve_is_ready_and_one_that_is_stopping_is_not() {
    let app = TestApp::start().await;
    let well = json!({ "status": "ok", "database": "ok", "worker": "absent", "storage": "ok", "redis": "absent", "reasons": [] });
    assert_eq!(ready(&app, 200).await, well);
    app.app.stopping.cancel();
    let stopping = json!({ "status": "unavailable", "database": "ok", "worker": "absent", "storage": "ok", "redis": "absent", "reasons": ["stopping"] });
    assert_eq!(ready(&app, 503).await, stopping);
}

#[tokio::test]
async fn a_server_whose_database_thread_died_is_not_ready_and_ends() {
    let app = TestApp::start().await;
    db::testing::end_writer(&app.app.database).await;
    let health = ready(&app, 503).await;
    assert_eq!((&health["database"], &health["reasons"]), (&json!("unavailable"), &json!(["database_thread_ended"])));
    stop_when_lost(&app.app).await;
    assert_eq!((app.app.stopping.is_cancelled(), Lost::by(&app.app)), (true, Some(Lost::Database)));
}

#[tokio::test]
async fn a_server_whose_worker_died_is_not_ready_and_ends() {
    let app = TestApp::start().await;
    let worker = app.start_worker();
    assert_eq!(ready(&app, 200).await["worker"], "ok");
    worker.drain(Duration::from_secs(5)).await.unwrap();
    assert_eq!((ready(&app, 200).await["worker"].clone(), Lost::by(&app.app)), (json!("ok"), None));
    let faulty = jobs::Worker::builder(app.app.database.clone(), "faulty").health(app.app.worker_health.clone());
    let _running = faulty.slots_by(jobs::Queue::Mail, || panic!("a test ends this loop")).build().start();
    stop_when_lost(&app.app).await;
    let health = ready(&app, 503).await;
    assert_eq!((&health["worker"], &health["reasons"]), (&json!("unavailable"), &json!(["stopping", "worker_ended"])));
    assert_eq!(Lost::by(&app.app), Some(Lost::Worker));
}

#[tokio::test]
async fn without_its_database_a_server_is_not_ready() {
    let app = TestApp::start().await;
    app.app.database.clone().close().await;
    let health = ready(&app, 503).await;
    assert_eq!((&health["status"], &health["database"]), (&json!("unavailable"), &json!("unavailable")));
    assert_eq!(health["reasons"], json!(["database_unreachable"]));
}

#[tokio::test]
async fn without_its_pictures_a_server_is_ready_and_says_what_is_missing() {
    let app = TestApp::start().await;
    let store = app.break_store();
    let health = ready(&app, 200).await;
    assert_eq!(
        (&health["status"], &health["storage"], &health["reasons"]),
        (&json!("ok"), &json!("degraded"), &json!(["storage_unreachable"]))
    );
    store.mend();
    assert_eq!(ready(&app, 200).await["storage"], "ok");
}
