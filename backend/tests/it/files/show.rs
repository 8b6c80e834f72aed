//! `GET /api/files/{id}`

use axum::body::Body;
use axum::http::Method;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{TestApp, photo};

#[tokio::test]
async fn what_is_said_of_a_picture_is_true_of_its_bytes() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let id = li.photo().await;
    let file = li.get(&format!("/api/files/{id}")).await.expect(200);
    let bytes = li.get(file["url"].as_str().unwrap()).await.bytes;
    assert_eq!(file["sizeBytes"], bytes.len());
    assert_eq!(file["sha256"], hex::encode(Sha256::digest(&bytes)));
    let picture = image::load_from_memory(&bytes).unwrap();
    assert_eq!((&file["width"], &file["height"]), (&picture.width().into(), &picture.height().into()));
    assert_eq!(file["mime"], "image/png");
}

#[tokio::test]
async fn a_thumbnail_is_a_webp_of_at_most_512_pixels() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    for (width, height, expected) in [(1500, 900, (512, 307)), (40, 30, (40, 30))] {
        let file = li.upload("a.png", &photo(width, height)).await.expect(201)["files"][0].clone();
        let answer = li.get(file["thumbnailUrl"].as_str().unwrap()).await;
        assert_eq!(answer.headers["content-type"], "image/webp");
        let picture = image::load_from_memory_with_format(&answer.bytes, image::ImageFormat::WebP).unwrap();
        assert_eq!((picture.width(), picture.height()), expected);
    }
}

#[tokio::test]
async fn only_the_owner_may_ask_but_a_link_works_for_whoever_holds_it() {
    let app = TestApp::start().await;
    let (li, wang) = (app.user("li").await, app.user("wang").await);
    let id = li.photo().await;
    let file = li.get(&format!("/api/files/{id}")).await.expect(200);
    assert_eq!(wang.get(&format!("/api/files/{id}")).await.code(404), "not_found");
    for holder in [wang, app.anonymous()] {
        for link in ["url", "thumbnailUrl", "downloadUrl"] {
            assert_eq!(holder.get(file[link].as_str().unwrap()).await.status, 200);
        }
    }
}

#[tokio::test]
async fn a_picture_whose_bytes_are_gone_is_not_found() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let id = li.photo().await;
    let file = li.get(&format!("/api/files/{id}")).await.expect(200);
    for path in app.files_in("objects") {
        std::fs::remove_file(path).unwrap();
    }
    for link in ["url", "thumbnailUrl"] {
        for method in [Method::GET, Method::HEAD] {
            let answer = li.send(method, file[link].as_str().unwrap(), &[], Body::empty()).await;
            assert_eq!(answer.status, 404);
        }
        let problem: Value = li.get(file[link].as_str().unwrap()).await.expect(404);
        assert_eq!(problem["code"], "not_found");
    }
}
