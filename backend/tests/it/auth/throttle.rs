//! How often one address, or one account, may try.

use axum::body::Body;
use axum::http::Method;
use danqing::services::throttle::{LOGIN_BY_ADDRESS, LOGIN_BY_NEIGHBOURS_AND_ACCOUNT, MAIL_BY_ADDRESS, REGISTER_BY_ADDRESS, Rate};
use serde_json::{Value, json};

use super::passwords::Studio;
use crate::support::{Answer, Client, TestApp};

async fn guess(client: &Client, email: &str) -> Answer {
    client.post("/api/auth/login", json!({ "email": email, "password": "a wrong password" })).await
}

/// Guesses until that is refused, after as many tries as are allowed at once. On a slow machine some more, because
/// the next one is allowed meanwhile.
async fn guess_until_refused(client: &Client, emails: impl Iterator<Item = String>, rate: Rate) -> Answer {
    for (attempt, email) in (0..rate.burst.get() * 3).zip(emails) {
        let answer = guess(client, &email).await;
        if answer.status == 429 {
            assert!(attempt >= rate.burst.get(), "refused after {attempt}");
            return answer;
        }
        assert_eq!(answer.code(401), "invalid_credentials");
    }
    panic!("guesses are never refused")
}

/// The code and the seconds of a refusal, which the header must repeat.
fn refused(answer: Answer) -> (Value, u64) {
    let header = answer.headers["retry-after"].to_str().unwrap().to_owned();
    let problem = answer.expect(429);
    assert_eq!(problem["retryAfterSeconds"].to_string(), header);
    (problem["code"].clone(), header.parse().unwrap())
}

#[tokio::test]
async fn guessing_at_an_account_is_slowed_down_whether_it_exists_or_not() {
    let app = TestApp::start().await;
    app.user("li").await;
    for (email, address) in [("li@example.com", "198.51.100.1"), ("nobody@example.com", "198.51.100.2")] {
        let guesser = app.anonymous().at(address);
        let emails = [email.to_owned(), email.to_uppercase()].into_iter().cycle();
        let (code, seconds) = refused(guess_until_refused(&guesser, emails, LOGIN_BY_NEIGHBOURS_AND_ACCOUNT).await);
        assert_eq!(code, "too_many_attempts");
        assert!((1..=LOGIN_BY_NEIGHBOURS_AND_ACCOUNT.every.as_secs() + 1).contains(&seconds), "{seconds}");
    }
    // The stranger who guesses does not keep the owner of the account out.
    let right = json!({ "email": "li@example.com", "password": "a long password" });
    app.anonymous().at("203.0.113.1").post("/api/auth/login", right).await.expect(200);
}

#[tokio::test]
async fn guessing_from_an_address_is_slowed_down_and_others_are_not() {
    let app = TestApp::start().await;
    let guesser = app.anonymous().at("198.51.100.1");
    let emails = (0..).map(|attempt| format!("a{attempt}@example.com"));
    let (code, seconds) = refused(guess_until_refused(&guesser, emails, LOGIN_BY_ADDRESS).await);
    assert_eq!(code, "too_many_attempts");
    assert!((1..=LOGIN_BY_ADDRESS.every.as_secs() + 1).contains(&seconds), "{seconds}");
    guess(&app.anonymous().at("198.51.100.2"), "fresh@example.com").await.code(401);
}

/// Registers from a peer that says in `X-Forwarded-For` to speak for somebody.
async fn register_for(app: &TestApp, peer: &str, forwarded: &str, number: u32) -> Answer {
    let body = json!({ "email": format!("u{number}@example.com"), "password": "a long password" }).to_string();
    let headers = [("content-type", "application/json"), ("x-forwarded-for", forwarded)];
    app.anonymous().at(peer).send(Method::POST, "/api/auth/register", &headers, Body::from(body)).await
}

#[tokio::test]
async fn what_a_stranger_says_about_its_address_is_ignored() {
    let app = TestApp::start().await;
    for number in 0..REGISTER_BY_ADDRESS.burst.get() {
        register_for(&app, "198.51.100.1", &format!("203.0.113.{number}"), number).await.code(409);
    }
    assert_eq!(register_for(&app, "198.51.100.1", "203.0.113.200", 200).await.code(429), "too_many_attempts");
}

#[tokio::test]
async fn what_a_trusted_proxy_says_is_believed_as_far_as_it_wrote_it() {
    let app = TestApp::with(&[("TRUSTED_PROXIES", "10.0.0.0/8")]).await;
    for number in 0..REGISTER_BY_ADDRESS.burst.get() {
        // The client itself wrote the first address; the proxy added the second.
        let forwarded = format!("203.0.113.{number}, 198.51.100.1");
        register_for(&app, "10.0.0.7", &forwarded, number).await.code(409);
    }
    assert_eq!(register_for(&app, "10.0.0.7", "203.0.113.200, 198.51.100.1", 200).await.code(429), "too_many_attempts");
    register_for(&app, "10.0.0.7", "198.51.100.2", 201).await.code(409);
}

/// Asks for letters with one request after another until that is refused.
async fn ask_until_refused(client: &Client, path: &str, body: impl Fn(u32) -> Value) {
    for number in 0..MAIL_BY_ADDRESS.burst.get() * 3 {
        let answer = client.post(path, body(number)).await;
        if answer.status == 429 {
            assert_eq!(refused(answer).0, "too_many_attempts");
            return;
        }
        assert!(answer.status.is_success(), "{path}: {}", answer.status);
    }
    panic!("{path} is never refused");
}

#[tokio::test]
async fn whatever_sends_letters_is_slowed_down() {
    let studio = Studio::open().await;
    let li = studio.app.user("li").await;
    let at = |number: u32| format!("198.51.{number}.1");
    let address = |number: u32| json!({ "email": format!("{number}@example.com") });
    ask_until_refused(&studio.app.anonymous().at(&at(1)), "/api/auth/forgot-password", address).await;
    let register = |number: u32| json!({ "email": format!("new{number}@example.com"), "password": "a long password" });
    ask_until_refused(&studio.app.anonymous().at(&at(2)), "/api/auth/register", register).await;
    ask_until_refused(&li.at(&at(3)), "/api/me/verification", |_| json!({})).await;
    let change = |number: u32| json!({ "currentPassword": "a long password", "email": format!("other{number}@example.com") });
    ask_until_refused(&li.at(&at(4)), "/api/me/email", change).await;
}
