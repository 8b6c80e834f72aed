//! Pictures for which there is no room.

use danqing::router::router;
use image::{DynamicImage, ImageFormat, RgbImage};

use super::files::written;
use crate::support::{Client, Place, SmallDisk, files_below, owner_of};

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
    let mut full = 0;
    // The first picture finds more room each time: for its arrival, its clean form, its object, then the second's.
    for left_bytes in (0..).map(|step| step * (300 << 10)) {
        disk.fill(left_bytes);
        let answer = owner.upload_all(&[("a.png", &first), ("b.png", &second)]).await;
        disk.empty();
        if answer.status == 201 {
            break;
        }
        assert_eq!(answer.code(507), "storage_full", "{left_bytes} bytes were left");
        assert_eq!(files_below(&place.data().join("objects")), Vec::<std::path::PathBuf>::new(), "{left_bytes} bytes were left");
        assert_eq!(files_below(&place.data().join("tmp")), Vec::<std::path::PathBuf>::new(), "{left_bytes} bytes were left");
        full += 1;
    }
    assert!(full > 8, "only {full} times");
    assert_eq!(files_below(&place.data().join("objects")).len(), 4);
    app.database.clone().close().await;
}
