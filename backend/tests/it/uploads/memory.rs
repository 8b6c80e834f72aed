//! What an upload costs a server in memory.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use axum::http::Method;
use fake_vendors::Vendor;
use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};

use super::files::{huge_jpeg, plain, png_of, written};
use crate::support::studio::{KEY, house};
use crate::support::{Answer, Nginx, Place, Visitor, forget_peak, free_port, memory_kib};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_by_a_link_and_what_a_vendor_makes_of_it_take_no_more_memory_than_decoding_does() {
    let fakes = house().await;
    let place = Place::with(&[("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", &fakes.base_url(Vendor::OpenAi))]).await;
    let server = place.serve();
    let owner = server.owner(&place);
    place.run(&["credits", "grant", "owner@example.com", "1000"]);
    let photo = photo_of_12_megapixels();
    assert!(photo.len() > 5 << 20, "{} bytes", photo.len());
    let json = |answer: Answer| answer.expect(201);
    // What the allocator keeps for later comes and goes, so the least of several tries is what it takes.
    let mut least = [u64::MAX; 3];
    for _ in 0..4 {
        forget_peak(server.pid());
        json(owner.upload("a.jpg", &photo));
        let decoding = server.memory_kib("VmHWM:");
        let announced = json!({ "name": "a.jpg", "mime": "image/jpeg", "sizeBytes": photo.len() });
        let link = json(owner.post("/api/uploads/presign", announced));
        forget_peak(server.pid());
        let before = server.memory_kib("VmRSS:");
        let put = owner.send(Method::PUT, link["url"].as_str().unwrap(), &[("content-type", "image/jpeg")], photo.clone()).unwrap();
        assert_eq!(put.status, 200);
        let coming = server.memory_kib("VmHWM:").saturating_sub(before);
        let file = json(owner.post(&format!("/api/uploads/{}/complete", link["id"].as_str().unwrap()), Value::Null));
        let beside = server.memory_kib("VmHWM:").saturating_sub(decoding);
        edited(&owner, &file["id"]);
        let chain = server.memory_kib("VmHWM:").saturating_sub(decoding);
        least = [least[0].min(coming), least[1].min(beside), least[2].min(chain)];
    }
    eprintln!("{least:?} KiB more while it came, than decoding it takes, and than that with all that follows");
    assert!(least[0] <= BESIDE_KIB, "{} KiB more while it came", least[0]);
    assert!(least[1] <= BESIDE_KIB, "{} KiB more than decoding", least[1]);
    assert!(least[2] <= BESIDE_KIB, "{} KiB more than decoding, with its task, the result and both thumbnails", least[2]);
}

/// Has a vendor edit a picture, and looks at what comes of it.
fn edited(owner: &Visitor, picture: &Value) {
    let wish = json!({ "taskType": "image_edit", "inputFiles": [picture], "parameters": { "prompt": "a cat" } });
    let task = owner.post("/api/tasks", wish).expect(202)["id"].as_str().unwrap().to_owned();
    let done = loop {
        let now = owner.get(&format!("/api/tasks/{task}")).expect(200);
        if !now["completedAt"].is_null() {
            break now;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(done["status"], "completed", "{done}");
    for name in ["url", "thumbnailUrl"] {
        assert_eq!(owner.get(done["results"][0][name].as_str().unwrap()).status, 200);
    }
}

/// A small picture in a file of nearly a hundred mebibytes: what else is in it is left out of what is stored.
fn long_png() -> Vec<u8> {
    let small = plain(8, 8, ImageFormat::Png);
    let content = vec![0x55; 64 << 10];
    let named = [b"prVt".as_slice(), &content].concat();
    let sum = crc32fast::hash(&named).to_be_bytes();
    let chunk = [(content.len() as u32).to_be_bytes().as_slice(), &named, &sum].concat();
    [&small[..33], &chunk.repeat(1_598), &small[33..]].concat()
}

#[tokio::test]
async fn a_hundred_mebibytes_through_the_proxy_are_held_by_neither() {
    let port = free_port();
    let Some(nginx) = Nginx::start(&[port]) else { return };
    let mut place = Place::new().await;
    place.set("TRUSTED_PROXIES", "127.0.0.1");
    let server = place.serve_at(port);
    let owner = place.owner_at(nginx.port());
    let picture = long_png();
    assert!((99 << 20..100 << 20).contains(&picture.len()), "{} bytes", picture.len());
    let held = |act: &dyn Fn()| {
        // Of their own: while the picture is looked at its file is mapped, and those pages are the file's cache.
        let own = || [server.pid(), nginx.pid()].map(|pid| memory_kib(pid, "RssAnon:"));
        let (before, is_over) = (own(), AtomicBool::new(false));
        let most = std::thread::scope(|scope| {
            let looking = scope.spawn(|| {
                let mut most = before;
                while !is_over.load(Relaxed) {
                    most = [0, 1].map(|number| most[number].max(own()[number]));
                    std::thread::sleep(Duration::from_millis(2));
                }
                most
            });
            act();
            is_over.store(true, Relaxed);
            looking.join().unwrap()
        });
        [0, 1].map(|number| most[number] - before[number])
    };
    // The first of each also takes what is kept for later.
    let mut more = [[0; 2]; 2];
    for _ in 0..2 {
        more[0] = held(&|| drop(owner.upload("long.png", &picture).expect(201)));
        let announced = json!({ "name": "long.png", "mime": "image/png", "sizeBytes": picture.len() });
        let link = owner.post("/api/uploads/presign", announced).expect(201);
        more[1] = held(&|| {
            let put = owner.send(Method::PUT, link["url"].as_str().unwrap(), &[("content-type", "image/png")], picture.clone());
            assert_eq!(put.unwrap().status, 200);
        });
    }
    eprintln!("form and link, server and proxy took {more:?} KiB more");
    assert!(more.concat().into_iter().all(|kib| kib <= BESIDE_KIB), "form and link, server and proxy: {more:?} KiB");
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
