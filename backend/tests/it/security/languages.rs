//! The language of errors.

use axum::body::Body;
use axum::http::Method;

use crate::support::TestApp;

#[tokio::test]
async fn an_error_is_told_in_the_language_that_the_browser_prefers() {
    let app = TestApp::start().await;
    for (header, title) in [
        ("zh-CN,zh;q=0.9,en;q=0.8", "请先登录"),
        ("zh-TW", "请先登录"),
        ("en-GB,zh;q=0.5", "Please log in"),
        ("fr", "Please log in"),
        ("", "Please log in"),
    ] {
        let answer = app.anonymous().send(Method::GET, "/api/me", &[("accept-language", header)], Body::empty()).await;
        assert_eq!(answer.expect(401)["title"], title, "{header}");
    }
}

#[tokio::test]
async fn without_a_preference_the_default_of_the_studio_rules() {
    let app = TestApp::with(&[("DEFAULT_LOCALE", "zh-CN")]).await;
    assert_eq!(app.anonymous().get("/api/me").await.expect(401)["title"], "请先登录");
}
