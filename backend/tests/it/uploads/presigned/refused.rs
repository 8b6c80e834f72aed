//! What is not as announced is refused, or never becomes a file.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use danqing::database::uploads::{self, Most, UploadRow};
use danqing::error::Failure;
use danqing::models::id::UploadId;
use image::ImageFormat;
use serde_json::{Value, json};

use super::super::files::{PAGE, plain, png_of};
use super::setup::{Home, announce, complete, presign, put, send};
use crate::support::{Client, TestApp};

/// Sends to a path with these headers and returns status and code.
async fn raw(client: &Client, path: &str, headers: &[(&str, &str)], bytes: &[u8]) -> (u16, Value) {
    let answer = client.send(Method::PUT, path, headers, Body::from(bytes.to_vec())).await;
    (answer.status.as_u16(), answer.json()["code"].clone())
}

#[tokio::test]
async fn a_link_of_ours_takes_one_type_one_length_and_one_upload() {
    let home = Home::Folder(Box::new(TestApp::start().await));
    let li = home.app().user("li").await;
    let link = presign(&li, "a.png", "image/png", 5).await;
    let other = presign(&li, "b.png", "image/png", 5).await;
    let url = link["url"].as_str().unwrap();
    let (path, query) = url.split_once('?').unwrap();
    let (expires, signature) = query.strip_prefix("e=").unwrap().split_once("&s=").unwrap();
    let png = ("content-type", "image/png");
    let mismatch = (400, json!("upload_mismatch"));
    assert_eq!(raw(&li, url, &[("content-type", "text/html"), ("content-length", "5")], b"bytes").await, mismatch);
    assert_eq!(raw(&li, url, &[("content-length", "5")], b"bytes").await, mismatch);
    assert_eq!(raw(&li, url, &[png, ("content-length", "6")], b"longer").await, mismatch);
    // A head that says nothing of the length, or that lies.
    assert_eq!(raw(&li, url, &[png], b"bytes").await, mismatch);
    assert_eq!(raw(&li, url, &[png, ("content-length", "5")], b"longer bytes").await, mismatch);
    assert_eq!(raw(&li, url, &[png, ("content-length", "5")], b"few").await, mismatch);
    let nothing = (404, json!("not_found"));
    let later = expires.parse::<i64>().unwrap() + 1;
    let elsewhere = format!("/api/uploads/{}/content?{query}", other["id"].as_str().unwrap());
    for forged in [elsewhere, format!("{path}?e={later}&s={signature}"), format!("{path}?e={expires}&s=AAAA")] {
        assert_eq!(raw(&li, &forged, &[png, ("content-length", "5")], b"bytes").await, nothing, "{forged}");
    }
    let (status, _) = raw(&li, path, &[png, ("content-length", "5")], b"bytes").await;
    assert_eq!(status, 400, "without a signature");
    home.app().pass(Duration::from_secs(901));
    assert_eq!(raw(&li, url, &[png, ("content-length", "5")], b"bytes").await, (403, json!("link_expired")));
    home.assert_empty();
}

#[tokio::test]
async fn what_is_no_picture_as_announced_is_refused_and_nothing_is_kept() {
    for home in Home::of_each_kind().await {
        let li = home.app().user("li").await;
        for (mime, bytes, status, code) in [
            ("image/jpeg", plain(8, 8, ImageFormat::Png), 400, "upload_mismatch"),
            ("image/png", PAGE.to_vec(), 415, "file_type_unsupported"),
            ("image/png", png_of(60_000, 60_000), 400, "image_too_large"),
            ("image/png", plain(64, 64, ImageFormat::Png)[..100].to_vec(), 400, "file_corrupt"),
        ] {
            let link = presign(&li, "a.png", mime, bytes.len()).await;
            assert_eq!(put(&li, &link, &bytes).await, 200);
            assert_eq!(complete(&li, &link).await.code(status), code);
            assert_eq!(complete(&li, &link).await.code(404), "not_found", "{code}");
            home.assert_empty();
        }
    }
}

#[tokio::test]
async fn an_upload_is_its_own_account_s_only_and_ends_with_the_file_that_it_became() {
    let photo = plain(8, 8, ImageFormat::Png);
    for home in Home::of_each_kind().await {
        let (li, wang) = (home.app().user("li").await, home.app().user("wang").await);
        let link = presign(&li, "a.png", "image/png", photo.len()).await;
        assert_eq!(put(&li, &link, &photo).await, 200);
        assert_eq!(complete(&wang, &link).await.code(404), "not_found");
        assert_eq!(complete(&home.app().anonymous(), &link).await.code(401), "unauthenticated");
        let file = complete(&li, &link).await.expect(201);
        assert_eq!(complete(&wang, &link).await.code(404), "not_found");
        // Once more by the same link: a bucket takes it, and nothing ever shows it.
        let again = put(&li, &link, &photo).await;
        assert_eq!(again, if matches!(home, Home::Bucket(_)) { 200 } else { 404 });
        assert_eq!(complete(&li, &link).await.expect(201), file);
        assert_eq!(announce(&home.app().anonymous(), "a.png", "image/png", 5).await.code(401), "unauthenticated");
    }
}

#[tokio::test]
async fn what_cannot_be_a_picture_gets_no_link() {
    let home = Home::Folder(Box::new(TestApp::with(&[("MAX_FILE_SIZE_MB", "1")]).await));
    let li = home.app().user("li").await;
    for (mime, size_bytes, status, code) in [
        ("image/png", 0, 400, "file_empty"),
        ("image/png", (1 << 20) + 1, 413, "file_too_large"),
        ("image/svg+xml", 5, 415, "file_type_unsupported"),
        ("text/html", 5, 415, "file_type_unsupported"),
        ("image/png\r\nx: y", 5, 415, "file_type_unsupported"),
    ] {
        assert_eq!(announce(&li, "a", mime, size_bytes).await.code(status), code, "{mime} {size_bytes}");
    }
    let unknown = json!({ "name": "a", "mime": "image/png", "sizeBytes": 5, "key": "input/x.png" });
    assert_eq!(li.post("/api/uploads/presign", unknown).await.code(400), "unknown_field");
    assert_eq!(li.post("/api/uploads/upload_x/complete", Value::Null).await.code(404), "not_found");
}

#[tokio::test]
async fn while_the_bucket_is_away_nothing_is_forgotten() {
    let [_, home] = Home::of_each_kind().await;
    let Home::Bucket(studio) = &home else { return };
    let li = studio.app.user("li").await;
    let photo = plain(8, 8, ImageFormat::Png);
    let link = presign(&li, "a.png", "image/png", photo.len()).await;
    assert_eq!(put(&li, &link, &photo).await, 200);
    studio.bucket.answer_everything_with(Some(axum::http::StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(complete(&li, &link).await.code(503), "overloaded");
    studio.bucket.answer_everything_with(None);
    complete(&li, &link).await.expect(201);
    send(&li, "b.png", "image/png", &photo).await.expect(201);
}

#[tokio::test]
async fn an_upload_is_put_by_one_at_a_time_and_a_connection_that_breaks_gives_its_turn_back() {
    let home = Home::Folder(Box::new(TestApp::start().await));
    let li = home.app().user("li").await;
    let photo = plain(8, 8, ImageFormat::Png);
    let link = presign(&li, "a.png", "image/png", photo.len()).await;
    let (url, length) = (link["url"].as_str().unwrap(), photo.len().to_string());
    let headers = [("content-type", "image/png"), ("content-length", length.as_str())];
    let never = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let mut first = Box::pin(li.send(Method::PUT, url, &headers, never));
    while home.app().files_in("tmp").is_empty() {
        assert!(futures::poll!(&mut first).is_pending());
        tokio::task::yield_now().await;
    }
    assert_eq!(raw(&li, url, &headers, &photo).await, (409, json!("upload_under_way")));
    assert_eq!(home.app().files_in("tmp").len(), 1);
    drop(first);
    assert_eq!(put(&li, &link, &photo).await, 200);
    complete(&li, &link).await.expect(201);
}

#[tokio::test]
async fn what_is_still_coming_when_the_upload_is_refused_is_not_kept() {
    let home = Home::Folder(Box::new(TestApp::start().await));
    let li = home.app().user("li").await;
    let link = presign(&li, "a.png", "image/png", PAGE.len()).await;
    assert_eq!(put(&li, &link, PAGE).await, 200);
    let (pieces, coming) = futures::channel::mpsc::unbounded::<Result<&[u8], std::io::Error>>();
    let length = PAGE.len().to_string();
    let headers = [("content-type", "image/png"), ("content-length", length.as_str())];
    let mut second = Box::pin(li.send(Method::PUT, link["url"].as_str().unwrap(), &headers, Body::from_stream(coming)));
    while home.app().files_in("tmp").is_empty() {
        assert!(futures::poll!(&mut second).is_pending());
        tokio::task::yield_now().await;
    }
    assert_eq!(complete(&li, &link).await.code(415), "file_type_unsupported");
    pieces.unbounded_send(Ok(PAGE)).unwrap();
    drop(pieces);
    assert_eq!(second.await.code(404), "not_found");
    home.assert_empty();
}

#[tokio::test]
async fn a_refused_upload_counts_while_its_link_opens_and_so_does_every_link() {
    let home = Home::Folder(Box::new(TestApp::start().await));
    let (app, li) = (home.app(), home.app().user("li").await);
    assert_eq!(send(&li, "a.png", "image/png", PAGE).await.code(415), "file_type_unsupported");
    let picture = plain(8, 8, ImageFormat::Png);
    send(&li, "b.png", "image/png", &picture).await.expect(201);
    let owner = li.id().await;
    let one_more = async |open: i64, links: i64| {
        let (now, user_id) = (app.app.clock.now(), owner.clone());
        let row = UploadRow {
            id: UploadId::new().to_string(),
            user_id,
            name: "c.png".to_owned(),
            mime: "image/png".to_owned(),
            size_bytes: 5,
            object_key: storage::ObjectKey::quarantined().to_string(),
            file_id: None,
            refused_at: None,
            created_at: now.0,
            expires_at: now.0,
        };
        app.app.database.write::<_, Failure, _>(move |conn| Ok(uploads::insert(conn, &row, &Most { open, links })?)).await.unwrap()
    };
    assert_eq!(one_more(1, 9).await, Some(1));
    assert_eq!(one_more(9, 2).await, Some(2));
    assert_eq!(one_more(2, 3).await, None);
    app.pass(Duration::from_secs(901));
    // What is left is the one that was written down now, which is open.
    assert_eq!(one_more(1, 9).await, Some(1));
    assert_eq!(one_more(2, 1).await, None);
}
