//! `GET /readyz`: what a load balancer goes by.

use serde_json::{Value, json};

use crate::support::TestApp;

async fn ready(app: &TestApp, status: u16) -> Value {
    app.anonymous().get("/readyz").await.expect(status)
}

#[tokio::test]
async fn a_server_that_can_serve_is_ready_and_one_that_is_stopping_is_not() {
    let app = TestApp::start().await;
    assert_eq!(ready(&app, 200).await, json!({ "status": "ok", "database": "ok", "storage": "ok" }));
    app.app.stopping.cancel();
    assert_eq!(ready(&app, 503).await, json!({ "status": "unavailable", "database": "ok", "storage": "ok" }));
}

#[tokio::test]
async fn without_its_database_a_server_is_not_ready() {
    let app = TestApp::start().await;
    app.app.database.clone().close().await;
    assert_eq!(ready(&app, 503).await, json!({ "status": "unavailable", "database": "unavailable", "storage": "ok" }));
}

#[tokio::test]
async fn without_its_pictures_a_server_is_ready_and_says_what_is_missing() {
    let app = TestApp::start().await;
    let store = app.break_store();
    assert_eq!(ready(&app, 200).await, json!({ "status": "ok", "database": "ok", "storage": "degraded" }));
    store.mend();
    assert_eq!(ready(&app, 200).await["storage"], "ok");
}
