//! Addresses: confirmed, confirmed again, changed.

use serde_json::json;

use super::passwords::Studio;
use crate::support::{Answer, Client};

async fn ask(client: &Client, password: &str, email: &str) -> Answer {
    client.post("/api/me/email", json!({ "currentPassword": password, "email": email })).await
}

async fn confirm(studio: &Studio, path: &str, token: &str) -> Answer {
    studio.app.anonymous().post(path, json!({ "token": token })).await
}

#[tokio::test]
async fn welcome_credits_come_with_the_confirmed_address_and_once() {
    let studio = Studio::open().await;
    let (li, wang) = (studio.app.user("li").await, studio.app.user("wang").await);
    studio.app.run_jobs().await;
    assert_eq!((li.balance().await, li.get("/api/me").await.expect(200)["user"]["emailVerified"].clone()), (0, json!(false)));
    let first = studio.post.token("li@example.com", "verify-email");
    li.post("/api/me/verification", json!({})).await.expect(202);
    studio.app.run_jobs().await;
    let second = studio.post.token("li@example.com", "verify-email");
    assert_ne!(first, second);
    // Letters overtake each other: the first link works as well, and with either the other is over.
    let (one, other) = tokio::join!(confirm(&studio, "/api/auth/verify-email", &first), confirm(&studio, "/api/auth/verify-email", &first));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 403]);
    assert_eq!(confirm(&studio, "/api/auth/verify-email", &second).await.code(403), "link_invalid");
    assert_eq!(li.get("/api/me").await.expect(200)["user"]["emailVerified"], true);
    assert_eq!((li.balance().await, wang.balance().await), (10, 0));
    let sent = studio.post.letters_to("li@example.com").len();
    li.post("/api/me/verification", json!({})).await.expect(202);
    studio.app.run_jobs().await;
    assert_eq!(studio.post.letters_to("li@example.com").len(), sent, "there is nothing to confirm any more");
    studio.app.verify_ledger().await;
}

#[tokio::test]
async fn an_address_changes_when_the_new_one_confirms_and_the_old_one_is_told() {
    let studio = Studio::open().await;
    let li = studio.app.user("li").await;
    let before = studio.forgotten("li@example.com").await;
    assert_eq!(ask(&li, "a wrong password", "new@example.com").await.expect(400)["errors"][0]["field"], "currentPassword");
    ask(&li, "a long password", "New@example.com").await.expect(202);
    studio.app.run_jobs().await;
    assert_eq!(li.get("/api/me").await.expect(200)["user"]["email"], "li@example.com");
    let token = studio.post.token("new@example.com", "change-email");
    confirm(&studio, "/api/auth/change-email", &token).await.expect(204);
    let user = li.get("/api/me").await.expect(200)["user"].clone();
    assert_eq!((&user["email"], &user["emailVerified"]), (&json!("new@example.com"), &json!(true)));
    studio.log_in("new@example.com", "a long password").await.expect(200);
    assert_eq!(studio.log_in("li@example.com", "a long password").await.code(401), "invalid_credentials");
    assert_eq!(confirm(&studio, "/api/auth/change-email", &token).await.code(403), "link_invalid");
    assert_eq!(studio.reset(&before, "another password").await.code(403), "link_invalid", "it went to the address before");
    studio.app.run_jobs().await;
    let told: Vec<String> =
        studio.post.letters_to("li@example.com").iter().map(|letter| letter["subject"].as_str().unwrap().to_owned()).collect();
    assert!(told.iter().any(|subject| subject.contains("about to change")) && told.last().unwrap().contains("was changed"), "{told:?}");
}

#[tokio::test]
async fn nobody_takes_the_address_of_somebody_else_or_learns_that_it_is_one() {
    let studio = Studio::open().await;
    let li = studio.app.user("li").await;
    studio.app.user("wang").await;
    studio.app.run_jobs().await;
    let letters = studio.post.letters_to("wang@example.com").len();
    ask(&li, "a long password", "wang@example.com").await.expect(202);
    studio.app.run_jobs().await;
    assert_eq!(studio.post.letters_to("wang@example.com").len(), letters);
    // Taken between the question and the answer.
    ask(&li, "a long password", "late@example.com").await.expect(202);
    studio.app.run_jobs().await;
    let token = studio.post.token("late@example.com", "change-email");
    studio.app.user("late").await;
    assert_eq!(confirm(&studio, "/api/auth/change-email", &token).await.code(409), "email_taken");
    assert_eq!(li.get("/api/me").await.expect(200)["user"]["email"], "li@example.com");
}

#[tokio::test]
async fn a_new_password_ends_a_change_of_address_that_somebody_else_began() {
    let studio = Studio::open().await;
    let li = studio.app.user("li").await;
    ask(&li, "a long password", "thief@example.com").await.expect(202);
    studio.app.run_jobs().await;
    let token = studio.post.token("thief@example.com", "change-email");
    let reset = studio.forgotten("li@example.com").await;
    studio.reset(&reset, "another password").await.expect(204);
    assert_eq!(confirm(&studio, "/api/auth/change-email", &token).await.code(403), "link_invalid");
}
