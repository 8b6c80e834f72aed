//! `Idempotency-Key`: one press makes one task, however often it is sent.

use std::collections::HashSet;

use danqing::config::runtime::Key;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{TestApp, id, upscale};

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_twins_make_one_task_and_one_charge() {
    let app = TestApp::with(&[("NEW_USER_CREDITS", "1000")]).await;
    let user = app.user("li").await;
    let body = upscale(&[user.stamp().await]);
    let answers = join_all((0..200).map(|_| user.keyed("/api/tasks", "one press", body.clone()))).await;
    let ids: HashSet<String> = answers.into_iter().map(|answer| id(&answer.expect(202))).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(user.get("/api/tasks").await.expect(200)["total"], 1);
    assert_eq!(user.ledger("&transactionType=spend").await.len(), 1);
    assert_eq!(user.balance().await, 999);
    app.verify_ledger().await;
}

#[tokio::test]
async fn a_key_stands_for_one_body_of_one_account() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let body = upscale(&[li.stamp().await]);
    let made = li.keyed("/api/tasks", "k", body.clone()).await.expect(202);
    let mut other = body.clone();
    other["parameters"] = json!({ "scale": 4 });
    assert_eq!(li.keyed("/api/tasks", "k", other).await.code(422), "idempotency_key_reused");
    // The body is compared as it was understood: neither order nor spelled-out empty values make it another.
    let mut same = json!({ "parameters": {} });
    same["inputFiles"] = body["inputFiles"].clone();
    same["taskType"] = body["taskType"].clone();
    assert_eq!(id(&li.keyed("/api/tasks", "k", same).await.expect(202)), id(&made));
    let foreign = mei.keyed("/api/tasks", "k", upscale(&[mei.stamp().await])).await.expect(202);
    assert_ne!(id(&foreign), id(&made));
    assert_eq!(li.balance().await, 9);
}

#[tokio::test]
async fn the_order_of_fields_makes_no_other_body() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let body = |parameters: &str| -> Value {
        let text = format!(r#"{{"taskType":"remove_background","inputFiles":["{file}"],"parameters":{parameters}}}"#);
        serde_json::from_str(&text).unwrap()
    };
    let made = user.keyed("/api/tasks", "k", body(r#"{"background":"blur","blurRadius":9}"#)).await.expect(202);
    let again = user.keyed("/api/tasks", "k", body(r#"{"blurRadius":9,"background":"blur"}"#)).await.expect(202);
    assert_eq!(id(&again), id(&made));
    let other = user.keyed("/api/tasks", "k", body(r#"{"blurRadius":10,"background":"blur"}"#)).await;
    assert_eq!(other.code(422), "idempotency_key_reused");
    assert_eq!(user.balance().await, 9);
}

#[tokio::test]
async fn a_malformed_key_is_refused() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let body = upscale(&[user.stamp().await]);
    for key in ["", "tab\there", &"x".repeat(256)] {
        assert_eq!(user.keyed("/api/tasks", key, body.clone()).await.code(400), "idempotency_key_invalid", "{key:?}");
    }
    user.keyed("/api/tasks", &"x".repeat(255), body).await.expect(202);
    assert_eq!(user.balance().await, 9);
}

#[tokio::test]
async fn a_key_answers_with_the_task_of_now_before_anything_else_is_checked() {
    let app = TestApp::with(&[("NEW_USER_CREDITS", "1"), ("MAX_TASKS_PER_DAY", "1")]).await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let body = upscale(&[&file]);
    let made = user.keyed("/api/tasks", "k", body.clone()).await.expect(202);
    app.lose(&file).await;
    app.run_jobs().await;
    app.set(Key::MaxFilesPerTask, Some("1")).await;
    let again = user.keyed("/api/tasks", "k", body).await.expect(202);
    assert_eq!((&again["id"], &again["status"]), (&made["id"], &json!("failed")));
}

#[tokio::test]
async fn a_refusal_uses_no_key_up() {
    let app = TestApp::with(&[("NEW_USER_CREDITS", "0")]).await;
    let user = app.user("li").await;
    let body = upscale(&[user.stamp().await]);
    assert_eq!(user.keyed("/api/tasks", "k", body.clone()).await.code(402), "insufficient_credits");
    app.set(Key::TaskCostCredits, Some("0")).await;
    user.keyed("/api/tasks", "k", body).await.expect(202);
    app.verify_ledger().await;
}

#[tokio::test]
async fn retries_have_keys_of_their_own() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let made = user.keyed("/api/tasks", "k", upscale(&[user.stamp().await])).await.expect(202);
    user.act(&id(&made), "cancel").await.expect(202);
    let path = format!("/api/tasks/{}/retry", id(&made));
    let retried = user.keyed(&path, "k", json!({})).await.expect(202);
    assert_ne!(retried["id"], made["id"]);
    assert_eq!(retried["retryOf"], made["id"]);
    // Also once the first task is deleted: the key is looked up before it.
    user.delete(&format!("/api/tasks/{}", id(&made))).await.expect(200);
    assert_eq!(user.keyed(&path, "k", json!({})).await.expect(202)["id"], retried["id"]);
    user.act(&id(&retried), "cancel").await.expect(202);
    let other = format!("/api/tasks/{}/retry", id(&retried));
    assert_eq!(user.keyed(&other, "k", json!({})).await.code(422), "idempotency_key_reused");
    assert_eq!(user.balance().await, 10);
    app.verify_ledger().await;
}
