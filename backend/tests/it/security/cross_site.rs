//! Changes that another site asks a visitor's browser for.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use super::routes::{self, Things};
use crate::support::TestApp;

#[tokio::test]
async fn another_site_changes_nothing_through_any_route() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let before = li.get("/api/me").await.expect(200);
    let foreign = [
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "cross-site"), ("origin", "http://studio.test")],
        vec![("origin", "https://evil.example")],
        vec![("origin", "http://studio.test.evil.example")],
        vec![("origin", "http://studio.test:8080")],
        vec![("origin", "null")],
    ];
    for route in routes::all().into_iter().filter(|route| route.method != Method::GET) {
        let path = route.path.replace("{id}", &Things::unknown().task);
        for headers in &foreign {
            let mut headers = headers.clone();
            headers.push(("content-type", "application/json"));
            let answer = li.send(route.method.clone(), &path, &headers, Body::from("{}")).await;
            assert_eq!(answer.code(403), "csrf_refused", "{} {headers:?}", route.name());
        }
    }
    assert_eq!(li.get("/api/me").await.expect(200), before);
}

#[tokio::test]
async fn our_own_page_and_programs_may_change_things_and_anybody_may_look() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    for headers in
        [vec![("sec-fetch-site", "same-origin")], vec![("sec-fetch-site", "none")], vec![("origin", "http://studio.test")], vec![]]
    {
        li.json(Method::PATCH, "/api/me", &headers, json!({ "locale": "en" })).await.expect(200);
    }
    let answer = li.send(Method::GET, "/api/me", &[("sec-fetch-site", "cross-site")], Body::empty()).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}
