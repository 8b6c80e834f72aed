//! Pictures for which there is no room.

use danqing::router::router;
use image::{DynamicImage, ImageFormat, RgbImage};

use super::files::written;
use crate::support::{Client, Place, SmallDisk, assert_sound, files_below, id, owner_of};

/// A PNG of a mebibyte that cannot be made smaller (Knuth's multiplier).
fn noise() -> Vec<u8> {
    let mut state = 7_u64;
    let mut level = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    let pixels = (0..590 * 590 * 3).map(|_| level()).collect();
    written(&DynamicImage::ImageRgb8(RgbImage::from_raw(590, 590, pixels).unwrap()), ImageFormat::Png)
}

#[tokio::test]
async fn wherever_the_disk_is_full_the_answer_is_507_and_nothing_is_kept() {
    let place = Place::on_sqlite(&[]);
    let Some(disk) = SmallDisk::over(&place.data(), 32) else { return };
    let app = place.app().await;
    let owner = owner_of(&app, Client::new(router(app.clone()))).await;
    let (first, second) = (noise(), noise());
    let stored = || ["objects", "tmp"].map(|folder| files_below(&place.data().join(folder)).len());
    // Whether there was room; what was stored is taken away again.
    let upload = async |left: &str| {
        let answer = owner.upload_all(&[("a.png", &first), ("b.png", &second)]).await;
        disk.empty();
        if answer.status != 201 {
            assert_eq!(answer.code(507), "storage_full", "{left} were left");
            assert_eq!(stored(), [0, 0], "{left} were left");
            return false;
        }
        assert_eq!(stored(), [4, 0]);
        for file in answer.json()["files"].as_array().unwrap() {
            owner.delete(&format!("/api/files/{}", id(file))).await.expect(204);
        }
        true
    };
    // The first picture finds more room each time: for its arrival, its clean form, its object, then the second's.
    let mut full = [0, 0];
    for left_bytes in (0..).map(|step| step * (300 << 10)) {
        disk.fill(left_bytes);
        if upload(&format!("{left_bytes} bytes")).await {
            break;
        }
        full[0] += 1;
    }
    // The same at each new file: two that arrive, two clean ones, two objects and two thumbnails.
    for left_files in 0.. {
        disk.leave_files(left_files);
        if upload(&format!("{left_files} files")).await {
            break;
        }
        full[1] += 1;
    }
    assert!(full[0] > 8 && full[1] > 4, "{full:?} times");
    assert_sound(&app).await;
    app.database.clone().close().await;
}
