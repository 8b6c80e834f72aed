//! From words and pictures to pictures.

use fake_vendors::{RecordedBody, Vendor};
use image::{ImageFormat, Rgba, RgbaImage};
use imaging::marks::DigitalSourceType;
use serde_json::{Value, json};

use crate::support::studio::{KEY, Studio, house, json_of, order};
use crate::support::{TestApp, id, photo};

async fn file(studio: &Studio, result: &Value) -> Vec<u8> {
    let link = result["url"].as_str().unwrap();
    let answer = studio.user.get(link).await;
    assert_eq!(answer.status, 200);
    answer.bytes
}

#[tokio::test]
async fn words_become_pictures_that_are_marked_and_paid_for_each() {
    let studio = Studio::open().await;
    let more = json!({ "model": "first", "aspectRatio": "16:9", "count": 2, "quality": "high", "outputFormat": "jpeg" });
    let task = studio.draw("一只猫", more).await;
    assert_eq!((&task["status"], &task["error"]), (&json!("completed"), &json!(null)), "{task}");
    assert_eq!((&task["provider"], &task["providerName"], &task["model"]), (&json!("openai"), &json!("OpenAI"), &json!("first")));
    assert_eq!((task["credits"].as_i64(), task["creditsRefunded"].as_i64(), studio.net().await), (Some(20), Some(0), 20));
    let mut sent = json_of(&studio.fakes.requests(Vendor::OpenAi)[0]);
    let person = sent.as_object_mut().unwrap().remove("safety_identifier").unwrap();
    assert!(!person.as_str().unwrap().contains(&studio.user.id().await));
    let asked =
        json!({ "model": "gpt-image-2", "prompt": "一只猫", "size": "1360x768", "n": 2, "quality": "high", "output_format": "jpeg" });
    assert_eq!(sent, asked);
    let results = task["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        let size = (&result["width"], &result["height"], &result["mime"], &result["inputFile"]);
        assert_eq!(size, (&json!(1360), &json!(768), &json!("image/jpeg"), &json!(null)));
        let marks = imaging::marks::read(&file(&studio, result).await).unwrap().unwrap();
        assert_eq!(marks.source, Some(DigitalSourceType::TrainedAlgorithmicMedia));
        assert_eq!(marks.aigc.unwrap().label, "1");
    }
    assert_eq!(studio.app.attempts(&id(&task)).await, ["succeeded"]);
    studio.verify().await;
}

#[tokio::test]
async fn the_first_picture_is_edited_in_its_own_shape_and_the_others_are_references() {
    let studio = Studio::open().await;
    let mut files = Vec::new();
    for (width, height) in [(96, 64), (32, 32), (16, 16)] {
        let answer = studio.user.upload("a.png", &photo(width, height)).await.expect(201);
        files.push(id(&answer["files"][0]));
    }
    let body = json!({ "taskType": "image_edit", "inputFiles": files, "parameters": { "prompt": "make it blue" } });
    let task = studio.user.post("/api/tasks", body).await.expect(202);
    assert_eq!((&task["credits"], &task["parameters"]["aspectRatio"]), (&json!(10), &json!("auto")));
    studio.app.run_jobs().await;
    let task = studio.user.task(&id(&task)).await;
    assert_eq!(task["status"], "completed", "{task}");
    let result = &task["results"][0];
    assert_eq!((&result["width"], &result["height"], &result["inputFile"]), (&json!(1248), &json!(832), &json!(null)));
    let sent = studio.fakes.requests(Vendor::OpenAi).remove(0);
    let RecordedBody::Parts { parts } = &sent.body else { panic!("no form: {sent:?}") };
    let text = |name: &str| parts.iter().find(|part| part.name == name).and_then(|part| part.text.clone());
    assert_eq!(
        (sent.path.as_str(), text("size").as_deref(), text("prompt").as_deref()),
        ("/v1/images/edits", Some("1248x832"), Some("make it blue"))
    );
    let pictures: Vec<_> = parts.iter().filter_map(|part| Some((part.name.as_str(), part.picture.as_ref()?.width))).collect();
    assert_eq!(pictures, [("image[]", 96), ("image[]", 32), ("image[]", 16)]);
    let marks = imaging::marks::read(&file(&studio, result).await).unwrap().unwrap();
    assert_eq!(marks.source, Some(DigitalSourceType::CompositeWithTrainedAlgorithmicMedia));
    studio.verify().await;
}

#[tokio::test]
async fn one_picture_that_is_edited_is_what_the_result_was_made_from() {
    let studio = Studio::open().await;
    let file = studio.user.stamp().await;
    let body = json!({ "taskType": "image_edit", "inputFiles": [file], "model": "sibling", "parameters": { "prompt": "blue", "quality": "draft" } });
    let task = studio.user.post("/api/tasks", body).await.expect(202);
    studio.app.run_jobs().await;
    let task = studio.user.task(&id(&task)).await;
    assert_eq!((&task["status"], &task["results"][0]["inputFile"]), (&json!("completed"), &json!(file)), "{task}");
    studio.verify().await;
}

#[tokio::test]
async fn a_picture_behind_a_link_is_fetched_without_the_key_and_stored_in_the_format_asked_for() {
    let studio = Studio::open().await;
    let more = json!({ "model": "linked", "seed": 7, "negativePrompt": "dogs", "outputFormat": "webp", "aspectRatio": "3:4" });
    let task = studio.draw("a cat", more).await;
    assert_eq!((&task["status"], &task["results"][0]["mime"]), (&json!("completed"), &json!("image/webp")), "{task}");
    let sent = json_of(&studio.fakes.requests(Vendor::SiliconFlow)[0]);
    assert_eq!((&sent["seed"], &sent["negative_prompt"], &sent["image_size"]), (&json!(7), &json!("dogs"), &json!("960x1280")));
    let downloads = studio.fakes.downloads();
    assert!(!downloads.is_empty() && downloads.iter().all(|download| download.credentials.is_empty()));
    studio.verify().await;
}

#[tokio::test]
async fn a_link_into_the_house_is_not_followed() {
    let studio = Studio::open().await;
    for mark in ["[urlprivate]", "[urlredirectprivate]", "[urlfile]"] {
        let task = studio.draw(&format!("a cat {mark}"), json!({ "model": "linked" })).await;
        assert_ne!(task["status"], "completed", "{mark}");
    }
    assert_eq!(studio.fakes.forbidden_connections(), 0);
}

#[tokio::test]
async fn transparent_comes_as_png_from_the_vendor_and_turns_white_in_a_jpeg() {
    let studio = Studio::open().await;
    let task = studio.draw("a cat", json!({ "model": "first", "background": "transparent", "outputFormat": "jpeg" })).await;
    assert_eq!((&task["status"], &task["results"][0]["mime"]), (&json!("completed"), &json!("image/jpeg")), "{task}");
    let sent = json_of(&studio.fakes.requests(Vendor::OpenAi)[0]);
    assert_eq!((&sent["background"], &sent["output_format"]), (&json!("transparent"), &json!("png")));
    studio.verify().await;
}

#[tokio::test]
async fn the_same_key_asks_once() {
    let studio = Studio::open().await;
    let body = order("a cat", json!({ "model": "first" }));
    let first = studio.user.keyed("/api/tasks", "k1", body.clone()).await.expect(202);
    studio.app.run_jobs().await;
    let second = studio.user.keyed("/api/tasks", "k1", body).await.expect(202);
    studio.app.run_jobs().await;
    assert_eq!((id(&first), studio.paid(), studio.net().await), (id(&second), 1, 10));
}

#[tokio::test]
async fn what_is_no_picture_is_never_stored() {
    let studio = Studio::open().await;
    for mark in ["[b64notimage]", "[b64svg]", "[headerbomb]", "[pngbomb]"] {
        let task = studio.ask(&format!("a cat {mark}"), json!({ "model": "first" })).await;
        studio.app.run_jobs().await;
        studio.run_later(30).await;
        let task = studio.user.task(&id(&task)).await;
        assert_eq!((&task["status"], &task["error"]["code"]), (&json!("failed"), &json!("provider_failed")), "{mark}");
    }
    assert_eq!((studio.net().await, studio.app.files_in("objects").len()), (0, 0));
    studio.verify().await;
}

#[tokio::test]
async fn a_picture_with_content_credentials_is_stored_as_it_came_byte_for_byte() {
    let studio = Studio::open().await;
    let task = studio.draw("a cat [c2pa]", json!({ "model": "first" })).await;
    assert_eq!(task["status"], "completed", "{task}");
    let stored = file(&studio, &task["results"][0]).await;
    assert_eq!(&stored[37..41], b"caBX");
    assert!(imaging::marks::read(&stored).unwrap().is_none(), "the vendor's signature would not hold any more");
    studio.verify().await;
}

#[tokio::test]
async fn a_painted_mask_goes_along_as_large_as_the_picture_is_sent() {
    let fakes = house().await;
    let address = fakes.base_url(Vendor::Stability);
    let app = TestApp::with(&[("STABILITY_API_KEY", KEY), ("STABILITY_BASE_URL", &address), ("NEW_USER_CREDITS", "100")]).await;
    let user = app.user("li").await;
    let upload = async |bytes: &[u8]| id(&user.upload("a.png", bytes).await.expect(201)["files"][0]);
    // Painted with a brush on nothing, and larger than the vendor takes.
    let (width, height) = (4000, 3000);
    let brush = |x, _| Rgba([255, 255, 255, if x < 2000 { 255 } else { 0 }]);
    let mut mask = std::io::Cursor::new(Vec::new());
    RgbaImage::from_fn(width, height, brush).write_to(&mut mask, ImageFormat::Png).unwrap();
    let (picture, mask) = (upload(&photo(width, height)).await, upload(mask.get_ref()).await);
    let body = json!({ "taskType": "inpaint", "inputFiles": [picture], "parameters": { "prompt": "a heron", "mask": mask } });
    let task = user.post("/api/tasks", body).await.expect(202);
    app.run_jobs().await;
    let task = user.task(&id(&task)).await;
    assert_eq!((&task["status"], &task["model"]), (&json!("completed"), &json!("stable-inpaint")), "{task}");
    let sent = fakes.requests(Vendor::Stability).remove(0);
    let RecordedBody::Parts { parts } = &sent.body else { panic!("no form: {sent:?}") };
    let sizes: Vec<_> =
        parts.iter().filter_map(|part| part.picture.as_ref().map(|picture| (part.name.as_str(), picture.width, picture.height))).collect();
    let [("image", width, height), mask] = sizes[..] else { panic!("{sizes:?}") };
    assert!(u64::from(width) * u64::from(height) <= 9_437_184 && width > 3400, "{width} x {height}");
    assert_eq!(mask, ("mask", width, height));
    let violations: Vec<String> = fakes.violations().iter().map(|violation| format!("{violation:?}")).collect();
    assert_eq!(violations, Vec::<String>::new());
}
