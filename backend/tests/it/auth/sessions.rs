//! Sessions: their cookies, how they are renewed and how they end.

use std::time::Duration;

use danqing::middleware::auth::{ACCESS_COOKIE, REFRESH_COOKIE};
use danqing::services::accounts::sessions::{ACCESS_LIFETIME, SESSION_LIFETIME};
use serde_json::json;

use crate::support::{Answer, Client, TestApp};

fn set_cookies(answer: &Answer) -> Vec<String> {
    let mut cookies: Vec<String> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect();
    cookies.sort_unstable();
    cookies
}

fn has(cookie: &str, attribute: &str) -> bool {
    cookie.split("; ").any(|one| one == attribute)
}

async fn log_in(client: &Client) -> Answer {
    client.post("/api/auth/login", json!({ "email": "li@example.com", "password": "a long password" })).await
}

async fn refresh(client: &Client) -> Answer {
    client.post("/api/auth/refresh", json!({})).await
}

#[tokio::test]
async fn cookies_reach_no_script_no_other_site_and_no_path_they_are_not_for() {
    for (domain, secure) in [("https://studio.example.com", true), ("http://studio.example.com", false)] {
        let app = TestApp::with(&[("DOMAIN", domain)]).await;
        app.user("li").await;
        let cookies = set_cookies(&log_in(&app.anonymous()).await);
        let [refresh, access] = cookies.as_slice() else { panic!("{cookies:?}") };
        assert!(access.starts_with(&format!("{ACCESS_COOKIE}=")) && has(access, "Path=/"), "{access}");
        assert!(refresh.starts_with(&format!("{REFRESH_COOKIE}=")) && has(refresh, "Path=/api/auth"), "{refresh}");
        for cookie in &cookies {
            assert!(has(cookie, "HttpOnly") && has(cookie, "SameSite=Lax"), "{cookie}");
            assert_eq!(has(cookie, "Secure"), secure, "{cookie}");
            assert!(cookie.contains("; Max-Age="), "{cookie}");
            assert!(!cookie.contains("Domain="), "{cookie}");
        }
    }
}

#[tokio::test]
async fn logging_out_ends_the_session_at_once_for_every_copy_of_its_cookies() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let copy = user.copy();
    copy.get("/api/me").await.expect(200);
    let answer = user.post("/api/auth/logout", json!({})).await;
    assert_eq!(answer.status, 204);
    assert!(set_cookies(&answer).iter().all(|cookie| cookie.contains("Max-Age=0")), "{:?}", set_cookies(&answer));
    assert_eq!(copy.get("/api/me").await.code(401), "unauthenticated");
    assert_eq!(refresh(&copy).await.code(401), "unauthenticated");
    // Another session of the same account goes on; logging out twice is no error.
    let elsewhere = app.anonymous();
    log_in(&elsewhere).await.expect(200);
    assert_eq!(copy.post("/api/auth/logout", json!({})).await.status, 204);
    elsewhere.get("/api/me").await.expect(200);
}

#[tokio::test]
async fn logging_out_after_a_pause_ends_the_session_too() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let copy = user.copy();
    app.pass(Duration::from_secs(16 * 60));
    assert_eq!(user.post("/api/auth/logout", json!({})).await.status, 204);
    assert_eq!(refresh(&copy).await.code(401), "unauthenticated");
    // A browser deletes the short cookie when its time is over; the long one is enough.
    let elsewhere = app.anonymous();
    log_in(&elsewhere).await.expect(200);
    let only_refresh = app.anonymous();
    only_refresh.set_cookie(REFRESH_COOKIE, &elsewhere.cookie(REFRESH_COOKIE));
    assert_eq!(only_refresh.post("/api/auth/logout", json!({})).await.status, 204);
    assert_eq!(elsewhere.get("/api/me").await.code(401), "unauthenticated");
}

#[tokio::test]
async fn logging_out_is_not_said_to_be_done_when_the_database_cannot_tell() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    app.app.sessions.forget_all();
    app.app.database.clone().close().await;
    assert_eq!(user.post("/api/auth/logout", json!({})).await.code(503), "overloaded");
}

#[tokio::test]
async fn an_old_access_token_is_renewed_with_the_refresh_token() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    app.app.clock.advance(ACCESS_LIFETIME - Duration::from_secs(2));
    user.get("/api/me").await.expect(200);
    app.app.clock.advance(Duration::from_secs(3));
    assert_eq!(user.get("/api/me").await.code(401), "unauthenticated");
    let before = (user.cookie(ACCESS_COOKIE), user.cookie(REFRESH_COOKIE));
    assert_eq!(refresh(&user).await.expect(200)["user"]["email"], "li@example.com");
    assert_ne!(before.0, user.cookie(ACCESS_COOKIE));
    assert_ne!(before.1, user.cookie(REFRESH_COOKIE));
    user.get("/api/me").await.expect(200);
}

#[tokio::test]
async fn two_tabs_that_renew_at_the_same_moment_both_stay() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let other_tab = user.copy();
    refresh(&user).await.expect(200);
    app.app.clock.advance(Duration::from_secs(29));
    refresh(&other_tab).await.expect(200);
    other_tab.get("/api/me").await.expect(200);
    refresh(&user).await.expect(200);
}

#[tokio::test]
async fn two_tabs_that_renew_at_the_same_moment_stay_whichever_answer_comes_last() {
    for last_comes_last in [true, false] {
        let app = TestApp::start().await;
        let user = app.user("li").await;
        // Both requests left with the cookies of the one jar before either was answered.
        let (one, two) = (user.copy(), user.copy());
        let mut answers = [refresh(&one).await, refresh(&two).await];
        if !last_comes_last {
            answers.reverse();
        }
        for cookie in answers.iter().flat_map(set_cookies) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            user.set_cookie(name, value);
        }
        for _ in 0..2 {
            app.app.clock.advance(ACCESS_LIFETIME);
            refresh(&user).await.expect(200);
            user.get("/api/me").await.expect(200);
        }
    }
}

#[tokio::test]
async fn a_refresh_token_used_again_later_is_theft_and_ends_the_session() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let thief = user.copy();
    refresh(&user).await.expect(200);
    app.app.clock.advance(Duration::from_secs(31));
    assert_eq!(refresh(&thief).await.code(401), "unauthenticated");
    assert_eq!(refresh(&user).await.code(401), "unauthenticated");
    assert_eq!(user.get("/api/me").await.code(401), "unauthenticated");
}

#[tokio::test]
async fn a_session_that_is_not_used_for_its_lifetime_ends() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    app.app.clock.advance(SESSION_LIFETIME + Duration::from_secs(1));
    assert_eq!(refresh(&user).await.code(401), "unauthenticated");
}

#[tokio::test]
async fn being_suspended_does_not_cost_the_session() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let id = user.get("/api/me").await.expect(200)["user"]["id"].as_str().unwrap().parse().unwrap();
    app.set_active_by_id(&id, false).await;
    assert_eq!(user.get("/api/me").await.code(403), "account_suspended");
    assert_eq!(refresh(&user).await.code(403), "account_suspended");
    app.app.clock.advance(Duration::from_secs(3600));
    app.set_active_by_id(&id, true).await;
    refresh(&user).await.expect(200);
    user.get("/api/me").await.expect(200);
}
