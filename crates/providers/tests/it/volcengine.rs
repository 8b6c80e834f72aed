//! What Volcengine is sent, field by field, and what is made of its answers.

use fake_vendors::Vendor;
use providers::size::Size;
use providers::{Account, Began, Class, Delivery, Expand, ImageProvider, ImageRequest, OutputFormat, Settings, Source};
use providers::{Submitted, TaskType, Usage, Watch, volcengine::Volcengine};
use serde_json::json;

use crate::support::{KEY, account, assert_clean, fakes, fetched, json_of, mask, picture, request};

const SEEDREAM: &str = "doubao-seedream-4-0-250828";

async fn done(account: &Account, request: &ImageRequest) -> Delivery {
    match Volcengine.submit(account, request, &Watch::nothing()).await.expect("an answer") {
        Submitted::Done(delivery) => *delivery,
        Submitted::Accepted(handle) => panic!("accepted as {handle:?}"),
    }
}

/// A request to a model that makes groups, of pictures so small that a busy machine makes them in time.
fn group(prompt: &str, count: u32) -> ImageRequest {
    let size = Some(Size { width: 1024, height: 1024, ratio: None, tier: None });
    let mut request = ImageRequest { count, size, ..request(SEEDREAM, prompt) };
    request.model.options.insert("groups".to_owned(), json!(true));
    request
}

#[tokio::test]
async fn a_generation_has_these_fields_and_no_other() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Volcengine);
    let mut request = ImageRequest {
        size: Some(Size { width: 2304, height: 1728, ratio: None, tier: None }),
        settings: Settings { output_format: Some(OutputFormat::Png), ..Settings::default() },
        ..request("doubao-seedream-5-0-260128", "一只猫 \"quoted\"")
    };
    request.model.options.insert("fields".to_owned(), json!({ "watermark": false, "response_format": "url" }));
    let delivery = done(&account, &request).await;
    let sent = fakes.requests(Vendor::Volcengine).remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/api/v3/images/generations"));
    assert_eq!(sent.credentials, [("authorization".to_owned(), format!("Bearer {KEY}"))]);
    assert!(sent.headers.contains(&("x-client-request-id".to_owned(), "attempt_1".to_owned())));
    let expected = json!({
        "model": "doubao-seedream-5-0-260128", "prompt": "一只猫 \"quoted\"", "size": "2304x1728", "output_format": "png",
        "response_format": "b64_json", "watermark": false,
    });
    assert_eq!(json_of(&sent), expected);
    assert_eq!(delivery.usage, Usage { images: Some(1), output_tokens: Some(16_384), ..Usage::default() });
    assert!(matches!(&delivery.outputs[0].source, Source::Bytes(bytes) if bytes.starts_with(b"\x89PNG")));
    assert_clean(&fakes);
}

#[tokio::test]
async fn the_third_generation_has_seed_and_guidance() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Volcengine);
    let settings = Settings { guidance: Some(2.7), ..Settings::default() };
    let request = ImageRequest { seed: Some(7), settings, ..request("doubao-seedream-3-0-t2i-250415", "a cat") };
    done(&account, &request).await;
    let sent = json_of(&fakes.requests(Vendor::Volcengine)[0]);
    assert_eq!((&sent["seed"], &sent["guidance_scale"]), (&json!(7), &json!(2.7)));
    assert_clean(&fakes);
}

#[tokio::test]
async fn pictures_go_along_in_order_as_one_or_a_list() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Volcengine);
    let one = ImageRequest { task_type: TaskType::ImageEdit, images: vec![picture(64, 48, "image/png")], ..request(SEEDREAM, "a hat") };
    done(&account, &one).await;
    let expand = Settings { expand: Some(Expand { right: 16, ..Expand::default() }), ..Settings::default() };
    let several = ImageRequest {
        task_type: TaskType::Outpaint,
        references: vec![picture(32, 32, "image/jpeg")],
        style_image: Some(picture(16, 16, "image/webp")),
        settings: expand,
        ..one
    };
    done(&account, &several).await;
    let sent: Vec<_> = fakes.requests(Vendor::Volcengine).iter().map(json_of).collect();
    assert_eq!((&sent[0]["image"]["$width"], &sent[0]["prompt"]), (&json!(64), &json!("a hat")));
    let widths: Vec<_> = sent[1]["image"].as_array().unwrap().iter().map(|image| image["$width"].as_u64().unwrap()).collect();
    assert_eq!(widths, [80, 32, 16]);
    assert!(sent[1]["prompt"].as_str().unwrap().starts_with("Continue the picture"));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_group_is_streamed_and_every_picture_arrives() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Volcengine);
    let delivery = done(&account, &group("a cat", 3)).await;
    let sent = json_of(&fakes.requests(Vendor::Volcengine)[0]);
    let expected = json!({
        "model": SEEDREAM, "prompt": "a cat", "size": "1024x1024", "response_format": "b64_json", "stream": true,
        "sequential_image_generation": "auto", "sequential_image_generation_options": { "max_images": 3 },
    });
    assert_eq!(sent, expected);
    assert_eq!((delivery.outputs.len(), delivery.usage.images), (3, Some(3)));
    assert_eq!(done(&account, &group("a cat [fewer]", 3)).await.outputs.len(), 2);
    assert_eq!(done(&account, &group("a cat [more]", 3)).await.outputs.len(), 3);
    assert_clean(&fakes);
}

#[tokio::test]
async fn what_a_stream_brought_before_it_broke_is_delivered() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Volcengine);
    for (mark, class, began) in [("[dropmid]", Class::Network, Began::Unknown), ("[streamhang]", Class::Timeout, Began::Unknown)] {
        let delivery = done(&account, &group(&format!("a cat {mark}"), 3)).await;
        let refused = delivery.refused.unwrap();
        assert_eq!((delivery.outputs.len(), refused.class, refused.began), (1, class, began), "{mark}");
    }
    let cut = done(&account, &group("a cat [badjson]", 3)).await;
    assert_eq!((cut.outputs.len(), cut.refused.unwrap().class), (2, Class::ProviderError));
}

#[tokio::test]
async fn links_are_taken_too() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Volcengine);
    // This mark makes the vendor answer links, one of which leads to nothing any more.
    let delivery = done(&account, &request(SEEDREAM, "a cat [urldead]")).await;
    assert!(matches!(delivery.outputs[0].source, Source::Link(_)));
    assert_eq!(fetched(&Volcengine, &account, &delivery.outputs[0]).await.unwrap_err().class, Class::Expired);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_before_anything_is_sent() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Volcengine);
    let plain = request(SEEDREAM, "a cat");
    let edit = ImageRequest { task_type: TaskType::ImageEdit, images: vec![picture(8, 8, "image/png")], ..plain.clone() };
    let webp = Settings { output_format: Some(OutputFormat::Webp), ..Settings::default() };
    let wrong = [
        ImageRequest { count: 2, ..plain.clone() },
        ImageRequest { negative_prompt: Some("dogs".to_owned()), ..plain.clone() },
        ImageRequest { seed: Some(u32::MAX), ..plain.clone() },
        ImageRequest { settings: webp, ..plain.clone() },
        ImageRequest { mask: Some(mask(8, 8)), ..edit.clone() },
        ImageRequest { task_type: TaskType::Upscale, ..edit.clone() },
        ImageRequest { images: vec![picture(8, 8, "image/png"); 15], ..edit.clone() },
        ImageRequest { images: vec![picture(8, 8, "image/png"); 14], count: 2, model: group("", 2).model, ..edit },
    ];
    for request in wrong {
        let error = Volcengine.submit(&account, &request, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
    }
    let keyless = Account { key: None, ..account };
    assert_eq!(Volcengine.submit(&keyless, &plain, &Watch::nothing()).await.unwrap_err().class, Class::Auth);
    assert_eq!(fakes.requests(Vendor::Volcengine).len(), 0);
}
