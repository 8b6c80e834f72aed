//! Forms that are not as documented.

use axum::body::Body;
use axum::http::Method;
use image::ImageFormat;
use serde_json::json;

use super::files::{assert_nothing_stored, plain};
use crate::support::form::{Part, form};
use crate::support::{Answer, Client, TestApp};

async fn send(client: &Client, kind: &str, body: Vec<u8>) -> Answer {
    client.send(Method::POST, "/api/uploads", &[("content-type", kind)], Body::from(body)).await
}

#[tokio::test]
async fn a_form_without_a_file_is_refused() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let (kind, body) = form(&[]);
    let problem = send(&li, &kind, body).await.expect(400);
    assert_eq!((&problem["code"], &problem["errors"][0]["field"]), (&json!("invalid_request"), &json!("file")));
}

#[tokio::test]
async fn another_field_is_refused_by_name() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let picture = plain(8, 8, ImageFormat::Png);
    let good = Part { field: "file", name: Some("a.png"), bytes: &picture };
    for field in ["files", "userId", "图片"] {
        let (kind, body) = form(&[Part { ..good }, Part { field, name: None, bytes: b"x" }]);
        let problem = send(&li, &kind, body).await.expect(400);
        assert_eq!((&problem["code"], &problem["errors"][0]["field"]), (&json!("unknown_field"), &json!(field)));
    }
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn more_files_than_allowed_are_refused_all_together() {
    let app = TestApp::with(&[("MAX_FILES_PER_TASK", "2")]).await;
    let li = app.user("li").await;
    let picture = plain(8, 8, ImageFormat::Png);
    let problem = li.upload_all(&[("a.png", &picture), ("b.png", &picture), ("c.png", &picture)]).await.expect(400);
    assert_eq!(problem["code"], "too_many_files");
    assert!(problem["detail"].as_str().unwrap().contains('2'), "{problem}");
    assert_nothing_stored(&app).await;
    li.upload_all(&[("a.png", &picture), ("b.png", &picture)]).await.expect(201);
}

#[tokio::test]
async fn a_broken_form_is_refused_as_one() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let picture = plain(8, 8, ImageFormat::Png);
    let (kind, whole) = form(&[Part { field: "file", name: Some("a.png"), bytes: &picture }]);
    let broken = [
        (kind.as_str(), whole[..whole.len() - 20].to_vec()),
        (kind.as_str(), whole[..40].to_vec()),
        (kind.as_str(), Vec::new()),
        (kind.as_str(), b"no form at all".to_vec()),
        ("multipart/form-data; boundary=another", whole.clone()),
        ("multipart/form-data", whole.clone()),
        ("application/json", b"{}".to_vec()),
        ("image/png", picture.clone()),
    ];
    for (kind, body) in broken {
        let answer = send(&li, kind, body).await;
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{kind}");
        assert_eq!(answer.code(400), "invalid_request", "{kind}");
    }
    assert_nothing_stored(&app).await;
}
