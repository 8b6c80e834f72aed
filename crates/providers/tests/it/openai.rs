//! What OpenAI is sent, field by field, and what is made of its answers.

use std::sync::Arc;

use fake_vendors::Vendor;
use parking_lot::Mutex;
use providers::openai::{Dialect, OpenAi};
use providers::size::Size;
use providers::{
    Background, Began, Class, Delivery, Expand, ImageProvider as _, ImageRequest, Moderation, OutputFormat, Quality, Settings, Source,
};
use providers::{Submitted, TaskType, Update, Usage, Watch};
use serde_json::json;

use crate::support::{KEY, account, assert_clean, fakes, json_of, mask, parts_of, picture, request};

const OPENAI: OpenAi = OpenAi(&Dialect::OPENAI);

fn done(submitted: Submitted) -> Delivery {
    match submitted {
        Submitted::Done(delivery) => *delivery,
        Submitted::Accepted(handle) => panic!("accepted as {handle:?}"),
    }
}

fn every_setting() -> ImageRequest {
    ImageRequest {
        size: Some(Size { width: 1536, height: 864, ratio: None, tier: None }),
        count: 2,
        settings: Settings {
            quality: Some(Quality::High),
            background: Some(Background::Opaque),
            output_format: Some(OutputFormat::Webp),
            output_compression: Some(80),
            moderation: Some(Moderation::Low),
            ..Settings::default()
        },
        end_user: Some("u_9f2c".to_owned()),
        ..request("gpt-image-2", "一只猫 \"quoted\" [500]")
    }
}

#[tokio::test]
async fn a_generation_has_these_fields_and_no_other() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::OpenAi);
    let delivery = done(OPENAI.submit(&account, &every_setting(), &Watch::nothing()).await.unwrap());
    let sent = fakes.requests(Vendor::OpenAi).remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str(), sent.query.len()), ("POST", "/v1/images/generations", 0));
    assert_eq!(sent.credentials, [("authorization".to_owned(), format!("Bearer {KEY}"))]);
    assert_eq!(
        json_of(&sent),
        json!({
            "model": "gpt-image-2", "prompt": "一只猫 \"quoted\" [500]", "size": "1536x864", "n": 2, "quality": "high",
            "background": "opaque", "output_format": "webp", "output_compression": 80, "moderation": "low",
            "safety_identifier": "u_9f2c",
        })
    );
    let usage = Usage { input_text_tokens: Some(42), input_image_tokens: Some(0), output_tokens: Some(2112), ..Usage::default() };
    assert_eq!((delivery.outputs.len(), delivery.usage), (2, usage));
    assert!(delivery.outputs.iter().all(|output| matches!(&output.source, Source::Bytes(bytes) if bytes.starts_with(b"RIFF"))));
    assert_clean(&fakes);
}

#[tokio::test]
async fn nothing_is_said_that_was_not_asked() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::OpenAi);
    OPENAI.submit(&account, &request("gpt-image-1-mini", "a cat"), &Watch::nothing()).await.unwrap();
    assert_eq!(json_of(&fakes.requests(Vendor::OpenAi)[0]), json!({ "model": "gpt-image-1-mini", "prompt": "a cat" }));
}

#[tokio::test]
async fn the_operators_fields_go_along_and_replace_none_of_ours() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::OpenAi);
    let mut request = request("gpt-image-2", "a cat");
    request.model.options.insert("fields".to_owned(), json!({ "complexity": "low", "model": "gpt-image-1.5" }));
    request.settings.extra = json!({ "user": "u_1", "prompt": "a dog" }).as_object().cloned().unwrap();
    OPENAI.submit(&account, &request, &Watch::nothing()).await.unwrap();
    let sent = json_of(&fakes.requests(Vendor::OpenAi)[0]);
    assert_eq!(sent, json!({ "user": "u_1", "prompt": "a cat", "complexity": "low", "model": "gpt-image-2" }));
}

#[tokio::test]
async fn an_edit_is_a_form_with_pictures_in_order_and_a_transparent_mask() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::OpenAi);
    let request = ImageRequest {
        task_type: TaskType::Inpaint,
        images: vec![picture(64, 48, "image/png"), picture(32, 32, "image/jpeg")],
        references: vec![picture(16, 16, "image/webp")],
        style_image: Some(picture(8, 8, "image/png")),
        mask: Some(mask(64, 48)),
        ..every_setting()
    };
    done(OPENAI.submit(&account, &request, &Watch::nothing()).await.unwrap());
    let sent = fakes.requests(Vendor::OpenAi).remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/v1/images/edits"));
    let parts = parts_of(&sent);
    let texts: Vec<_> = parts.iter().filter_map(|part| Some((part.name.as_str(), part.text.as_deref()?))).collect();
    let expected = [
        ("model", "gpt-image-2"),
        ("prompt", "一只猫 \"quoted\" [500]"),
        ("size", "1536x864"),
        ("n", "2"),
        ("quality", "high"),
        ("background", "opaque"),
        ("output_format", "webp"),
        ("output_compression", "80"),
        ("moderation", "low"),
        ("safety_identifier", "u_9f2c"),
    ];
    assert_eq!(texts, expected);
    let files = parts.iter().filter_map(|part| Some((part.name.as_str(), part.file_name.as_deref()?, part.mime.as_deref()?)));
    let expected = [
        ("image[]", "image-1.png", "image/png"),
        ("image[]", "image-2.jpg", "image/jpeg"),
        ("image[]", "image-3.webp", "image/webp"),
        ("image[]", "image-4.png", "image/png"),
        ("mask", "mask.png", "image/png"),
    ];
    assert_eq!(files.collect::<Vec<_>>(), expected);
    let mask = parts.iter().find(|part| part.name == "mask").and_then(|part| part.picture.clone()).unwrap();
    assert_eq!((mask.width, mask.height, mask.alpha), (64, 48, true));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_single_picture_is_an_image_without_brackets() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::OpenAi);
    let images = vec![picture(64, 48, "image/jpeg")];
    let request = ImageRequest { task_type: TaskType::RemoveBackground, images, ..request("gpt-image-2", "") };
    done(OPENAI.submit(&account, &request, &Watch::nothing()).await.unwrap());
    let parts = parts_of(&fakes.requests(Vendor::OpenAi)[0]);
    let names: Vec<_> = parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["model", "prompt", "background", "image"]);
    assert_eq!(parts[2].text.as_deref(), Some("transparent"));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_stream_shows_previews_and_brings_every_picture() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::OpenAi);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watch = Watch::new({
        let seen = seen.clone();
        move |update| match update {
            Update::Preview { picture, bytes } => seen.lock().push((picture, bytes.starts_with(b"\x89PNG"))),
            Update::Fraction(fraction) => panic!("no fraction is known: {fraction}"),
        }
    });
    let request = ImageRequest { previews: 2, count: 2, ..request("gpt-image-2", "a cat") };
    let delivery = done(OPENAI.submit(&account, &request, &watch).await.unwrap());
    let sent = json_of(&fakes.requests(Vendor::OpenAi)[0]);
    assert_eq!(sent, json!({ "model": "gpt-image-2", "prompt": "a cat", "n": 2, "stream": true, "partial_images": 2 }));
    assert_eq!(*seen.lock(), [(0, true), (0, true), (1, true), (1, true)]);
    assert_eq!((delivery.outputs.len(), delivery.usage.output_tokens), (2, Some(2 * 1256)));
    let edit = ImageRequest { task_type: TaskType::ImageEdit, images: vec![picture(64, 48, "image/png")], ..request };
    assert_eq!(done(OPENAI.submit(&account, &edit, &watch).await.unwrap()).outputs.len(), 2);
    assert_clean(&fakes);
}

#[tokio::test]
async fn what_a_stream_brought_before_it_broke_is_delivered() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::OpenAi);
    let request = ImageRequest { previews: 1, count: 3, ..request("gpt-image-2", "a cat [dropmid]") };
    let delivery = done(OPENAI.submit(&account, &request, &Watch::nothing()).await.unwrap());
    let refused = delivery.refused.unwrap();
    assert_eq!((delivery.outputs.len(), refused.class, refused.began), (1, Class::Network, Began::Unknown));
}

#[tokio::test]
async fn borders_are_added_as_a_transparent_part_of_the_picture() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::OpenAi);
    let settings = Settings { expand: Some(Expand { left: 16, top: 8, ..Expand::default() }), ..Settings::default() };
    let images = vec![picture(64, 48, "image/jpeg")];
    let request = ImageRequest { task_type: TaskType::Outpaint, images, settings, ..request("gpt-image-2", "the sea") };
    done(OPENAI.submit(&account, &request, &Watch::nothing()).await.unwrap());
    let parts = parts_of(&fakes.requests(Vendor::OpenAi)[0]);
    let files: Vec<_> = parts.iter().filter_map(|part| Some((part.name.as_str(), part.picture.as_ref()?))).collect();
    let facts: Vec<_> = files.iter().map(|(name, facts)| (*name, facts.width, facts.height, facts.alpha)).collect();
    assert_eq!(facts, [("image", 80, 56, true), ("mask", 80, 56, true)]);
    assert_clean(&fakes);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_before_anything_is_sent() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::OpenAi);
    let plain = request("gpt-image-2", "a cat");
    let edit = ImageRequest { task_type: TaskType::ImageEdit, images: vec![picture(64, 48, "image/png")], ..plain.clone() };
    let wrong = [
        ImageRequest { seed: Some(7), ..plain.clone() },
        ImageRequest { negative_prompt: Some("dogs".to_owned()), ..plain.clone() },
        ImageRequest { settings: Settings { steps: Some(20), ..Settings::default() }, ..plain.clone() },
        ImageRequest { settings: Settings { strength: Some(0.5), ..Settings::default() }, ..edit.clone() },
        ImageRequest { task_type: TaskType::Upscale, ..edit.clone() },
        ImageRequest { images: Vec::new(), ..edit.clone() },
        ImageRequest { images: vec![picture(8, 8, "image/png"); 17], ..edit.clone() },
        ImageRequest { mask: Some(mask(48, 64)), ..edit.clone() },
        ImageRequest { mask: Some(mask(64, 48)), ..plain },
    ];
    for request in wrong {
        let error = OPENAI.submit(&account, &request, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
    }
    let keyless = providers::Account { key: None, ..account };
    let error = OPENAI.submit(&keyless, &edit, &Watch::nothing()).await.unwrap_err();
    assert_eq!(error.class, Class::Auth);
    assert_eq!(fakes.requests(Vendor::OpenAi).len(), 0);
}

#[tokio::test]
async fn the_check_says_who_answered_and_what_is_wrong() {
    let fakes = fakes().await;
    let good = account(&fakes, Vendor::OpenAi);
    assert_eq!(OPENAI.check(&good).await.unwrap(), "OpenAI with 12 models, the first is gpt-image-2.6-sunburst");
    let elsewhere = providers::Account { base_url: good.url("v1"), ..good.clone() };
    assert!(OPENAI.check(&elsewhere).await.unwrap_err().message.contains("/v1"));
    let nobody = providers::Account { base_url: "http://127.0.0.1:9/v1".parse().unwrap(), ..good };
    assert_eq!(OPENAI.check(&nobody).await.unwrap_err().class, Class::Network);
    let error = OPENAI.submit(&nobody, &request("gpt-image-2", "a cat"), &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::Network, Began::No));
}
