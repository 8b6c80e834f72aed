//! `POST /api/auth/setup`

use danqing::services::accounts::setup;
use futures::future::join;
use serde_json::{Value, json};

use crate::support::TestApp;

fn owner(app: &TestApp, email: &str) -> Value {
    let link = setup::link(&app.app);
    json!({ "token": link.split_once("?token=").unwrap().1, "email": email, "password": "a long password" })
}

#[tokio::test]
async fn only_the_printed_link_makes_the_owner() {
    let app = TestApp::start().await;
    let guess = json!({ "token": "0".repeat(32), "email": "a@example.com", "password": "a long password" });
    assert_eq!(app.anonymous().post("/api/auth/setup", guess).await.code(403), "setup_token_invalid");
    let made = app.anonymous().post("/api/auth/setup", owner(&app, "a@example.com")).await.expect(201);
    assert_eq!((&made["user"]["role"], &made["user"]["email"]), (&json!("owner"), &json!("a@example.com")));
    assert_eq!(app.anonymous().get("/api/app").await.expect(200)["setupRequired"], false);
}

#[tokio::test]
async fn the_link_works_once() {
    let app = TestApp::start().await;
    app.owner().await;
    assert_eq!(app.anonymous().post("/api/auth/setup", owner(&app, "b@example.com")).await.code(409), "setup_done");
}

#[tokio::test]
async fn registering_before_set_up_is_refused_and_makes_nobody() {
    let app = TestApp::start().await;
    let visitor = app.anonymous();
    let body = json!({ "email": "li@example.com", "password": "a long password" });
    assert_eq!(visitor.post("/api/auth/register", body.clone()).await.code(409), "setup_required");
    assert_eq!(visitor.get("/api/app").await.expect(200)["setupRequired"], true);
    assert_eq!(visitor.post("/api/auth/login", body).await.code(401), "invalid_credentials");
}

#[tokio::test]
async fn registering_after_set_up_never_makes_an_owner() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    assert_eq!(user.get("/api/me").await.expect(200)["user"]["role"], "user");
    let role = json!({ "email": "wang@example.com", "password": "a long password", "role": "owner" });
    assert_eq!(app.anonymous().post("/api/auth/register", role).await.code(400), "unknown_field");
}

#[tokio::test]
async fn of_two_who_race_one_becomes_the_owner() {
    let app = TestApp::start().await;
    let (first, second) = (app.anonymous(), app.anonymous());
    let race =
        join(first.post("/api/auth/setup", owner(&app, "a@example.com")), second.post("/api/auth/setup", owner(&app, "b@example.com")));
    let (one, two) = race.await;
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let loser = if one.status == 409 { one } else { two };
    assert_eq!(loser.code(409), "setup_done");
}
