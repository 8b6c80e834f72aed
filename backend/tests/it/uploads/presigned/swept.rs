//! What is put and never completed goes.

use std::time::Duration;

use danqing::jobs::{SWEEP_GRACE, sweep};
use danqing::services::uploads::presigned::KEPT_AFTER_LINK;
use image::ImageFormat;
use serde_json::Value;

use super::super::files::plain;
use super::setup::{Home, complete, presign, put};

/// Links live so long.
const LINK: Duration = Duration::from_secs(900);

#[tokio::test]
async fn an_upload_that_is_never_completed_is_swept_with_what_was_put() {
    let photo = plain(8, 8, ImageFormat::Png);
    for home in Home::of_each_kind().await {
        let (app, li) = (home.app(), home.app().user("li").await);
        let [kept, left] = [presign(&li, "a.png", "image/png", photo.len()).await, presign(&li, "b.png", "image/png", photo.len()).await];
        for link in [&kept, &left] {
            assert_eq!(put(&li, link, &photo).await, 200);
        }
        app.pass(LINK + KEPT_AFTER_LINK - Duration::from_secs(60));
        li.post("/api/auth/refresh", Value::Null).await.expect(200);
        sweep(&app.app).await.unwrap();
        assert_eq!(home.objects("quarantine"), 2);
        complete(&li, &kept).await.expect(201);
        app.pass(Duration::from_secs(120));
        assert_eq!(complete(&li, &left).await.code(404), "not_found");
        assert_eq!(home.objects("quarantine"), 1);
        sweep(&app.app).await.unwrap();
        assert_eq!(["quarantine", "input", "thumbnail"].map(|folder| home.objects(folder)), [0, 1, 1]);
        assert_eq!(complete(&li, &left).await.code(404), "not_found");
    }
}

#[tokio::test]
async fn what_is_put_again_after_the_upload_became_a_file_is_swept() {
    let [_, home] = Home::of_each_kind().await;
    let (app, li) = (home.app(), home.app().user("li").await);
    let photo = plain(8, 8, ImageFormat::Png);
    let link = presign(&li, "a.png", "image/png", photo.len()).await;
    assert_eq!(put(&li, &link, &photo).await, 200);
    complete(&li, &link).await.expect(201);
    assert_eq!(put(&li, &link, &photo).await, 200);
    assert_eq!(home.objects("quarantine"), 1);
    app.pass(SWEEP_GRACE + Duration::from_secs(60));
    sweep(&app.app).await.unwrap();
    assert_eq!(["quarantine", "input"].map(|folder| home.objects(folder)), [0, 1]);
}
