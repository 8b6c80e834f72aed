//! What an upload costs a server in memory.

use image::{ImageFormat, Rgba, RgbaImage};

use super::files::{huge_jpeg, plain, png_of, written};
use crate::support::Place;

/// Growth that one upload may cause, in KiB.
const GROWTH_KIB: u64 = 256 << 10;

/// Nearly all the pixels that are allowed, whose last rows are missing: everything up to there is decoded.
fn cut_bomb(side: u32) -> Vec<u8> {
    let whole = plain(side, side, ImageFormat::Png);
    let cut = whole.len() * 19 / 20;
    whole[..cut].to_vec()
}

/// A see-through PNG of 49 million pixels that lies on its side.
fn large_and_lying() -> Vec<u8> {
    let picture = RgbaImage::from_pixel(7_000, 7_000, Rgba([16, 32, 48, 255]));
    let png = written(&picture.into(), ImageFormat::Png);
    let exif = b"eXIfMM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = (exif.len() as u32 - 4).to_be_bytes();
    [&png[..33], &length, exif, &crc32fast::hash(exif).to_be_bytes(), &png[33..]].concat()
}

#[tokio::test]
async fn a_large_picture_that_must_be_turned_takes_no_more_than_a_bad_one_may() {
    let place = Place::new().await;
    let server = place.serve();
    let owner = server.owner(&place);
    let picture = large_and_lying();
    let before = server.memory_kib("VmRSS:");
    owner.upload("lying.png", &picture).expect(201);
    let growth = server.memory_kib("VmHWM:").saturating_sub(before);
    assert!(growth <= GROWTH_KIB, "{} MiB more", growth >> 10);
}

#[tokio::test]
async fn no_bad_upload_takes_more_than_a_quarter_of_a_gibibyte() {
    let place = Place::new().await;
    let server = place.serve();
    let owner = server.owner(&place);
    let before = server.memory_kib("VmRSS:");
    let mut long = png_of(5_000, 5_000);
    long.resize(90 << 20, 0x55);
    let bad = [
        ("bomb.png", png_of(60_000, 60_000)),
        ("huge.jpg", huge_jpeg()),
        ("cut.png", cut_bomb(7_000)),
        ("lying.png", png_of(7_000, 7_000)),
        ("long.png", long),
        ("over.png", vec![0x89; 101 << 20]),
    ];
    for (name, bytes) in bad {
        let answer = owner.upload(name, &bytes);
        assert!(answer.status.is_client_error(), "{name}: {}", String::from_utf8_lossy(&answer.bytes));
        let growth = server.memory_kib("VmHWM:").saturating_sub(before);
        assert!(growth <= GROWTH_KIB, "{name}: {} MiB more", growth >> 10);
    }
    let left = std::fs::read_dir(place.data().join("tmp")).unwrap().count();
    assert_eq!(left, 0, "temporary files");
    owner.get("/api/me").expect(200);
}
