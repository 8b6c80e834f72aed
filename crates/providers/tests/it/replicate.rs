//! What Replicate is sent, field by field, and what is made of its answers and webhooks.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fake_vendors::{FakeVendors, RecordedBody, Vendor};
use providers::replicate::Replicate;
use providers::size::Size;
use providers::{
    Account, Began, Cancelled, Class, Handle, ImageProvider as _, ImageRequest, Moderation, OutputFormat, Picture, Progress, Secret,
    Settings,
};
use providers::{Submitted, TaskType, Usage, Watch, WebhookError};
use serde_json::{Value, json};

use crate::hooks::{Hook, Hooks, now};
use crate::hosted::model;
use crate::support::{KEY, account, assert_clean, fakes, fetched, json_of, picture, request};

const SCHNELL: &str = "black-forest-labs/flux-schnell";

fn schnell() -> Value {
    json!({
        "prompt": "prompt", "count": "num_outputs", "seed": "seed", "steps": "num_inference_steps", "ratio": "aspect_ratio",
        "tier": { "field": "megapixels", "values": { "1k": "1" } }, "output_compression": "output_quality",
        "output_format": { "field": "output_format", "values": { "jpeg": "jpg", "png": "png", "webp": "webp" } },
        "moderation": { "field": "disable_safety_checker", "values": { "auto": false, "low": true } },
    })
}

fn plain(prompt: &str) -> ImageRequest {
    ImageRequest { model: model(SCHNELL, &schnell()), ..request("", prompt) }
}

async fn accepted(account: &Account, request: &ImageRequest) -> Handle {
    match Replicate.submit(account, request, &Watch::nothing()).await.expect("a good request") {
        Submitted::Accepted(handle) => handle,
        Submitted::Done(delivery) => panic!("done with {delivery:?}"),
    }
}

async fn poll(account: &Account, handle: &Handle) -> Progress {
    Replicate.poll(account, handle, &Watch::nothing()).await.expect("an answer")
}

#[tokio::test]
async fn a_prediction_has_these_fields_and_no_other() {
    let fakes = fakes().await;
    let callback = Some("http://127.0.0.1:9/hook?nonce=a%26b".parse().unwrap());
    let account = Account { callback, ..account(&fakes, Vendor::Replicate) };
    let mut request = ImageRequest {
        size: Some(Size { width: 1344, height: 768, ratio: Some("16:9".to_owned()), tier: Some("1k".to_owned()) }),
        count: 2,
        seed: Some(7),
        settings: Settings {
            steps: Some(4),
            output_format: Some(OutputFormat::Jpeg),
            output_compression: Some(80),
            moderation: Some(Moderation::Low),
            extra: json!({ "go_fast": true, "prompt": "a dog" }).as_object().cloned().unwrap(),
            ..Settings::default()
        },
        end_user: Some("u_9f2c".to_owned()),
        ..plain("一只猫 \"quoted\"")
    };
    request.model.options.insert("fields".to_owned(), json!({ "go_fast": false }));
    let handle = accepted(&account, &request).await;
    let sent = fakes.requests(Vendor::Replicate).remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str(), sent.query.len()), ("POST", "/v1/predictions", 0));
    assert_eq!(sent.credentials, [("authorization".to_owned(), format!("Bearer {KEY}"))]);
    assert!(sent.headers.iter().all(|(name, _)| name != "prefer"));
    let input = json!({
        "go_fast": false, "prompt": "一只猫 \"quoted\"", "aspect_ratio": "16:9", "megapixels": "1", "seed": 7, "num_inference_steps": 4,
        "output_format": "jpg", "output_quality": 80, "disable_safety_checker": true, "num_outputs": 2,
    });
    let expected = json!({
        "version": SCHNELL, "input": input, "webhook": "http://127.0.0.1:9/hook?nonce=a%26b", "webhook_events_filter": ["completed"],
    });
    assert_eq!(json_of(&sent), expected);
    assert_eq!((handle.count, handle.status_url), (2, None));
    assert_clean(&fakes);
}

#[tokio::test]
async fn official_models_versions_and_deployments_are_named_as_they_are() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Replicate);
    let version = "a".repeat(64);
    for wire_id in [SCHNELL.to_owned(), format!("owner/model:{version}"), version, "deployments/owner/name".to_owned()] {
        accepted(&account, &ImageRequest { model: model(&wire_id, &schnell()), ..plain("a cat") }).await;
        let sent = fakes.requests(Vendor::Replicate).pop().unwrap();
        let deployed = wire_id.starts_with("deployments/");
        assert_eq!(sent.path, if deployed { format!("/v1/{wire_id}/predictions") } else { "/v1/predictions".to_owned() });
        assert_eq!(json_of(&sent)["version"].as_str(), (!deployed).then_some(wire_id.as_str()));
        assert_eq!(json_of(&sent)["input"], json!({ "prompt": "a cat", "num_outputs": 1 }));
    }
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_prediction_is_followed_to_its_pictures() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Replicate);
    let handle = accepted(&account, &ImageRequest { count: 2, ..plain("a cat") }).await;
    assert!(matches!(poll(&account, &handle).await, Progress::Running { fraction: Some(0.5) }));
    let Progress::Done(delivery) = poll(&account, &handle).await else { panic!("not done") };
    assert_eq!((delivery.outputs.len(), delivery.usage), (2, Usage { seconds: Some(0.9), ..Usage::default() }));
    let bytes = fetched(&Replicate, &account, &delivery.outputs[0]).await.unwrap();
    assert!(bytes.starts_with(b"RIFF"));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_model_that_is_waited_for_answers_at_once() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Replicate);
    let mut request = plain("a cat");
    request.model.options.insert("wait".to_owned(), json!(5));
    let submitted = Replicate.submit(&account, &request, &Watch::nothing()).await.unwrap();
    assert!(matches!(submitted, Submitted::Done(delivery) if delivery.outputs.len() == 1));
    let sent = fakes.requests(Vendor::Replicate).remove(0);
    assert!(sent.headers.contains(&("prefer".to_owned(), "wait=5".to_owned())));
    for wrong in [json!(0), json!(61), json!("5"), json!(true)] {
        request.model.options.insert("wait".to_owned(), wrong);
        let error = Replicate.submit(&account, &request, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No));
    }
    assert_eq!(fakes.requests(Vendor::Replicate).len(), 1);
    assert_clean(&fakes);
}

/// A picture above the size of data URLs; noise does not shrink.
fn large_picture() -> Picture {
    let mut seed = 1_u32;
    let pixels = image::RgbImage::from_fn(400, 300, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([(seed >> 24) as u8, (seed >> 16) as u8, (seed >> 8) as u8])
    });
    let mut file = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut file, image::ImageFormat::Png).expect("a picture");
    Picture { bytes: file.into_inner().into(), mime: "image/png", width: 400, height: 300 }
}

fn edit(prompt: &str) -> ImageRequest {
    let images = vec![large_picture(), picture(32, 32, "image/png")];
    let inputs = json!({ "prompt": "prompt", "images": "image_input[]" });
    ImageRequest { task_type: TaskType::ImageEdit, images, model: model("google/nano-banana", &inputs), ..request("", prompt) }
}

#[tokio::test]
async fn large_pictures_are_uploaded_first() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Replicate);
    accepted(&account, &edit("a hat")).await;
    let sent = fakes.requests(Vendor::Replicate);
    assert_eq!(sent.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(), ["/v1/files", "/v1/predictions"]);
    assert!(matches!(&sent[0].body, RecordedBody::Parts { parts } if parts.len() == 1 && parts[0].name == "content"));
    let pictures = json_of(&sent[1])["input"]["image_input"].clone();
    assert!(
        pictures[0].as_str().is_some_and(|url| url.starts_with(&format!("{}/v1/files/", fakes.origin(Vendor::Replicate)))),
        "{pictures}"
    );
    assert_eq!(pictures[1]["$mime"], json!("image/png"));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_failed_upload_begins_nothing() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Replicate);
    for (fault, class) in [("[500x:9@upload]", Class::ProviderError), ("[drop@upload]", Class::Network), ("[401@upload]", Class::Auth)] {
        fakes.inject(Vendor::Replicate, fault);
        let error = Replicate.submit(&account, &edit("a hat"), &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (class, Began::No), "{fault}: {error:?}");
    }
    assert!(fakes.requests(Vendor::Replicate).iter().all(|one| one.path == "/v1/files"));
}

#[tokio::test]
async fn a_prediction_can_be_stopped_until_it_has_ended() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Replicate);
    let handle = accepted(&account, &plain("a cat")).await;
    assert_eq!(Replicate.cancel(&account, &handle).await.unwrap(), Cancelled::Stopped);
    let error = Replicate.poll(&account, &handle, &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::Cancelled, Began::Ended));
    let ended = accepted(&account, &plain("a dog")).await;
    fakes.finish(Vendor::Replicate, &ended.id);
    assert_eq!(Replicate.cancel(&account, &ended).await.unwrap(), Cancelled::TooLate);
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_question_that_fails_says_nothing_of_the_prediction() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Replicate);
    for (mark, class) in [
        ("[429:1@poll]", Class::RateLimited),
        ("[503@poll]", Class::Overloaded),
        ("[401@poll]", Class::Auth),
        ("[badjson@poll]", Class::ProviderError),
        ("[drop@poll]", Class::Network),
        ("[redirect@poll]", Class::ProviderError),
    ] {
        let handle = accepted(&account, &plain(&format!("a cat {mark}"))).await;
        let error = Replicate.poll(&account, &handle, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (class, Began::No), "{mark}: {error:?}");
    }
    let strange = Handle::id("../account");
    assert_eq!(Replicate.poll(&account, &strange, &Watch::nothing()).await.unwrap_err().class, Class::ProviderError);
    assert_eq!(Replicate.cancel(&account, &strange).await.unwrap_err().class, Class::ProviderError);
    assert!(fakes.requests(Vendor::Replicate).iter().all(|one| one.path != "/v1/account"));
}

#[tokio::test]
async fn the_check_says_who_answered_and_what_is_wrong() {
    let fakes = fakes().await;
    let good = account(&fakes, Vendor::Replicate);
    assert_eq!(Replicate.check(&good).await.unwrap(), "Replicate, account fake");
    let elsewhere = Account { base_url: good.url("v1"), ..good.clone() };
    assert!(Replicate.check(&elsewhere).await.unwrap_err().message.contains("/v1"));
    let nobody = Account { base_url: "http://127.0.0.1:9/v1".parse().unwrap(), ..good };
    assert_eq!(Replicate.check(&nobody).await.unwrap_err().class, Class::Network);
}

async fn hooks_of(fakes: &FakeVendors, mark: &str, count: usize) -> (Account, Handle, Vec<Hook>) {
    let mut hooks = Hooks::listen().await;
    let account = Account { callback: Some(hooks.url.clone()), ..account(fakes, Vendor::Replicate) };
    let handle = accepted(&account, &plain(&format!("a cat {mark}"))).await;
    (account, handle, hooks.take(count).await)
}

async fn verified(account: &Account, hook: &Hook) -> Result<(String, String), WebhookError> {
    let delivered = Replicate.verify_webhook(account, &hook.call()).await?;
    Ok((delivered.delivery_id, delivered.handle_id))
}

#[tokio::test]
async fn a_webhook_names_its_prediction_and_its_delivery() {
    let fakes = fakes().await;
    let (account, handle, hooks) = hooks_of(&fakes, "", 2).await;
    let (first, second) = (verified(&account, &hooks[0]).await.unwrap(), verified(&account, &hooks[1]).await.unwrap());
    assert_eq!((&first.1, &second.1), (&handle.id, &handle.id));
    assert_ne!(first.0, second.0, "two deliveries");
    let (account, handle, twice) = hooks_of(&fakes, "[whdup]", 3).await;
    let (first, again) = (verified(&account, &twice[0]).await.unwrap(), verified(&account, &twice[2]).await.unwrap());
    assert_eq!((&first, &first.1), (&again, &handle.id), "a repetition has the same id");
    let (account, handle, foreign) = hooks_of(&fakes, "[whforeign]", 1).await;
    assert_ne!(verified(&account, &foreign[0]).await.unwrap().1, handle.id, "well signed, about somebody else's");
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_webhook_that_is_not_well_signed_is_refused() {
    let fakes = fakes().await;
    let (_, _, forged) = hooks_of(&fakes, "[whbadsig]", 1).await;
    let (_, _, empty) = hooks_of(&fakes, "[whempty]", 2).await;
    let (_, _, old) = hooks_of(&fakes, "[whold]", 1).await;
    let (account, _, good) = hooks_of(&fakes, "", 1).await;
    let good = &good[0];
    let stamp = |seconds: i64| good.with("webhook-timestamp", &(now() + seconds).to_string());
    for (hook, error) in [
        (forged[0].clone(), WebhookError::BadSignature),
        (empty[0].clone(), WebhookError::Malformed),
        (empty[1].clone(), WebhookError::BadSignature),
        (old[0].clone(), WebhookError::OutsideWindow),
        (stamp(-100), WebhookError::BadSignature),
        (stamp(1000), WebhookError::OutsideWindow),
        (good.saying(r#"{"id":"another"}"#), WebhookError::BadSignature),
        (good.with("webhook-id", "msg_other"), WebhookError::BadSignature),
        (good.with("webhook-id", ""), WebhookError::Malformed),
        (good.with("webhook-timestamp", "soon"), WebhookError::Malformed),
        (good.with("webhook-signature", "v2,AAAA"), WebhookError::Malformed),
        (good.without("webhook-id"), WebhookError::Malformed),
    ] {
        assert_eq!(verified(&account, &hook).await, Err(error), "{:?}", hook.headers);
    }
    for secret in [None, Some("whsec_"), Some("whsec_!!")] {
        let account = Account { webhook_secret: secret.map(Secret::new), ..account.clone() };
        assert_eq!(verified(&account, good).await, Err(WebhookError::NoSecret));
    }
}

#[tokio::test]
async fn any_of_several_signatures_will_do_and_the_body_must_name_a_prediction() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Replicate);
    let secret = fakes.webhook_secret(Vendor::Replicate).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap());
    let signed = |body: &str| {
        let stamp = now().to_string();
        let tag = hmac::sign(&key, format!("msg_1.{stamp}.{body}").as_bytes());
        let signatures = format!("v1a,AAAA v1,{} v1,{}", STANDARD.encode("another"), STANDARD.encode(tag));
        let headers = [("webhook-id", "msg_1".to_owned()), ("webhook-timestamp", stamp), ("webhook-signature", signatures)];
        Hook { headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(), body: body.as_bytes().to_vec() }
    };
    let good = verified(&account, &signed(r#"{"id":"gm3qorz"}"#)).await;
    assert_eq!(good, Ok(("msg_1".to_owned(), "gm3qorz".to_owned())));
    for body in ["", "[]", "{}", r#"{"id":7}"#, r#"{"id":"../account"}"#] {
        assert_eq!(verified(&account, &signed(body)).await, Err(WebhookError::Malformed), "{body}");
    }
}
