//! Pictures in a bucket: everything is as on local disk, and nobody but the server sees the bucket.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use bytes::Bytes;
use danqing::jobs::{SWEEP_GRACE, sweep};
use storage::{Folder, ObjectKey};

use crate::support::bucket::InBucket;
use crate::support::{id, photo, upscale};

#[tokio::test]
async fn a_picture_a_task_and_its_result_live_in_the_bucket_and_come_through_our_links() {
    let studio = InBucket::with(&[("CDN_URL", "https://cdn.example.com")]).await;
    let li = studio.app.user("li").await;
    let file = li.upload("a.png", &photo(24, 16)).await.expect(201)["files"][0].clone();
    let link = file["url"].as_str().unwrap().strip_prefix("https://cdn.example.com").unwrap();
    let whole = li.get(link).await;
    assert_eq!((whole.status.as_u16(), whole.headers["content-type"].to_str().unwrap()), (200, "image/png"));
    let part = li.send(Method::GET, link, &[("range", "bytes=4-9")], Body::empty()).await;
    assert_eq!((part.status.as_u16(), part.bytes.as_slice()), (206, &whole.bytes[4..10]));
    assert_eq!(part.headers["content-range"].to_str().unwrap(), format!("bytes 4-9/{}", whole.bytes.len()));
    let head = li.send(Method::HEAD, link, &[], Body::empty()).await;
    assert_eq!(head.headers["content-length"].to_str().unwrap(), whole.bytes.len().to_string());
    let beyond = li.send(Method::GET, link, &[("range", "bytes=999999-")], Body::empty()).await;
    assert_eq!(beyond.code(416), "range_not_satisfiable");
    let task = li.post("/api/tasks", upscale(&[id(&file)])).await.expect(202);
    studio.app.run_jobs().await;
    let done = li.task(&id(&task)).await;
    assert_eq!(done["status"], "completed", "{done}");
    let result = done["results"][0]["url"].as_str().unwrap().strip_prefix("https://cdn.example.com").unwrap();
    assert_eq!(li.get(result).await.status, 200);
    assert_eq!((studio.objects("input"), studio.objects("output"), studio.objects("thumbnail")), (1, 1, 2));
    assert!(studio.app.files_in("objects").is_empty() && studio.app.files_in("tmp").is_empty());
}

#[tokio::test]
async fn while_the_bucket_is_away_pictures_are_503_and_all_else_works() {
    let studio = InBucket::with(&[]).await;
    let li = studio.app.user("li").await;
    let file = li.upload("a.png", &photo(24, 16)).await.expect(201)["files"][0].clone();
    studio.bucket.answer_everything_with(Some(StatusCode::SERVICE_UNAVAILABLE));
    let answer = li.get(file["url"].as_str().unwrap()).await;
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(answer.code(503), "overloaded");
    li.upload("b.png", &photo(24, 16)).await.expect(503);
    assert_eq!(studio.app.anonymous().get("/readyz").await.expect(200)["storage"], "degraded");
    assert_eq!(li.get("/api/tasks").await.expect(200)["total"], 0);
    studio.bucket.answer_everything_with(None);
    assert_eq!(li.get(file["url"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn objects_that_no_row_names_are_swept_with_few_requests() {
    let studio = InBucket::with(&[]).await;
    studio.app.user("li").await.upload("a.png", &photo(24, 16)).await.expect(201);
    for _ in 0..5 {
        studio.app.app.store.put(&ObjectKey::new(Folder::Output, "png"), Bytes::from_static(b"x")).await.unwrap();
    }
    studio.app.pass(SWEEP_GRACE + Duration::from_secs(60));
    let before = studio.bucket.seen().len();
    assert_eq!(sweep(&studio.app.app).await.unwrap(), 5);
    let requests = studio.bucket.seen().split_off(before);
    assert_eq!(requests.iter().filter(|seen| seen.method != "GET").count(), 1, "{requests:?}");
    assert_eq!((studio.objects("output"), studio.objects("input"), studio.objects("thumbnail")), (0, 1, 1));
}
