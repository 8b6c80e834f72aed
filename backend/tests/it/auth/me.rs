//! `PATCH /api/me`

use axum::http::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_name_and_a_language_are_changed_and_what_is_absent_stays() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let named = li.patch("/api/me", json!({ "username": "丹青" })).await.expect(200);
    assert_eq!((&named["user"]["username"], &named["user"]["locale"]), (&json!("丹青"), &json!("en")));
    let spoken = li.patch("/api/me", json!({ "locale": "zh-CN" })).await.expect(200);
    assert_eq!((&spoken["user"]["username"], &spoken["user"]["locale"]), (&json!("丹青"), &json!("zh-CN")));
    assert_eq!(li.get("/api/me").await.expect(200), spoken);
}

#[tokio::test]
async fn the_language_of_the_account_wins_over_that_of_the_browser() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    li.patch("/api/me", json!({ "locale": "zh-CN" })).await.expect(200);
    let ask = |method, path| li.json(method, path, &[("accept-language", "en")], json!({ "username": "x" }));
    let wrong = ask(Method::PATCH, "/api/me").await.expect(400);
    assert!(!wrong["title"].as_str().unwrap().is_ascii(), "{wrong}");
    let unknown = ask(Method::GET, "/api/tasks/task_01jd0000000000000000000000").await.expect(404);
    assert!(!unknown["title"].as_str().unwrap().is_ascii(), "{unknown}");
}

#[tokio::test]
async fn nothing_else_of_an_account_can_be_changed() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let before = li.get("/api/me").await.expect(200);
    for field in ["role", "email", "id", "isActive", "createdAt", "credits", "avatarUrl"] {
        let problem = li.patch("/api/me", json!({ field: "owner" })).await.expect(400);
        assert_eq!((&problem["code"], &problem["errors"][0]["field"]), (&json!("unknown_field"), &json!(field)));
    }
    assert_eq!(li.patch("/api/me", json!({ "locale": "tlh" })).await.code(400), "invalid_request");
    assert_eq!(li.get("/api/me").await.expect(200), before);
}

#[tokio::test]
async fn a_name_that_another_account_has_is_refused() {
    let app = TestApp::start().await;
    let (li, wang) = (app.user("li").await, app.user("wang").await);
    li.patch("/api/me", json!({ "username": "cinnabar" })).await.expect(200);
    for same in ["cinnabar", "CINNABAR"] {
        assert_eq!(wang.patch("/api/me", json!({ "username": same })).await.code(409), "username_taken");
    }
    // The own name in another case is still the own name.
    let renamed = li.patch("/api/me", json!({ "username": "Cinnabar" })).await.expect(200);
    assert_eq!(renamed["user"]["username"], "Cinnabar");
    assert_eq!(wang.patch("/api/me", json!({ "username": "cinnabar" })).await.code(409), "username_taken");
}
