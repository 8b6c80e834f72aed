//! Files that are refused: each with its own reason in both languages, and nothing kept.

use axum::body::Body;
use axum::http::Method;
use danqing::config::{Config, Sources};
use image::ImageFormat;

use super::files::{PAGE, assert_nothing_stored, gif_of, huge_jpeg, plain, png_of, real};
use crate::support::{Client, TestApp, form};

/// Name, bytes, status, code, and a word that the reason names.
fn bad_files() -> Vec<(&'static str, Vec<u8>, u16, &'static str, &'static str)> {
    let (cat, rocket) = (real("chelsea.png"), real("rocket.jpg"));
    let mut damaged = cat.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 64].fill(0x55);
    vec![
        ("empty.png", Vec::new(), 400, "file_empty", "empty.png"),
        ("half.jpg", rocket[..rocket.len() / 2].to_vec(), 400, "file_corrupt", "half.jpg"),
        ("half.png", cat[..cat.len() / 2].to_vec(), 400, "file_corrupt", "half.png"),
        ("start.png", cat[..20].to_vec(), 400, "file_corrupt", "start.png"),
        ("damaged.png", damaged, 400, "file_corrupt", "damaged.png"),
        ("only.gif", b"GIF89a".to_vec(), 400, "file_corrupt", "only.gif"),
        ("gif-script.gif", b"GIF89a/*\0\0\0\0*/=1;alert(1)".to_vec(), 400, "file_corrupt", "gif-script.gif"),
        ("IMG_1.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), 415, "file_type_unsupported", "HEIC"),
        ("a.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".to_vec(), 415, "file_type_unsupported", "SVG"),
        ("a.pdf", b"%PDF-1.7\n".to_vec(), 415, "file_type_unsupported", "PDF"),
        ("page.png", PAGE.to_vec(), 415, "file_type_unsupported", "page.png"),
        (
            "words.jpg",
            b"hello".to_vec(),
            415,
            "file_type_unsupported",
            "“words.jpg” cannot be used: it is no picture of a kind that is known here",
        ),
        ("bomb.png", png_of(60_000, 60_000), 400, "image_too_large", "60000"),
        ("wide.png", png_of(20_000, 10), 400, "image_too_large", "20000"),
        ("lying.png", png_of(7_000, 7_000), 400, "file_corrupt", "lying.png"),
        ("huge.jpg", huge_jpeg(), 400, "image_too_large", "65535"),
        ("huge.gif", gif_of(65_535, 65_535), 400, "image_too_large", "65535"),
        ("many.png", plain(7_200, 7_000, ImageFormat::Png), 400, "image_too_large", "7200"),
        ("roomy.gif", gif_of(7_000, 7_000), 400, "image_too_large", "7000"),
    ]
}

async fn upload(client: &Client, language: &str, name: &str, bytes: &[u8]) -> (u16, serde_json::Value) {
    let (kind, body) = form::files(&[(name, bytes)]);
    let headers = [("content-type", kind.as_str()), ("accept-language", language)];
    let answer = client.send(Method::POST, "/api/uploads", &headers, Body::from(body)).await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test]
async fn each_bad_file_is_refused_with_its_reason_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    for (name, bytes, status, code, word) in bad_files() {
        let (answered, problem) = upload(&li, "en", name, &bytes).await;
        assert_eq!((answered, problem["code"].as_str()), (status, Some(code)), "{name}: {problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(word) && detail.contains(name) && !detail.contains('{'), "{name}: {detail}");
    }
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn the_reason_is_told_in_chinese_to_the_end() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    li.patch("/api/me", serde_json::json!({ "locale": "zh-CN" })).await.expect(200);
    for (name, bytes, ..) in bad_files() {
        let (_, problem) = upload(&li, "zh-CN", name, &bytes).await;
        let detail = problem["detail"].as_str().unwrap().replace(name, "");
        // Names of formats and numbers apart, there is no English word in it.
        let english = detail.split(|c: char| !c.is_ascii_lowercase()).find(|word| word.len() > 3);
        assert_eq!(english, None, "{name}: {detail}");
    }
}

#[tokio::test]
async fn one_bad_file_among_good_ones_keeps_them_all_out() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let good = plain(16, 16, ImageFormat::Png);
    let answer = li.upload_all(&[("good.png", &good), ("bad.png", PAGE), ("good.png", &good)]).await;
    assert_eq!(answer.code(415), "file_type_unsupported");
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn the_limit_on_pixels_is_a_setting_and_refusals_name_it() {
    let app = TestApp::with(&[("MAX_PIXELS", "1500000")]).await;
    let li = app.user("li").await;
    li.upload("a.png", &plain(1500, 1000, ImageFormat::Png)).await.expect(201);
    for picture in [plain(1501, 1000, ImageFormat::Png), png_of(20_000, 10)] {
        let problem = li.upload("a.png", &picture).await.expect(400);
        assert_eq!(problem["code"], "image_too_large");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("1.5 million") && detail.contains("16383 per side"), "{detail}");
    }
}

#[tokio::test]
async fn a_sound_picture_that_takes_too_much_memory_is_called_large_and_not_damaged() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    li.upload("roomy.gif", &gif_of(5_000, 5_000)).await.expect(201);
    let problem = li.upload("roomy.gif", &gif_of(7_000, 7_000)).await.expect(400);
    assert_eq!((&problem["code"], &problem["title"]), (&"image_too_large".into(), &"Picture too large".into()));
    assert!(problem["detail"].as_str().unwrap().contains("7000 × 7000"), "{problem}");
}

#[test]
fn no_setting_lets_in_what_no_tool_takes() {
    let load = |pixels: u64| {
        let environment = [("MAX_PIXELS".to_owned(), pixels.to_string())].into();
        Config::load(&Sources { environment, dotenv: None })
    };
    assert_eq!(load(engine::MAX_INPUT_PIXELS).unwrap().limits.max_pixels, engine::MAX_INPUT_PIXELS);
    assert!(load(engine::MAX_INPUT_PIXELS + 1).is_err());
    assert!(u64::from(imaging::Limits::default().max_side) <= engine::MAX_SIDE);
}
