//! Headers that every answer carries.

use crate::support::TestApp;

#[tokio::test]
async fn page_api_and_errors_carry_the_security_headers() {
    let app = TestApp::start().await;
    for path in ["/", "/gallery", "/api/app", "/api/me", "/api/nowhere", "/files/x", "/healthz", "/missing.js"] {
        let answer = app.anonymous().get(path).await;
        let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
        let policy = header("content-security-policy");
        assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn the_id_of_a_request_is_in_its_header_and_in_its_error() {
    let app = TestApp::start().await;
    let visitor = app.anonymous();
    let (first, second) = (visitor.get("/api/me").await, visitor.get("/api/me").await);
    assert_ne!(first.headers["x-request-id"], second.headers["x-request-id"]);
    for answer in [first, second] {
        let header = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(answer.json()["requestId"], header);
    }
    assert!(visitor.get("/api/app").await.headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn what_the_api_tells_is_kept_by_nobody_and_the_page_and_pictures_say_themselves() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let file = li.get(&format!("/api/files/{}", li.photo().await)).await.expect(200);
    let kept = async |path: &str| li.get(path).await.headers["cache-control"].to_str().unwrap().to_owned();
    for path in ["/api/app", "/api/tools", "/api/me", "/api/tasks", "/api/credits", "/api/credits/transactions", "/api/openapi.json"] {
        assert_eq!(kept(path).await, "no-store", "{path}");
    }
    assert!(kept(file["url"].as_str().unwrap()).await.starts_with("private, max-age="));
    assert_eq!(li.open("/api/events", &[]).await.headers()["cache-control"], "no-cache, no-transform");
}

#[tokio::test]
async fn errors_are_not_kept_by_anybody() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/api/me").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["content-type"], "application/problem+json");
}
