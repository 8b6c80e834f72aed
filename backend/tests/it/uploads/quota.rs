//! How many bytes of pictures one person may have, and for how long.

use std::time::Duration;

use danqing::config::runtime::Key;
use danqing::jobs::sweep;
use futures::future::join_all;
use serde_json::json;

use crate::support::{Client, TestApp, id, photo, upscale};

/// Beyond the mebibyte that the tests allow together with a second one like it.
fn large() -> Vec<u8> {
    // Noise cannot be compressed: three bytes a pixel.
    let pixels: Vec<u8> = (0_u32..450 * 450 * 3).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    image::ImageEncoder::write_image(encoder, &pixels, 450, 450, image::ExtendedColorType::Rgb8).unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_uploads_do_not_slip_past_the_quota_and_what_is_refused_leaves_nothing() {
    let app = TestApp::with(&[("STORAGE_QUOTA_MB", "1")]).await;
    let li = app.user("li").await;
    let bytes = large();
    assert!((524_288..1_048_576).contains(&bytes.len()), "{} bytes", bytes.len());
    let answers = join_all((0..4).map(|_| li.upload("a.png", &bytes))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in answers.into_iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.code(409), "storage_quota_exceeded");
    }
    assert_eq!(app.files_in("objects/input").len(), 1);
    let storage = li.get("/api/me/storage").await.expect(200);
    assert_eq!(storage["limitBytes"], 1_048_576);
    let used = storage["usedBytes"].as_i64().unwrap();
    assert!(used > 524_288 && used < 1_048_576, "{used}");
    app.verify_ledger().await;
}

#[tokio::test]
async fn results_count_and_who_has_all_there_is_starts_no_task_until_something_is_deleted() {
    let app = TestApp::with(&[("UNDO_SECONDS", "0")]).await;
    let li = app.user("li").await;
    let file = li.stamp().await;
    let uploaded = used_bytes(&li).await;
    let task = id(&li.create(&[&file]).await);
    app.run_jobs().await;
    let balance = li.balance().await;
    assert!(used_bytes(&li).await > uploaded, "what a task made counts");
    let large = large();
    let unused = [li.upload("a.png", &large).await.expect(201), li.upload("b.png", &large).await.expect(201)];
    // The operator lowers the limit below what is there already.
    app.app.settings.change(&app.app, Key::StorageQuotaMb, Some("1")).await.unwrap();
    assert_eq!(li.post("/api/tasks", upscale(&[&file])).await.code(409), "storage_quota_exceeded");
    assert_eq!(li.upload("c.png", &photo(8, 8)).await.code(409), "storage_quota_exceeded");
    assert_eq!(li.balance().await, balance, "nothing was charged");
    assert_eq!(li.delete(&format!("/api/files/{file}")).await.code(409), "file_in_use");
    let unused = format!("/api/files/{}", id(&unused[0]["files"][0]));
    assert_eq!(app.user("wang").await.delete(&unused).await.code(404), "not_found");
    li.delete(&unused).await.expect(204);
    assert_eq!(li.delete(&unused).await.code(404), "not_found");
    let again = id(&li.post("/api/tasks", upscale(&[&file])).await.expect(202));
    app.run_jobs().await;
    for task in [task, again] {
        li.delete(&format!("/api/tasks/{task}")).await.expect(200);
    }
    app.run_jobs().await;
    assert!(used_bytes(&li).await > large.len() as i64 / 2, "one of the large ones is left");
    assert_eq!((app.files_in("objects/input").len(), app.files_in("objects/output").len()), (1, 0));
    app.verify_ledger().await;
}

#[tokio::test]
async fn finished_tasks_are_deleted_with_their_pictures_when_the_operator_keeps_them_no_longer() {
    let app = TestApp::with(&[("RETENTION_DAYS", "30")]).await;
    let li = app.user("li").await;
    let old = id(&li.create(&[li.stamp().await]).await);
    app.run_jobs().await;
    pass_days(&app, &li, 29).await;
    let new = id(&li.create(&[li.stamp().await]).await);
    app.run_jobs().await;
    sweep(&app.app).await.unwrap();
    assert_eq!(li.task(&old).await["status"], "completed");
    pass_days(&app, &li, 2).await;
    sweep(&app.app).await.unwrap();
    li.get(&format!("/api/tasks/{old}")).await.expect(404);
    assert_eq!(li.task(&new).await["status"], "completed");
    assert_eq!((app.files_in("objects/input").len(), app.files_in("objects/output").len()), (1, 1));
    app.verify_ledger().await;
}

async fn used_bytes(user: &Client) -> i64 {
    user.get("/api/me/storage").await.expect(200)["usedBytes"].as_i64().unwrap()
}

async fn pass_days(app: &TestApp, user: &Client, days: u64) {
    app.pass(Duration::from_secs(days * 24 * 3600));
    user.post("/api/auth/refresh", json!({})).await.expect(200);
}
