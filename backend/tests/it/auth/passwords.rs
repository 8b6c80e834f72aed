//! Passwords: forgotten, chosen anew with a link, changed.

use std::time::Duration;

use axum::http::Method;
use danqing::database::users;
use danqing::error::{Code, Failure};
use danqing::services::accounts::login::login;
use danqing::services::accounts::sessions;
use serde_json::{Value, json};

use crate::support::mail::Post;
use crate::support::{Answer, Client, TestApp};

/// A studio that sends mail.
pub struct Studio {
    pub app: TestApp,
    pub post: Post,
}

impl Studio {
    pub async fn open() -> Self {
        let post = Post::new();
        let mut settings = post.settings("plain");
        settings.push(("DOMAIN", "https://studio.example.com".to_owned()));
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Self { app: TestApp::with(&settings).await, post }
    }

    /// Asks for a link and returns its token.
    pub async fn forgotten(&self, email: &str) -> String {
        self.app.anonymous().post("/api/auth/forgot-password", json!({ "email": email })).await.expect(202);
        self.app.run_jobs().await;
        self.post.token(email, "reset-password")
    }

    pub async fn reset(&self, token: &str, password: &str) -> Answer {
        self.app.anonymous().post("/api/auth/reset-password", json!({ "token": token, "password": password })).await
    }

    pub async fn log_in(&self, email: &str, password: &str) -> Answer {
        self.app.anonymous().post("/api/auth/login", json!({ "email": email, "password": password })).await
    }
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_once_and_ends_every_session() {
    let studio = Studio::open().await;
    let li = studio.app.user("li").await;
    let token = studio.forgotten("li@example.com").await;
    assert_eq!(studio.reset(&token, "short").await.code(400), "invalid_request");
    studio.reset(&token, "another password").await.expect(204);
    assert_eq!(li.get("/api/me").await.code(401), "unauthenticated");
    assert_eq!(studio.log_in("li@example.com", "a long password").await.code(401), "invalid_credentials");
    studio.log_in("li@example.com", "another password").await.expect(200);
    assert_eq!(studio.reset(&token, "a third password").await.code(403), "link_invalid");
    studio.app.run_jobs().await;
    let letters = studio.post.letters_to("li@example.com");
    assert!(letters.last().unwrap()["subject"].as_str().unwrap().contains("was changed"), "{letters:?}");
}

#[tokio::test]
async fn a_log_in_under_way_opens_nothing_after_the_password_was_chosen_anew() {
    let studio = Studio::open().await;
    studio.app.user("li").await;
    let token = studio.forgotten("li@example.com").await;
    let (app, address) = (&studio.app.app, "198.51.100.7".parse().unwrap());
    let proven = login(app, address, "li@example.com", "a long password".to_owned()).await.unwrap();
    studio.reset(&token, "another password").await.expect(204);
    let opened = sessions::open(app, &proven.user.id, Some(proven.hash), None).await;
    assert_eq!(opened.map(drop).unwrap_err().code, Code::InvalidCredentials);
    let proven = login(app, address, "li@example.com", "another password".to_owned()).await.unwrap();
    sessions::open(app, &proven.user.id, Some(proven.hash), None).await.map(drop).unwrap();
}

/// A reset that ends an account's links waits for what a password was just checked for; on SQLite one writes at a time anyway.
#[tokio::test]
async fn a_password_that_opens_something_stays_until_that_is_done() {
    let studio = Studio::open().await;
    studio.app.user("li").await;
    let app = &studio.app.app;
    let proven = login(app, "198.51.100.7".parse().unwrap(), "li@example.com", "a long password".to_owned()).await.unwrap();
    let (id, other) = (proven.user.id.clone(), proven.user.id.clone());
    let now = app.clock.now();
    let (begun, wait) = std::sync::mpsc::channel();
    let (reset_begins, go_on) = std::sync::mpsc::channel::<()>();
    let (go_on, order) = (std::sync::Mutex::new(go_on), std::sync::Arc::new(std::sync::Mutex::new(Vec::new())));
    let (first, second) = (std::sync::Arc::clone(&order), std::sync::Arc::clone(&order));
    let asking = app.database.write::<_, Failure, _>(move |conn| {
        users::lock_password_hash(conn, &id)?;
        begun.send(()).unwrap();
        // Whoever is not held up is through in that time.
        go_on.lock().unwrap().recv_timeout(Duration::from_millis(200)).unwrap_err();
        first.lock().unwrap().push("asked");
        Ok(())
    });
    let resetting = async {
        tokio::task::spawn_blocking(move || wait.recv().unwrap()).await.unwrap();
        let changed = app.database.write::<_, Failure, _>(move |conn| {
            users::set_password_hash(conn, &other, "another", now)?;
            second.lock().unwrap().push("reset");
            Ok(())
        });
        changed.await.unwrap();
        drop(reset_begins);
    };
    let (asked, ()) = tokio::join!(asking, resetting);
    asked.unwrap();
    assert_eq!(*order.lock().unwrap(), ["asked", "reset"]);
}

#[tokio::test]
async fn the_answer_is_the_same_whoever_has_an_account() {
    let studio = Studio::open().await;
    studio.app.user("li").await;
    let suspended = studio.app.user("wang").await;
    studio.app.set_active(&suspended, false).await;
    studio.app.run_jobs().await;
    let mut answers = Vec::new();
    for name in ["li", "wang", "nobody"] {
        let body = json!({ "email": format!("{name}@example.com") });
        let answer = studio.app.anonymous().post("/api/auth/forgot-password", body).await;
        let headers: Vec<String> =
            answer.headers.iter().filter(|(name, _)| *name != "x-request-id").map(|pair| format!("{pair:?}")).collect();
        answers.push((answer.status, headers, answer.bytes));
        // What is done before the answer is the same too: one job.
        assert_eq!(studio.app.run_jobs().await, if name == "li" { 2 } else { 1 });
    }
    assert_eq!(answers[0].0, 202);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let subjects = |name: &str| studio.post.letters_to(&format!("{name}@example.com")).len();
    assert_eq!((subjects("li"), subjects("wang"), subjects("nobody")), (2, 1, 0));
}

#[tokio::test]
async fn a_link_that_is_over_or_of_another_purpose_or_person_or_made_up_opens_nothing() {
    let studio = Studio::open().await;
    studio.app.user("li").await;
    studio.app.user("wang").await;
    let (li, wang) = (studio.forgotten("li@example.com").await, studio.forgotten("wang@example.com").await);
    let verification = studio.post.token("li@example.com", "verify-email");
    // The id of one link with the proof of another; each half alone; a link that only confirms an address.
    let (swapped, id_only) = (format!("{}{}", &li[..26], &wang[26..]), &li[..26]);
    for token in [swapped.as_str(), id_only, &li[26..], &verification, "", "x", "é", &"0".repeat(66)] {
        assert_eq!(studio.reset(token, "another password").await.code(403), "link_invalid", "{token}");
    }
    for path in ["/api/auth/verify-email", "/api/auth/change-email"] {
        assert_eq!(studio.app.anonymous().post(path, json!({ "token": li })).await.code(403), "link_invalid");
    }
    studio.app.pass(Duration::from_secs(3600));
    assert_eq!(studio.reset(&li, "another password").await.code(403), "link_invalid");
    studio.log_in("li@example.com", "a long password").await.expect(200);
}

#[tokio::test]
async fn of_two_that_use_one_link_at_once_one_wins() {
    let studio = Studio::open().await;
    studio.app.user("li").await;
    let token = studio.forgotten("li@example.com").await;
    let (one, other) = tokio::join!(studio.reset(&token, "password of one"), studio.reset(&token, "password of other"));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    let winner = if statuses[0] == 204 { "password of one" } else { "password of other" };
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 403]);
    studio.log_in("li@example.com", winner).await.expect(200);
}

#[tokio::test]
async fn links_lead_to_the_studio_whatever_host_a_request_names() {
    let studio = Studio::open().await;
    studio.app.user("li").await;
    let headers = [("host", "evil.example.net"), ("x-forwarded-host", "evil.example.net")];
    let body = json!({ "email": "li@example.com" });
    studio.app.anonymous().json(Method::POST, "/api/auth/forgot-password", &headers, body).await.expect(202);
    studio.app.run_jobs().await;
    let letters = studio.post.letters_to("li@example.com");
    for part in ["text", "html"] {
        let text = letters.last().unwrap()[part].as_str().unwrap();
        assert!(text.contains("studio.example.com") && !text.contains("evil.example.net"), "{text}");
    }
}

#[tokio::test]
async fn without_a_mail_server_the_studio_says_so_and_the_operator_has_a_link() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    assert_eq!(app.anonymous().get("/api/app").await.expect(200)["mail"], false);
    let forgotten = app.anonymous().post("/api/auth/forgot-password", json!({ "email": "li@example.com" })).await;
    assert_eq!(forgotten.code(409), "mail_not_configured");
    for (path, body) in [
        ("/api/me/verification", Value::Null),
        ("/api/me/email", json!({ "currentPassword": "a long password", "email": "new@example.com" })),
    ] {
        assert_eq!(li.post(path, body).await.code(409), "mail_not_configured", "{path}");
    }
    assert_eq!(li.balance().await, 10, "the welcome credits come at once");
}

async fn change(client: &Client, current: &str, next: &str) -> Answer {
    client.post("/api/me/password", json!({ "currentPassword": current, "password": next })).await
}

#[tokio::test]
async fn a_changed_password_needs_the_present_one_and_ends_the_other_sessions_and_links() {
    let studio = Studio::open().await;
    let li = studio.app.user("li").await;
    let elsewhere = studio.app.anonymous();
    elsewhere.post("/api/auth/login", json!({ "email": "li@example.com", "password": "a long password" })).await.expect(200);
    let link = studio.forgotten("li@example.com").await;
    let wrong = change(&li, "a wrong password", "another password").await.expect(400);
    assert_eq!(wrong["errors"][0]["field"], "currentPassword");
    elsewhere.get("/api/me").await.expect(200);
    change(&li, "a long password", "another password").await.expect(204);
    li.get("/api/me").await.expect(200);
    assert_eq!(elsewhere.get("/api/me").await.code(401), "unauthenticated");
    assert_eq!(studio.reset(&link, "a third password").await.code(403), "link_invalid");
    studio.log_in("li@example.com", "another password").await.expect(200);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_only() {
    let app = TestApp::start().await;
    let (li, wang) = (app.user("li").await, app.user("wang").await);
    let elsewhere = app.anonymous();
    elsewhere.post("/api/auth/login", json!({ "email": "li@example.com", "password": "a long password" })).await.expect(200);
    let items = li.get("/api/me/sessions").await.expect(200)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 2);
    let other = items.as_array().unwrap().iter().find(|item| item["isCurrent"] == false).unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(wang.delete(&format!("/api/me/sessions/{other}")).await.code(404), "not_found");
    elsewhere.get("/api/me").await.expect(200);
    li.delete(&format!("/api/me/sessions/{other}")).await.expect(204);
    assert_eq!(elsewhere.get("/api/me").await.code(401), "unauthenticated");
    assert_eq!(li.delete(&format!("/api/me/sessions/{other}")).await.code(404), "not_found");
    assert_eq!(li.get("/api/me/sessions").await.expect(200)["items"].as_array().unwrap().len(), 1);
}
