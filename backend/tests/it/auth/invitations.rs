//! Registering while it is by invitation.

use std::time::Duration;

use danqing::models::user::Email;
use danqing::services::accounts::invitations;
use futures::future::join;
use serde_json::json;

use crate::support::{Answer, TestApp};

async fn studio() -> TestApp {
    let app = TestApp::with(&[("REGISTRATION", "invite")]).await;
    app.owner().await;
    app
}

async fn invite(app: &TestApp, email: Option<&str>) -> String {
    let email = email.map(|email| Email::parse(email).unwrap());
    let link = invitations::create(&app.app, email).await.unwrap();
    link.split_once("/register?invitation=").unwrap().1.to_owned()
}

async fn register(app: &TestApp, name: &str, invitation: &str) -> Answer {
    let body = json!({ "email": format!("{name}@example.com"), "password": "a long password", "invitation": invitation });
    app.anonymous().post("/api/auth/register", body).await
}

#[tokio::test]
async fn nobody_comes_in_without_a_valid_invitation() {
    let app = studio().await;
    let body = json!({ "email": "li@example.com", "password": "a long password" });
    assert_eq!(app.anonymous().post("/api/auth/register", body).await.code(403), "invitation_invalid");
    assert_eq!(register(&app, "li", "0123").await.code(403), "invitation_invalid");
}

#[tokio::test]
async fn an_invitation_is_good_for_one_account() {
    let app = studio().await;
    let invitation = invite(&app, None).await;
    register(&app, "li", &invitation).await.expect(201);
    assert_eq!(register(&app, "wang", &invitation).await.code(403), "invitation_invalid");
}

#[tokio::test]
async fn an_invitation_for_an_address_is_good_for_that_address() {
    let app = studio().await;
    let invitation = invite(&app, Some("Li@example.com")).await;
    assert_eq!(register(&app, "wang", &invitation).await.code(403), "invitation_invalid");
    register(&app, "li", &invitation).await.expect(201);
}

#[tokio::test]
async fn an_invitation_expires_after_a_week() {
    let app = studio().await;
    let (used, late) = (invite(&app, None).await, invite(&app, None).await);
    app.app.clock.advance(invitations::LIFETIME - Duration::from_secs(60));
    register(&app, "li", &used).await.expect(201);
    app.app.clock.advance(Duration::from_secs(60));
    assert_eq!(register(&app, "wang", &late).await.code(403), "invitation_invalid");
}

#[tokio::test]
async fn a_refused_registration_does_not_use_the_invitation_up() {
    let app = studio().await;
    let invitation = invite(&app, None).await;
    assert_eq!(register(&app, "owner", &invitation).await.code(409), "email_taken");
    register(&app, "li", &invitation).await.expect(201);
}

#[tokio::test]
async fn of_two_who_race_with_one_invitation_one_comes_in() {
    let app = studio().await;
    let invitation = invite(&app, None).await;
    let (one, two) = join(register(&app, "li", &invitation), register(&app, "wang", &invitation)).await;
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 403]);
    app.verify_ledger().await;
}
