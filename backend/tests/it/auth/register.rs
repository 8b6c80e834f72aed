//! `POST /api/auth/register`

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

async fn register(app: &TestApp, body: Value) -> Answer {
    app.anonymous().post("/api/auth/register", body).await
}

#[tokio::test]
async fn whoever_registers_is_logged_in_and_has_the_welcome_credits() {
    let app = TestApp::with(&[("NEW_USER_CREDITS", "7")]).await;
    app.owner().await;
    let visitor = app.anonymous();
    let body = json!({ "email": " Li.Wei@Example.COM", "password": "一二三四五六七八", "username": "丹青" });
    let user = visitor.post("/api/auth/register", body).await.expect(201)["user"].clone();
    assert_eq!((&user["email"], &user["username"]), (&json!("li.wei@example.com"), &json!("丹青")));
    assert_eq!(visitor.get("/api/me").await.expect(200)["user"], user);
    assert_eq!(visitor.get("/api/credits").await.expect(200)["credits"], 7);
    app.verify_ledger().await;
}

#[tokio::test]
async fn a_closed_studio_takes_nobody() {
    let app = TestApp::with(&[("REGISTRATION", "closed")]).await;
    app.owner().await;
    let body = json!({ "email": "li@example.com", "password": "a long password" });
    assert_eq!(register(&app, body).await.code(403), "registration_closed");
}

#[tokio::test]
async fn an_address_and_a_name_belong_to_one_account() {
    let app = TestApp::start().await;
    app.owner().await;
    register(&app, json!({ "email": "li@example.com", "password": "a long password", "username": "li" })).await.expect(201);
    let same_address = json!({ "email": "LI@example.com", "password": "a long password" });
    assert_eq!(register(&app, same_address).await.code(409), "email_taken");
    let same_name = json!({ "email": "wang@example.com", "password": "a long password", "username": "li" });
    assert_eq!(register(&app, same_name).await.code(409), "username_taken");
    // The refused attempt left nothing behind that would be in the way.
    let other_name = json!({ "email": "wang@example.com", "password": "a long password", "username": "wang" });
    register(&app, other_name).await.expect(201);
    app.verify_ledger().await;
}

#[tokio::test]
async fn a_name_in_another_case_or_width_is_the_same_name_and_is_shown_as_entered() {
    let app = TestApp::start().await;
    app.owner().await;
    let named =
        |number: usize, name: &str| json!({ "email": format!("a{number}@example.com"), "password": "a long password", "username": name });
    let made = register(&app, named(0, "Admin")).await.expect(201);
    assert_eq!(made["user"]["username"], "Admin");
    for (number, name) in ["Admin", "admin", "ADMIN", "ａｄｍｉｎ"].into_iter().enumerate() {
        assert_eq!(register(&app, named(number + 1, name)).await.code(409), "username_taken", "{name}");
    }
    let mixed = register(&app, named(9, "аdmin")).await.expect(400);
    assert_eq!((&mixed["errors"][0]["field"], &mixed["errors"][0]["code"]), (&json!("username"), &json!("mixed_scripts")));
}

#[tokio::test]
async fn a_wrong_field_is_named_with_its_reason_in_both_languages() {
    let app = TestApp::start().await;
    app.owner().await;
    let cases = [
        (json!({ "email": "nobody", "password": "a long password" }), "email", "is not an e-mail address", "邮箱"),
        (json!({ "email": "a@b.c", "password": "short" }), "password", "must have at least 8 characters", "8"),
        (json!({ "email": "a@b.c", "password": "x".repeat(129) }), "password", "must have at most 128 characters", "128"),
        (json!({ "email": "a@b.c", "password": "a long password", "username": "x" }), "username", "must have at least 2 characters", "2"),
        (
            json!({ "email": "a@b.c", "password": "a long password", "username": "a b" }),
            "username",
            "may have letters, digits, - and _ only",
            "文字",
        ),
    ];
    for (body, field, english, chinese) in cases {
        let ask = |language: &'static str| {
            let (client, body) = (app.anonymous(), body.clone());
            async move { client.json(Method::POST, "/api/auth/register", &[("accept-language", language)], body).await.expect(400) }
        };
        let problem = ask("en").await;
        assert_eq!((&problem["code"], &problem["errors"][0]["field"]), (&json!("invalid_request"), &json!(field)));
        assert_eq!(problem["errors"][0]["message"], english);
        let problem = ask("zh-TW").await;
        let message = problem["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(chinese), "{message}");
        assert_ne!(message, english);
    }
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let app = TestApp::start().await;
    let problem = register(&app, json!({ "email": "a@b.c" })).await.expect(400);
    assert!(problem["detail"].as_str().unwrap().contains("`password`"), "{problem}");
}

#[tokio::test]
async fn of_two_who_register_one_address_one_has_it() {
    let app = TestApp::start().await;
    app.owner().await;
    let body = json!({ "email": "li@example.com", "password": "a long password" });
    let (one, two) = futures::future::join(register(&app, body.clone()), register(&app, body)).await;
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    app.verify_ledger().await;
}
