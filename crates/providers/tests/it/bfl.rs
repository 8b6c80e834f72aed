//! What Black Forest Labs is sent, field by field, what is made of its answers, and its webhooks.

use aws_lc_rs::hmac;
use fake_vendors::Vendor;
use providers::bfl::Bfl;
use providers::size::Size;
use providers::{Account, Began, Class, Expand, Handle, ImageProvider as _, ImageRequest, OutputFormat, Progress, Settings, Source};
use providers::{Submitted, TaskType, Usage, Watch, WebhookError};
use serde_json::{Value, json};

use crate::hooks::{Hook, Hooks};
use crate::support::{KEY, account, assert_clean, fakes, fetched, json_of, mask, picture, request};

fn accepted(submitted: Submitted) -> Handle {
    match submitted {
        Submitted::Accepted(handle) => handle,
        Submitted::Done(delivery) => panic!("done at once: {delivery:?}"),
    }
}

fn size(width: u32, height: u32) -> Option<Size> {
    Some(Size { width, height, ratio: None, tier: None })
}

fn of_family(family: &str, request: ImageRequest) -> ImageRequest {
    let mut request = request;
    request.model.options.insert("family".to_owned(), family.into());
    request
}

fn on_picture(model: &str, task_type: TaskType, prompt: &str) -> ImageRequest {
    ImageRequest { task_type, images: vec![picture(96, 64, "image/png")], ..request(model, prompt) }
}

/// Sends each request and gives back what was sent, pictures as `WIDTHxHEIGHT type`.
async fn sent(requests: impl IntoIterator<Item = ImageRequest>) -> Vec<Value> {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Bfl);
    for request in requests {
        let said = format!("{} {:?}", request.model.wire_id, request.task_type);
        let submitted = Bfl.submit(&account, &request, &Watch::nothing()).await;
        assert!(submitted.is_ok(), "{said}: {submitted:?}");
    }
    assert_clean(&fakes);
    fakes.requests(Vendor::Bfl).iter().map(json_of).collect()
}

/// The names of the fields that hold pictures, and the other fields. Short files are recorded as they are.
fn split(sent: &Value) -> (Vec<&str>, Value) {
    let fields = sent.as_object().expect("an object");
    let is_picture = |name: &str| name.contains("image") && !name.ends_with("strength") || name == "mask";
    let pictures = fields.keys().filter(|name| is_picture(name)).map(String::as_str).collect();
    let others = fields.iter().filter(|(name, _)| !is_picture(name)).map(|(name, value)| (name.clone(), value.clone()));
    (pictures, Value::Object(others.collect()))
}

#[tokio::test]
async fn a_generation_has_these_fields_and_its_end_is_found_at_the_link() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Bfl);
    let settings = Settings { safety_level: Some(4), output_format: Some(OutputFormat::Jpeg), ..Settings::default() };
    let request = ImageRequest { size: size(1344, 768), seed: Some(7), settings, ..request("flux-2-pro", "一只猫 \"quoted\"") };
    let handle = accepted(Bfl.submit(&account, &request, &Watch::nothing()).await.unwrap());
    let sent = fakes.requests(Vendor::Bfl).remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str(), sent.query.len()), ("POST", "/v1/flux-2-pro", 0));
    assert_eq!(sent.credentials, [("x-key".to_owned(), KEY.to_owned())]);
    let expected = json!({
        "prompt": "一只猫 \"quoted\"", "seed": 7, "width": 1344, "height": 768, "safety_tolerance": 4, "output_format": "jpeg",
    });
    assert_eq!(json_of(&sent), expected);
    // It survives being kept.
    let handle: Handle = serde_json::from_value(serde_json::to_value(&handle).unwrap()).unwrap();
    let running = Bfl.poll(&account, &handle, &Watch::nothing()).await.unwrap();
    assert!(matches!(running, Progress::Running { fraction: Some(fraction) } if fraction < 1.0), "{running:?}");
    let Progress::Done(delivery) = Bfl.poll(&account, &handle, &Watch::nothing()).await.unwrap() else { panic!("not done") };
    let usage = Usage { credits: Some(3.0), input_megapixels: Some(0.0), output_megapixels: Some(1.032_192), ..Usage::default() };
    assert_eq!((delivery.outputs.len(), delivery.outputs[0].seed, delivery.usage), (1, Some(7), usage));
    assert!(matches!(&delivery.outputs[0].source, Source::Link(_)));
    assert!(fetched(&Bfl, &account, &delivery.outputs[0]).await.unwrap().starts_with(b"\xff\xd8"));
    let asked = fakes.all_requests().into_iter().find(|asked| asked.place == "sibling").unwrap();
    assert_eq!(asked.credentials, [("x-key".to_owned(), KEY.to_owned())]);
    assert!(fakes.downloads()[0].credentials.is_empty());
    assert_clean(&fakes);
}

#[tokio::test]
async fn pictures_are_numbered_and_tasks_are_told_in_words() {
    let edit = ImageRequest {
        references: vec![picture(64, 64, "image/jpeg")],
        style_image: Some(picture(64, 64, "image/webp")),
        ..on_picture("flux-2-max", TaskType::StyleTransfer, "warm")
    };
    let mut flex = ImageRequest {
        settings: Settings { steps: Some(30), guidance: Some(4.5), ..Settings::default() },
        ..request("flux-2-flex", "a cat")
    };
    flex.model.options.insert("fields".to_owned(), json!({ "prompt_upsampling": true, "prompt": "a dog" }));
    let search = Settings { search_prompt: Some("the dog".to_owned()), ..Settings::default() };
    let replace =
        ImageRequest { settings: search, size: size(1600, 1024), ..on_picture("flux-kontext-pro", TaskType::SearchReplace, "a cat") };
    let sent = sent([edit, flex, of_family("kontext", replace)]).await;
    let (pictures, others) = split(&sent[0]);
    assert_eq!(pictures, ["input_image", "input_image_2", "input_image_3"]);
    let words = "Repaint the first picture in the style of the other one. Keep its content and composition. warm";
    assert_eq!(others, json!({ "prompt": words, "output_format": "png" }));
    let expected = json!({ "prompt_upsampling": true, "prompt": "a cat", "output_format": "png", "steps": 30, "guidance": 4.5 });
    assert_eq!(sent[1], expected);
    let (pictures, others) = split(&sent[2]);
    assert_eq!(pictures, ["input_image"]);
    let words = "Replace the dog with: a cat. Change nothing else.";
    assert_eq!(others, json!({ "prompt": words, "aspect_ratio": "25:16", "output_format": "png" }));
}

#[tokio::test]
async fn older_models_have_fields_of_their_own() {
    let strength = Settings { strength: Some(0.3), ..Settings::default() };
    let ultra =
        ImageRequest { settings: strength, size: size(1920, 1080), ..on_picture("flux-pro-1.1-ultra", TaskType::ImageToImage, "a cat") };
    let pro = ImageRequest { size: size(1024, 768), ..on_picture("flux-pro-1.1", TaskType::ImageToImage, "a cat") };
    let fill = ImageRequest {
        mask: Some(mask(96, 64)),
        settings: Settings { steps: Some(40), guidance: Some(60.0), ..Settings::default() },
        ..on_picture("flux-pro-1.0-fill", TaskType::Inpaint, "a hat")
    };
    let erase = ImageRequest { task_type: TaskType::Erase, prompt: String::new(), settings: Settings::default(), ..fill.clone() };
    let expand = Some(Expand { left: 16, top: 8, ..Expand::default() });
    let expand =
        ImageRequest { settings: Settings { expand, ..Settings::default() }, ..on_picture("flux-pro-1.0-expand", TaskType::Outpaint, "") };
    let sent = sent([
        of_family("ultra", ultra),
        of_family("pro", pro),
        of_family("fill", fill),
        of_family("fill", erase),
        of_family("expand", expand),
    ])
    .await;
    let expected = [
        (vec!["image_prompt"], json!({ "prompt": "a cat", "aspect_ratio": "16:9", "output_format": "png", "image_prompt_strength": 0.7 })),
        (vec!["image_prompt"], json!({ "prompt": "a cat", "width": 1024, "height": 768, "output_format": "png" })),
        (vec!["mask", "image"], json!({ "prompt": "a hat", "output_format": "png", "steps": 40, "guidance": 60.0 })),
        (
            vec!["mask", "image"],
            json!({ "prompt": "Remove what is in the marked area and continue the surroundings there.", "output_format": "png" }),
        ),
        (vec!["image"], json!({ "output_format": "png", "left": 16, "top": 8 })),
    ];
    for (sent, expected) in sent.iter().zip(expected) {
        assert_eq!(split(sent), expected);
    }
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_before_anything_is_sent() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Bfl);
    let plain = request("flux-2-pro", "a cat");
    let edit = on_picture("flux-2-pro", TaskType::ImageEdit, "a hat");
    let fill = of_family("fill", ImageRequest { mask: Some(mask(96, 64)), ..on_picture("flux-pro-1.0-fill", TaskType::Inpaint, "a hat") });
    let expand = of_family("expand", on_picture("flux-pro-1.0-expand", TaskType::Outpaint, ""));
    let with = |settings| ImageRequest { settings, ..plain.clone() };
    let default = Settings::default;
    let wrong = [
        ImageRequest { count: 2, ..plain.clone() },
        ImageRequest { negative_prompt: Some("dogs".to_owned()), ..plain.clone() },
        ImageRequest { prompt: String::new(), ..plain.clone() },
        ImageRequest { task_type: TaskType::Upscale, ..edit.clone() },
        ImageRequest { task_type: TaskType::RemoveBackground, ..edit.clone() },
        ImageRequest { images: Vec::new(), ..edit.clone() },
        ImageRequest { images: vec![picture(64, 64, "image/png"); 9], ..edit.clone() },
        ImageRequest { mask: Some(mask(96, 64)), ..edit.clone() },
        of_family("kontext", ImageRequest { images: vec![picture(64, 64, "image/png"); 2], ..edit.clone() }),
        of_family("nobody", plain.clone()),
        of_family("pro", edit),
        with(Settings { strength: Some(0.5), ..default() }),
        with(Settings { style_preset: Some("anime".to_owned()), ..default() }),
        with(Settings { search_prompt: Some("the dog".to_owned()), ..default() }),
        with(Settings { output_format: Some(OutputFormat::Webp), ..default() }),
        with(Settings { expand: Some(Expand { left: 8, ..Expand::default() }), ..default() }),
        ImageRequest { mask: None, ..fill.clone() },
        ImageRequest { mask: Some(mask(64, 96)), ..fill.clone() },
        ImageRequest { size: size(96, 64), ..fill },
        expand,
    ];
    for request in wrong {
        let submitted = Bfl.submit(&account, &request, &Watch::nothing()).await;
        let error = submitted.map(|_| request).unwrap_err();
        assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
    }
    let keyless = Account { key: None, ..account };
    assert_eq!(Bfl.submit(&keyless, &plain, &Watch::nothing()).await.unwrap_err().class, Class::Auth);
    assert_eq!(fakes.requests(Vendor::Bfl).len(), 0);
}

#[tokio::test]
async fn a_question_that_fails_can_be_asked_again() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Bfl);
    let request = request("flux-2-pro", "a cat [500x:1@poll]");
    let handle = accepted(Bfl.submit(&account, &request, &Watch::nothing()).await.unwrap());
    let error = Bfl.poll(&account, &handle, &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::ProviderError, Began::No));
    assert!(matches!(Bfl.poll(&account, &handle, &Watch::nothing()).await.unwrap(), Progress::Done(_)));
    // A handle whose link leads elsewhere takes no key there.
    let elsewhere = Handle { status_url: Some(format!("http://{}/stolen", fakes.cdn_address())), ..handle };
    let error = Bfl.poll(&account, &elsewhere, &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::ProviderError, Began::Lost));
    assert_eq!(fakes.downloads().len(), 0);
}

#[tokio::test]
async fn the_check_says_who_answered_and_what_is_wrong() {
    let fakes = fakes().await;
    let good = account(&fakes, Vendor::Bfl);
    assert_eq!(Bfl.check(&good).await.unwrap(), "Black Forest Labs with 987.5 credits left");
    let elsewhere = Account { base_url: good.url("v1"), ..good.clone() };
    assert!(Bfl.check(&elsewhere).await.unwrap_err().message.contains("/v1"));
    let nobody = Account { base_url: "http://127.0.0.1:9".parse().unwrap(), ..good };
    let error = Bfl.submit(&nobody, &request("flux-2-pro", "a cat"), &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::Network, Began::No));
}

/// Asks for a picture with a webhook, and waits for so many calls.
async fn called(mark: &str, count: usize) -> (Account, Handle, Vec<Hook>) {
    let fakes = fakes().await;
    let mut hooks = Hooks::listen().await;
    let account = Account { callback: Some(hooks.url.clone()), ..account(&fakes, Vendor::Bfl) };
    let request = request("flux-2-pro", &format!("a cat {mark}"));
    let handle = accepted(Bfl.submit(&account, &request, &Watch::nothing()).await.expect("taken"));
    let sent = json_of(&fakes.requests(Vendor::Bfl)[0]);
    assert_eq!((&sent["webhook_url"], &sent["webhook_secret"]), (&json!(hooks.url.as_str()), &json!("secret-of-the-webhooks")));
    let came = hooks.take(count).await;
    assert_clean(&fakes);
    (account, handle, came)
}

async fn verify(account: &Account, hook: &Hook) -> Result<providers::Delivered, WebhookError> {
    Bfl.verify_webhook(account, &hook.call()).await
}

#[tokio::test]
async fn a_webhook_is_taken_when_its_signature_is_right_however_often_it_comes() {
    let (account, handle, hooks) = called("[whdup]", 3).await;
    let mut ids = Vec::new();
    for hook in &hooks {
        let delivered = verify(&account, hook).await.unwrap();
        assert_eq!(delivered.handle_id, handle.id);
        ids.push(delivered.delivery_id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "the same call again has the same id");
    let (account, handle, hooks) = called("[whforeign]", 1).await;
    assert_ne!(verify(&account, &hooks[0]).await.unwrap().handle_id, handle.id);
}

#[tokio::test]
async fn a_webhook_without_a_good_signature_is_refused() {
    let (account, _, forged) = called("[whbadsig]", 1).await;
    assert_eq!(verify(&account, &forged[0]).await, Err(WebhookError::BadSignature));
    let (_, _, empty) = called("[whempty]", 2).await;
    assert_eq!(verify(&account, &empty[0]).await, Err(WebhookError::Malformed));
    assert_eq!(verify(&account, &empty[1]).await, Err(WebhookError::BadSignature));
    for secret in [None, Some(providers::Secret::new(""))] {
        let account = Account { webhook_secret: secret, ..account.clone() };
        assert_eq!(verify(&account, &empty[1]).await, Err(WebhookError::NoSecret));
    }
}

#[tokio::test]
async fn malformed_and_changed_webhooks_are_refused() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Bfl);
    let hook =
        |signature: String, body: &str| Hook { headers: vec![("x-bfl-signature".to_owned(), signature)], body: body.as_bytes().to_vec() };
    let signed = |body: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret-of-the-webhooks");
        format!("sha256={}", hex::encode(hmac::sign(&key, body.as_bytes())))
    };
    let good = r#"{"id":"1","status":"Ready","timestamp":0}"#;
    // Its age is not looked at: the signature has no time, and it is only a reason to ask.
    assert_eq!(verify(&account, &hook(signed(good), good)).await.unwrap().handle_id, "1");
    assert_eq!(verify(&account, &hook(signed(good), r#"{"id":"2"}"#)).await, Err(WebhookError::BadSignature));
    for body in ["", "no JSON", "{}", r#"{"id":7}"#, r#"{"id":""}"#] {
        assert_eq!(verify(&account, &hook(signed(body), body)).await, Err(WebhookError::Malformed), "{body}");
    }
    for signature in ["", "sha256=", "sha256=zz", "sha256=abcd", "sha1=00"] {
        assert_eq!(verify(&account, &hook(signature.to_owned(), good)).await, Err(WebhookError::Malformed), "{signature}");
    }
}

#[tokio::test]
async fn without_a_secret_no_webhook_is_asked_for() {
    let fakes = fakes().await;
    let callback = Some("https://example.com/hook".parse().unwrap());
    let account = Account { webhook_secret: None, callback, ..account(&fakes, Vendor::Bfl) };
    Bfl.submit(&account, &request("flux-2-pro", "a cat"), &Watch::nothing()).await.unwrap();
    assert_eq!(json_of(&fakes.requests(Vendor::Bfl)[0]), json!({ "prompt": "a cat", "output_format": "png" }));
}
