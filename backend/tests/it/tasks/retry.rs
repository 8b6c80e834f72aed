//! `POST /api/tasks/{id}/retry`

use serde_json::json;

use crate::support::{TestApp, id};

#[tokio::test]
async fn a_retry_is_a_new_task_with_a_charge_of_its_own() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let order = json!({
        "taskType": "style_transfer", "inputFiles": [user.stamp().await], "style": app.app.catalogue.styles[2].id,
        "parameters": { "strength": 0.4, "preserveColors": true },
    });
    let first = user.post("/api/tasks", order).await.expect(202);
    user.act(&id(&first), "cancel").await.expect(202);
    let second = user.act(&id(&first), "retry").await.expect(202);
    assert_ne!((&second["id"], &second["taskNo"]), (&first["id"], &first["taskNo"]));
    assert_eq!((&second["retryOf"], &second["status"], &second["credits"]), (&first["id"], &json!("pending"), &json!(1)));
    for same in ["taskType", "style", "inputFiles", "parameters", "prompt", "model"] {
        assert_eq!(second[same], first[same], "{same}");
    }
    assert_eq!(user.balance().await, 9);
    app.run_jobs().await;
    assert_eq!(user.task(&id(&second)).await["status"], "completed");
    assert_eq!(user.task(&id(&first)).await["status"], "cancelled");
    app.verify_ledger().await;
}

#[tokio::test]
async fn only_a_final_task_of_ones_own_can_be_retried_and_paid_for() {
    let app = TestApp::with(&[("NEW_USER_CREDITS", "1")]).await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let task = id(&li.create(&[li.stamp().await]).await);
    assert_eq!(li.act(&task, "retry").await.code(409), "task_not_finished");
    app.run_jobs().await;
    assert_eq!(mei.act(&task, "retry").await.code(404), "not_found");
    assert_eq!(li.act(&task, "retry").await.code(402), "insufficient_credits");
    app.verify_ledger().await;
}
