//! `POST /api/tasks`

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn an_accepted_task_is_charged_run_and_delivered() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.photo().await;
    let body = json!({ "taskType": "style_transfer", "inputFiles": [file], "style": app.app.catalogue.styles[0].id });
    let task = user.post("/api/tasks", body).await.expect(202);
    assert_eq!((&task["status"], &task["credits"]), (&json!("pending"), &json!(1)));
    assert_eq!(user.get("/api/credits").await.expect(200)["credits"], 9);
    app.run_jobs().await;
    let done = user.get(&format!("/api/tasks/{}", task["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(done["status"], "completed", "{done}");
    let picture = user.get(done["results"][0]["url"].as_str().unwrap()).await;
    assert_eq!((picture.status.as_u16(), &picture.headers["content-type"]), (200, &"image/jpeg".parse().unwrap()));
    app.verify_ledger().await;
}
