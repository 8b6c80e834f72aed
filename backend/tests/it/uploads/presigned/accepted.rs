//! What is put as announced becomes a file like any other.

use danqing::database::uploads;
use danqing::error::Failure;
use futures::future::join_all;
use futures::poll;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;

use super::super::files::{plain, real, written};
use super::setup::{Home, announce, complete, presign, put, send};
use crate::support::bucket::InBucket;
use crate::support::{TestApp, id, upscale};

#[tokio::test]
async fn a_picture_that_is_put_by_its_link_becomes_the_file_that_an_upload_would_make() {
    let photo = real("rocket.jpg");
    for home in Home::of_each_kind().await {
        let li = home.app().user("li").await;
        let link = presign(&li, "../火箭.jpg", "image/jpeg", photo.len()).await;
        assert_eq!(link["url"].as_str().unwrap().starts_with("http://127.0.0.1"), matches!(home, Home::Bucket(_)), "{link}");
        assert!(!link["url"].as_str().unwrap().contains("input"), "{link}");
        assert_eq!(complete(&li, &link).await.code(409), "upload_incomplete");
        assert_eq!(put(&li, &link, &photo).await, 200);
        assert_eq!(home.objects("quarantine"), 1);
        let file = complete(&li, &link).await.expect(201);
        assert_eq!((file["name"].as_str(), file["mime"].as_str()), (Some("火箭.jpg"), Some("image/jpeg")));
        let like = li.upload("火箭.jpg", &photo).await.expect(201)["files"][0].clone();
        for field in ["sha256", "sizeBytes", "width", "height", "thumbhash", "mime"] {
            assert_eq!(file[field], like[field], "{field}");
        }
        assert_eq!(li.get(&format!("/api/files/{}", id(&file))).await.expect(200), file);
        assert_eq!(li.get(file["url"].as_str().unwrap()).await.status, 200);
        assert_eq!(["quarantine", "input", "thumbnail"].map(|folder| home.objects(folder)), [0, 2, 2]);
        assert!(home.app().files_in("tmp").is_empty());
        li.post("/api/tasks", upscale(&[id(&file)])).await.expect(202);
    }
}

#[tokio::test]
async fn a_type_that_is_written_otherwise_is_signed_by_its_one_name() {
    let photo = real("rocket.jpg");
    for home in Home::of_each_kind().await {
        let li = home.app().user("li").await;
        let link = presign(&li, "a.jpg", "IMAGE/JPEG; q=1", photo.len()).await;
        assert_eq!(link["headers"]["Content-Type"], "image/jpeg");
        assert_eq!(put(&li, &link, &photo).await, 200);
        complete(&li, &link).await.expect(201);
    }
}

#[tokio::test]
async fn whoever_completes_an_upload_again_or_at_the_same_time_is_given_the_same_file() {
    let photo = real("chelsea.png");
    for home in Home::of_each_kind().await {
        let li = home.app().user("li").await;
        let link = presign(&li, "a.png", "image/png", photo.len()).await;
        assert_eq!(put(&li, &link, &photo).await, 200);
        let answers = join_all((0..6).map(|_| complete(&li, &link))).await;
        let files: Vec<Value> = answers.into_iter().map(|answer| answer.expect(201)).collect();
        assert!(files.iter().all(|file| *file == files[0]), "{files:?}");
        assert_eq!(complete(&li, &link).await.expect(201), files[0]);
        assert_eq!(["quarantine", "input", "thumbnail"].map(|folder| home.objects(folder)), [0, 1, 1]);
    }
}

#[tokio::test]
async fn who_is_slower_with_the_same_upload_is_not_told_that_there_is_no_room_for_it() {
    let home = Home::Folder(Box::new(TestApp::with(&[("STORAGE_QUOTA_MB", "1")]).await));
    let li = home.app().user("li").await;
    // Noise: three bytes a pixel, and no room for a second one.
    let noise = |x: u32, y: u32| Rgb([0, 8, 16].map(|bits| ((x * 1_009 + y).wrapping_mul(2_654_435_761) >> bits) as u8));
    let photo = written(&RgbImage::from_fn(450, 450, noise).into(), ImageFormat::Png);
    assert!((524_288..1_048_576).contains(&photo.len()), "{} bytes", photo.len());
    let link = presign(&li, "a.png", "image/png", photo.len()).await;
    assert_eq!(put(&li, &link, &photo).await, 200);
    let answers = join_all((0..4).map(|_| complete(&li, &link))).await;
    let ids: Vec<String> = answers.into_iter().map(|answer| id(&answer.expect(201))).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(["quarantine", "input", "thumbnail"].map(|folder| home.objects(folder)), [0, 1, 1]);
    assert_eq!(announce(&li, "b.png", "image/png", photo.len()).await.code(409), "storage_quota_exceeded");
}

#[tokio::test]
async fn who_completes_an_upload_of_which_another_process_made_a_file_meanwhile_is_given_that_file() {
    let studio = InBucket::with(&[]).await;
    let app = &studio.app;
    let li = app.user("li").await;
    let photo = plain(8, 8, ImageFormat::Png);
    let made = li.upload("a.png", &photo).await.expect(201)["files"][0].clone();
    let link = presign(&li, "a.png", "image/png", photo.len()).await;
    let mut slower = Box::pin(complete(&li, &link));
    // It has seen that the upload is open, and is about to look for what was put.
    while app.files_in("tmp").is_empty() {
        assert!(poll!(&mut slower).is_pending());
        tokio::task::yield_now().await;
    }
    // The other has deleted that already.
    let [upload, file] = [id(&link), id(&made)];
    let note = move |conn: &mut db::Connection| Ok(uploads::complete(conn, &upload.parse().unwrap(), &file.parse().unwrap())?);
    assert!(app.app.database.write::<_, Failure, _>(note).await.unwrap());
    assert_eq!(slower.await.expect(201)["id"], made["id"]);
}

#[tokio::test]
async fn an_upload_that_is_put_twice_before_it_is_completed_is_the_later_one() {
    let [first, second] = [(8, 9), (9, 8)].map(|(width, height)| {
        let mut picture = plain(width, height, ImageFormat::Gif);
        // What follows a GIF's end is nobody's; so both are of one length.
        picture.resize(4000, 0);
        picture
    });
    for home in Home::of_each_kind().await {
        let li = home.app().user("li").await;
        let link = presign(&li, "a.gif", "image/gif", first.len()).await;
        assert_eq!(put(&li, &link, &first).await, 200);
        assert_eq!(put(&li, &link, &second).await, 200);
        assert_eq!(complete(&li, &link).await.expect(201)["width"], 9);
    }
}

#[tokio::test]
async fn a_bucket_that_browsers_cannot_reach_is_put_to_through_the_studio() {
    let studio = InBucket::with(&[("DOMAIN", "https://studio.example.com")]).await;
    let li = studio.app.user("li").await;
    assert_eq!(li.get("/api/app").await.expect(200)["limits"]["directUploads"], false);
    assert!(!li.get("/").await.headers["content-security-policy"].to_str().unwrap().contains("127.0.0.1"));
    let photo = real("chelsea.png");
    let link = presign(&li, "a.png", "image/png", photo.len()).await;
    assert!(link["url"].as_str().unwrap().starts_with("/api/uploads/"), "{link}");
    assert_eq!(put(&li, &link, &photo).await, 200);
    assert_eq!(studio.objects("quarantine"), 1);
    complete(&li, &link).await.expect(201);
}

#[tokio::test]
async fn the_page_may_put_to_the_bucket_and_to_nowhere_else() {
    let studio = InBucket::with(&[]).await;
    let visitor = studio.app.anonymous();
    assert_eq!(visitor.get("/api/app").await.expect(200)["limits"]["directUploads"], true);
    let policy = visitor.get("/").await.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains(&format!("connect-src 'self' {};", studio.bucket.endpoint())), "{policy}");
}

#[tokio::test]
async fn an_account_has_so_many_uploads_under_way_and_each_that_ends_makes_room() {
    let home = Home::Folder(Box::new(TestApp::start().await));
    let (li, wang) = (home.app().user("li").await, home.app().user("wang").await);
    let photo = plain(8, 8, ImageFormat::Png);
    let link = presign(&li, "a.png", "image/png", photo.len()).await;
    for _ in 1..danqing::services::uploads::presigned::MOST.open {
        presign(&li, "a.png", "image/png", photo.len()).await;
    }
    let refused = announce(&li, "a.png", "image/png", photo.len()).await;
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(refused.code(429), "too_many_uploads");
    send(&wang, "a.png", "image/png", &photo).await.expect(201);
    assert_eq!(put(&li, &link, &photo).await, 200);
    complete(&li, &link).await.expect(201);
    presign(&li, "a.png", "image/png", photo.len()).await;
}
