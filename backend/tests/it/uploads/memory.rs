//! What an upload costs a server in memory.

use axum::http::Method;
use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};

use super::files::{huge_jpeg, plain, png_of, written};
use crate::support::{Answer, Place};

/// Growth that one upload may cause, in KiB.
const GROWTH_KIB: u64 = 256 << 10;

/// What a photo may take besides decoding, in KiB.
const BESIDE_KIB: u64 = 4 << 10;

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

/// A photo of 12 megapixels that does not shrink well.
fn photo_of_12_megapixels() -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let noisy = RgbImage::from_fn(4000, 3000, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 25) as u8;
        Rgb([(x >> 4) as u8 ^ noise, (y >> 4) as u8 ^ noise, noise])
    });
    written(&noisy.into(), ImageFormat::Jpeg)
}

#[tokio::test]
async fn a_photo_by_a_link_takes_no_more_memory_than_decoding_it_does() {
    let place = Place::new().await;
    let server = place.serve();
    let owner = server.owner(&place);
    let photo = photo_of_12_megapixels();
    assert!(photo.len() > 5 << 20, "{} bytes", photo.len());
    let forget_peak = || std::fs::write(format!("/proc/{}/clear_refs", server.pid()), "5").unwrap();
    let json = |answer: Answer| answer.expect(201);
    // What the allocator keeps for later comes and goes, so the least of several tries is what it takes.
    let mut least = [u64::MAX; 2];
    for _ in 0..4 {
        forget_peak();
        json(owner.upload("a.jpg", &photo));
        let decoding = server.memory_kib("VmHWM:");
        let announced = json!({ "name": "a.jpg", "mime": "image/jpeg", "sizeBytes": photo.len() });
        let link = json(owner.post("/api/uploads/presign", announced));
        forget_peak();
        let before = server.memory_kib("VmRSS:");
        let put = owner.send(Method::PUT, link["url"].as_str().unwrap(), &[("content-type", "image/jpeg")], photo.clone()).unwrap();
        assert_eq!(put.status, 200);
        let coming = server.memory_kib("VmHWM:").saturating_sub(before);
        json(owner.post(&format!("/api/uploads/{}/complete", link["id"].as_str().unwrap()), Value::Null));
        let beside = server.memory_kib("VmHWM:").saturating_sub(decoding);
        least = [least[0].min(coming), least[1].min(beside)];
    }
    assert!(least[0] <= BESIDE_KIB, "{} KiB more while it came", least[0]);
    assert!(least[1] <= BESIDE_KIB, "{} KiB more than decoding", least[1]);
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
