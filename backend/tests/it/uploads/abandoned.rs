//! Uploads whose sender goes away while the server works on them.

use std::future::Future;
use std::pin::Pin;

use image::ImageFormat;

use super::files::{assert_nothing_stored, plain};
use crate::support::{Client, TestApp};

/// All that decodes may take together.
const BUDGET_MIB: usize = 256;

/// A picture that keeps its thread busy for a moment: it must be turned.
fn lying() -> Vec<u8> {
    let png = plain(3_000, 3_000, ImageFormat::Png);
    let exif = b"eXIfMM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = (exif.len() as u32 - 4).to_be_bytes();
    [&png[..33], &length, exif, &crc32fast::hash(exif).to_be_bytes(), &png[33..]].concat()
}

/// Sends a picture and goes away when the server has begun to decode it.
async fn abandon(app: &TestApp, user: &Client, picture: &[u8]) {
    let free = app.app.decode_budget.free_mebibytes();
    let mut upload: Pin<Box<dyn Future<Output = _> + '_>> = Box::pin(user.upload("lying.png", picture));
    while app.app.decode_budget.free_mebibytes() == free {
        assert!(futures::poll!(&mut upload).is_pending(), "it was answered before it could be abandoned");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_abandoned_upload_counts_until_its_work_is_done_and_leaves_nothing() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let picture = lying();
    for _ in 0..2 {
        abandon(&app, &li, &picture).await;
    }
    // All of the budget is free once both have ended, and only then: their files would still be there.
    app.app.decode_budget.run((BUDGET_MIB as u64) << 20, || ()).await.unwrap();
    assert_nothing_stored(&app).await;
}
