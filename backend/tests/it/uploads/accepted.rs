//! Pictures that are taken.

use image::codecs::gif::GifEncoder;
use image::{Frame, ImageFormat, Rgba, RgbaImage};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::files::{PAGE, plain, real};
use crate::support::{Client, TestApp};

async fn stored(client: &Client, file: &Value) -> Vec<u8> {
    let answer = client.get(file["url"].as_str().unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.headers["content-type"].to_str().unwrap()), (200, file["mime"].as_str().unwrap()));
    answer.bytes
}

#[tokio::test]
async fn what_is_answered_describes_the_stored_bytes() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let photos = [("chelsea.png", real("chelsea.png")), ("rocket.jpg", real("rocket.jpg")), ("red.webp", plain(40, 30, ImageFormat::WebP))];
    for (name, bytes) in photos {
        let file = li.upload(name, &bytes).await.expect(201)["files"][0].clone();
        let kept = stored(&li, &file).await;
        assert_eq!(file["name"], name);
        assert_eq!(file["sizeBytes"], kept.len(), "{name}");
        assert_eq!(file["sha256"], hex::encode(Sha256::digest(&kept)), "{name}");
        let picture = image::load_from_memory(&kept).unwrap();
        assert_eq!((&file["width"], &file["height"]), (&json!(picture.width()), &json!(picture.height())), "{name}");
        assert!(!file["thumbhash"].as_str().unwrap().is_empty());
        let again = li.get(&format!("/api/files/{}", file["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(again, file);
    }
    assert!(app.files_in("tmp").is_empty());
}

#[tokio::test]
async fn several_pictures_are_answered_in_their_order() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let [one, two, three] = [10, 20, 30].map(|side| plain(side, side, ImageFormat::Png));
    let answer = li.upload_all(&[("c.png", &one), ("a.png", &two), ("b.png", &three)]).await.expect(201);
    let told: Vec<(&Value, &Value)> = answer["files"].as_array().unwrap().iter().map(|file| (&file["name"], &file["width"])).collect();
    assert_eq!(told, [(&json!("c.png"), &json!(10)), (&json!("a.png"), &json!(20)), (&json!("b.png"), &json!(30))]);
}

#[tokio::test]
async fn the_name_is_a_label_and_nothing_more() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let bytes = plain(8, 8, ImageFormat::Png);
    for (sent, label) in [
        ("../../x.png", "x.png"),
        ("C:\\photos\\猫.png", "猫.png"),
        ("/etc/passwd", "passwd"),
        ("春江 水暖.png", "春江 水暖.png"),
        ("a\tb.png", "ab.png"),
        ("a\u{202e}gnp.exe", "agnp.exe"),
        ("photo.jpg.exe", "photo.jpg.exe"),
        ("", "picture"),
    ] {
        let file = li.upload(sent, &bytes).await.expect(201)["files"][0].clone();
        assert_eq!(file["name"], label, "{sent:?}");
        // What the bytes are decides, not what the name says.
        assert_eq!(file["mime"], "image/png");
    }
    let outside: Vec<_> = std::fs::read_dir(&app.app.config.app.data_dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!outside.iter().any(|name| name == "x.png"), "{outside:?}");
    for path in app.files_in("objects") {
        let key = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(key.is_ascii() && !key.contains("passwd") && !key.ends_with("exe"), "{key}");
    }
}

#[tokio::test]
async fn of_an_animation_the_first_frame_is_kept() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let mut gif = Vec::new();
    let frames = [[255, 0, 0, 255], [0, 0, 255, 255]].map(|colour| Frame::new(RgbaImage::from_pixel(12, 9, Rgba(colour))));
    GifEncoder::new(&mut gif).encode_frames(frames).unwrap();
    let file = li.upload("a.gif", &gif).await.expect(201)["files"][0].clone();
    assert_eq!(file["mime"], "image/png");
    let kept = image::load_from_memory(&stored(&li, &file).await).unwrap().to_rgba8();
    assert_eq!((kept.dimensions(), kept.get_pixel(6, 4).0), ((12, 9), [255, 0, 0, 255]));
}

#[tokio::test]
async fn what_hides_in_a_picture_is_not_kept() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let polyglot = [plain(16, 16, format), PAGE.to_vec(), b"PK\x03\x04".to_vec()].concat();
        let answer = li.upload("a.html", &polyglot).await;
        if answer.status == 201 {
            let kept = stored(&li, &answer.expect(201)["files"][0]).await;
            assert!(!kept.windows(8).any(|window| window == b"<script>"), "{format:?}");
            assert!(!kept.windows(4).any(|window| window == b"PK\x03\x04"), "{format:?}");
        } else {
            assert_eq!(answer.code(400), "file_corrupt", "{format:?}");
        }
    }
}
