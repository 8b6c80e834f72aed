//! What Gemini is sent, field by field, and what is made of its answers.

use fake_vendors::Vendor;
use providers::size::Size;
use providers::{Account, Began, Class, Delivery, Expand, ImageProvider, ImageRequest, Settings, Source, Submitted};
use providers::{TaskType, Usage, Watch, gemini::Gemini};
use serde_json::{Value, json};

use crate::support::{KEY, account, assert_clean, fakes, json_of, mask, picture, request};

const FLASH: &str = "gemini-3.1-flash-image";

async fn done(account: &Account, request: &ImageRequest) -> Delivery {
    match Gemini.submit(account, request, &Watch::nothing()).await.expect("an answer") {
        Submitted::Done(delivery) => *delivery,
        Submitted::Accepted(handle) => panic!("accepted as {handle:?}"),
    }
}

fn size(ratio: &str, tier: Option<&str>) -> Option<Size> {
    Some(Size { width: 2688, height: 1536, ratio: Some(ratio.to_owned()), tier: tier.map(str::to_owned) })
}

#[tokio::test]
async fn a_generation_has_these_fields_and_no_other() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Gemini);
    let settings = Settings { safety_level: Some(4), ..Settings::default() };
    let request = ImageRequest { size: size("16:9", Some("2k")), seed: Some(7), settings, ..request(FLASH, "一只猫 \"quoted\"") };
    let delivery = done(&account, &request).await;
    let sent = fakes.requests(Vendor::Gemini).remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/v1beta/models/gemini-3.1-flash-image:generateContent"));
    assert_eq!((sent.query.len(), sent.credentials.clone()), (0, vec![("x-goog-api-key".to_owned(), KEY.to_owned())]));
    let setting = |category: &str| json!({ "category": format!("HARM_CATEGORY_{category}"), "threshold": "BLOCK_ONLY_HIGH" });
    let settings = ["HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT"].map(setting);
    let expected = json!({
        "contents": [{ "role": "user", "parts": [{ "text": "一只猫 \"quoted\"" }] }],
        "generationConfig": {
            "responseModalities": ["IMAGE"], "imageConfig": { "aspectRatio": "16:9", "imageSize": "2K" }, "seed": 7,
        },
        "safetySettings": settings,
    });
    assert_eq!(json_of(&sent), expected);
    let usage = Usage { input_text_tokens: Some(12), output_tokens: Some(1290), ..Usage::default() };
    assert_eq!(delivery.usage, usage);
    assert!(matches!(&delivery.outputs[0].source, Source::Bytes(bytes) if bytes.starts_with(b"\x89PNG")));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_model_without_tiers_is_told_none_and_nothing_is_said_that_was_not_asked() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Gemini);
    done(&account, &ImageRequest { size: size("21:9", None), ..request("gemini-2.5-flash-image", "a cat") }).await;
    done(&account, &request(FLASH, "a cat")).await;
    let config = |index: usize| json_of(&fakes.requests(Vendor::Gemini)[index])["generationConfig"].clone();
    assert_eq!(config(0), json!({ "responseModalities": ["IMAGE"], "imageConfig": { "aspectRatio": "21:9" } }));
    assert_eq!(config(1), json!({ "responseModalities": ["IMAGE"] }));
    assert_clean(&fakes);
}

#[tokio::test]
async fn the_operators_fields_go_along_and_replace_none_of_ours() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Gemini);
    let mut request = request(FLASH, "a cat");
    let config = json!({ "topK": 40, "responseModalities": ["TEXT"] });
    let setting = json!({ "category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE" });
    let fields = json!({ "generationConfig": config, "safetySettings": [setting], "contents": [] });
    request.model.options.insert("fields".to_owned(), fields);
    request.settings.extra.insert("temperature".to_owned(), json!(0.5));
    done(&account, &request).await;
    let expected = json!({
        "contents": [{ "role": "user", "parts": [{ "text": "a cat" }] }],
        "generationConfig": { "temperature": 0.5, "topK": 40, "responseModalities": ["IMAGE"] },
        "safetySettings": [setting],
    });
    assert_eq!(json_of(&fakes.requests(Vendor::Gemini)[0]), expected);
    assert_clean(&fakes);
}

#[tokio::test]
async fn pictures_follow_the_words_in_order() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Gemini);
    let pictures = [picture(64, 48, "image/png"), picture(32, 32, "image/jpeg"), picture(16, 16, "image/webp")];
    let [first, second, third] = pictures.clone();
    let edit = ImageRequest {
        task_type: TaskType::ImageEdit,
        images: vec![first],
        references: vec![second],
        style_image: Some(third),
        ..request(FLASH, "a hat")
    };
    done(&account, &edit).await;
    let expand = Settings { expand: Some(Expand { top: 16, ..Expand::default() }), ..Settings::default() };
    let outpaint = ImageRequest { task_type: TaskType::Outpaint, settings: expand, references: Vec::new(), style_image: None, ..edit };
    done(&account, &outpaint).await;
    let sent = fakes.requests(Vendor::Gemini);
    let parts: Vec<Value> = json_of(&sent[0])["contents"][0]["parts"].as_array().cloned().unwrap();
    assert_eq!(parts[0], json!({ "text": "a hat" }));
    let inline = pictures.map(|picture| json!({ "inlineData": { "mimeType": picture.mime, "data": picture.base64() } }));
    assert_eq!(parts[1..], inline);
    let parts = json_of(&sent[1])["contents"][0]["parts"].clone();
    assert!(parts[0]["text"].as_str().unwrap().starts_with("Continue the picture"));
    assert_eq!(parts[1]["inlineData"]["mimeType"], json!("image/png"));
    assert_clean(&fakes);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_before_anything_is_sent() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Gemini);
    let plain = request(FLASH, "a cat");
    let edit = ImageRequest { task_type: TaskType::ImageEdit, images: vec![picture(8, 8, "image/png")], ..plain.clone() };
    let wrong = [
        ImageRequest { count: 2, ..plain.clone() },
        ImageRequest { negative_prompt: Some("dogs".to_owned()), ..plain.clone() },
        ImageRequest { seed: Some(u32::MAX), ..plain.clone() },
        ImageRequest { size: Some(Size { width: 1024, height: 1024, ratio: None, tier: None }), ..plain.clone() },
        ImageRequest { mask: Some(mask(8, 8)), ..edit.clone() },
        ImageRequest { task_type: TaskType::RemoveBackground, ..edit.clone() },
        ImageRequest { images: vec![picture(8, 8, "image/png"); 15], ..edit.clone() },
        ImageRequest { images: Vec::new(), ..edit },
    ];
    for request in wrong {
        let error = Gemini.submit(&account, &request, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
    }
    let keyless = Account { key: None, ..account };
    assert_eq!(Gemini.submit(&keyless, &plain, &Watch::nothing()).await.unwrap_err().class, Class::Auth);
    assert_eq!(fakes.requests(Vendor::Gemini).len(), 0);
}

#[tokio::test]
async fn a_retired_model_is_not_there() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Gemini);
    let error = Gemini.submit(&account, &request("imagen-4.0", "a cat"), &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.code.as_deref()), (Class::ModelUnavailable, Some("NOT_FOUND")));
}
