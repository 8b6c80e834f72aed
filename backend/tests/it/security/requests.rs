//! Requests that do not have the documented form.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use bytes::Bytes;
use danqing::middleware::json::BODY_MAXIMUM;
use futures::{StreamExt, stream};
use serde_json::json;

use super::routes::{self, Things};
use crate::support::TestApp;

#[tokio::test]
async fn unknown_fields_are_refused_by_name() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let cases = [
        ("/api/auth/login", json!({ "email": "a@b.c", "password": "x", "remember": true }), "remember"),
        ("/api/auth/register", json!({ "email": "a@b.c", "password": "x", "isAdmin": true }), "isAdmin"),
        ("/api/tasks", json!({ "taskType": "upscale", "inputFiles": [], "credits": 0 }), "credits"),
        ("/api/tasks/quote", json!({ "taskType": "upscale", "inputFiles": [], "userId": "x" }), "userId"),
    ];
    for (path, body, field) in cases {
        let problem = li.post(path, body).await.expect(400);
        assert_eq!((&problem["code"], &problem["errors"][0]["field"]), (&json!("unknown_field"), &json!(field)), "{path}");
    }
    for path in ["/api/tasks?user=x", "/api/credits/transactions?userId=x"] {
        assert_eq!(li.get(path).await.code(400), "unknown_field", "{path}");
    }
}

#[tokio::test]
async fn the_character_nul_finds_nothing_and_breaks_nothing() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    li.create(&[li.stamp().await]).await;
    for name in ["q", "taskType", "status", "limit", "anything"] {
        for text in ["%00", "a%00b", "upscale%00"] {
            assert_eq!(li.get(&format!("/api/tasks?{name}={text}")).await.code(400), "invalid_request", "{name}={text}");
        }
    }
    for path in ["/api/tasks/status?ids=%00", "/api/credits/transactions?taskId=%00", "/?x=%00"] {
        assert_eq!(li.get(path).await.code(400), "invalid_request", "{path}");
    }
    let account = |email: &str, username: &str| json!({ "email": email, "password": "a long password", "username": username });
    for (path, body, code) in [
        ("/api/auth/login", json!({ "email": "li@example.com\0", "password": "a long password" }), "invalid_credentials"),
        ("/api/auth/login", json!({ "email": "\0", "password": "\0" }), "invalid_credentials"),
        ("/api/auth/register", account("a\0@example.com", "wang"), "invalid_request"),
        ("/api/auth/register", account("a@example.com", "wa\0ng"), "invalid_request"),
        ("/api/auth/setup", json!({ "token": "\0", "email": "a@example.com", "password": "a long password" }), "setup_token_invalid"),
        ("/api/tasks", json!({ "taskType": "upscale\0", "inputFiles": [] }), "tool_unknown"),
        ("/api/tasks", json!({ "taskType": "upscale", "inputFiles": ["\0"] }), "invalid_request"),
        ("/api/tasks", json!({ "taskType": "upscale", "inputFiles": [], "model": "\0" }), "model_unknown"),
        ("/api/tasks", json!({ "taskType": "style_transfer", "inputFiles": [], "style": "\0" }), "style_unknown"),
        ("/api/tasks", json!({ "taskType": "upscale", "inputFiles": [], "parameters": { "scale": "\0" } }), "parameter_invalid"),
        ("/api/tasks", json!({ "taskType": "upscale", "inputFiles": [], "parameters": { "\0": 1 } }), "parameter_unsupported"),
    ] {
        let problem = li.post(path, body.clone()).await.json();
        assert_eq!(problem["code"], code, "{path} {body}: {problem}");
    }
    // A password is never looked up, so it may have any character.
    let body = json!({ "email": "nul@example.com", "password": "a long\0password", "invitation": "\0" });
    app.anonymous().post("/api/auth/register", body).await.expect(201);
}

#[tokio::test]
async fn a_body_of_another_type_or_of_none_is_refused() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let body = r#"{"username":"wang"}"#;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let answer = li.send(Method::PATCH, "/api/me", &[("content-type", kind)], Body::from(body)).await;
        assert_eq!(answer.code(400), "invalid_request", "{kind}");
    }
    assert_eq!(li.send(Method::PATCH, "/api/me", &[], Body::from(body)).await.code(400), "invalid_request");
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        li.send(Method::PATCH, "/api/me", &[("content-type", kind)], Body::from(body)).await.expect(200);
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_or_not_the_form_is_refused_with_the_reason() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    for body in ["", "{", "[]", "null", "{\"username\":1}", "{\"username\":\"a\\ud800\"}", "\u{feff}{}"] {
        let answer = li.send(Method::PATCH, "/api/me", &[("content-type", "application/json")], Body::from(body)).await;
        assert_eq!(answer.code(400), "invalid_request", "{body}");
    }
    let nested = format!("{{\"parameters\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let answer = li.send(Method::POST, "/api/tasks", &[("content-type", "application/json")], Body::from(nested)).await;
    assert_eq!(answer.code(400), "invalid_request");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_on_every_route_that_takes_one() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let large = format!("{{\"username\":\"{}\"}}", "x".repeat(BODY_MAXIMUM));
    for path in ["/api/tasks", "/api/tasks/quote", "/api/auth/login", "/api/auth/register", "/api/auth/setup"] {
        let answer = li.send(Method::POST, path, &[("content-type", "application/json")], Body::from(large.clone())).await;
        assert_eq!(answer.code(413), "body_too_large", "{path}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up_on_every_route_that_takes_one() {
    let app = TestApp::start().await;
    for path in ["/api/auth/login", "/api/auth/register", "/api/auth/setup"] {
        let clock = app.app.clock.clone();
        let dripping = stream::repeat_with(move || {
            clock.advance(Duration::from_secs(10));
            Ok::<_, std::io::Error>(Bytes::from_static(b" "))
        });
        // Each byte comes after the reader has asked again.
        let slow = dripping.then(|piece| async {
            tokio::task::yield_now().await;
            piece
        });
        let answer = app.anonymous().send(Method::POST, path, &[("content-type", "application/json")], Body::from_stream(slow)).await;
        let problem = answer.expect(408);
        assert_eq!(problem["code"], "timeout", "{path}");
        assert!(problem["detail"].as_str().unwrap().contains("30 seconds"), "{problem}");
    }
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_a_problem_and_not_the_page() {
    let app = TestApp::start().await;
    for path in ["/api/nowhere", "/api/", "/api/tasks/x/y/z", "/files/", "/v1/images/generations"] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = app.anonymous().send(method, path, &[], Body::empty()).await;
            assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
            assert_eq!(answer.code(404), "not_found", "{path}");
        }
    }
}

#[tokio::test]
async fn a_method_that_a_route_does_not_have_is_refused() {
    let app = TestApp::start().await;
    let all = routes::all();
    for route in &all {
        let path = route.path.replace("{id}", &Things::unknown().task);
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            if all.iter().any(|other| other.path == route.path && other.method == method) {
                continue;
            }
            // Where two addresses have the same form, the method may belong to the other one.
            if route.path == "/api/tasks/status" || route.path == "/api/tasks/quote" {
                continue;
            }
            let answer = app.anonymous().send(method.clone(), &path, &[], Body::empty()).await;
            assert_eq!(answer.code(405), "method_not_allowed", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn an_id_of_any_shape_is_just_not_found() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    for id in
        ["x", "task_", "file_01jd0000000000000000000000", "task_01JD0000000000000000000000", "%00", "..%2f..%2fetc", "%ff", "'%20OR%201=1"]
    {
        assert_eq!(li.get(&format!("/api/tasks/{id}")).await.status, 404, "{id}");
    }
}
