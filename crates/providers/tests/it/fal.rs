//! What fal is sent, field by field, and what is made of its answers and webhooks.

use fake_vendors::{FakeVendors, Vendor};
use providers::fal::Fal;
use providers::size::Size;
use providers::{Account, Began, Cancelled, Class, Handle, ImageProvider as _, ImageRequest, Moderation, OutputFormat, Progress, Settings};
use providers::{Submitted, Usage, Watch, WebhookError};
use serde_json::{Value, json};

use crate::hooks::{Hook, Hooks, now};
use crate::hosted::model;
use crate::support::{KEY, KEY_SET, account, assert_clean, fakes, fetched, json_of, request};

fn dev() -> Value {
    json!({
        "prompt": "prompt", "negative_prompt": "negative_prompt", "width": "image_size.width", "height": "image_size.height",
        "count": "num_images", "seed": "seed", "steps": "num_inference_steps", "guidance": "guidance_scale", "strength": "strength",
        "output_format": "output_format", "moderation": { "field": "enable_safety_checker", "values": { "auto": true, "low": false } },
    })
}

fn plain(prompt: &str) -> ImageRequest {
    ImageRequest { model: model("fal-ai/flux/dev", &dev()), ..request("", prompt) }
}

async fn accepted(account: &Account, request: &ImageRequest) -> Handle {
    match Fal::default().submit(account, request, &Watch::nothing()).await.expect("a good request") {
        Submitted::Accepted(handle) => handle,
        Submitted::Done(delivery) => panic!("done with {delivery:?}"),
    }
}

async fn poll(account: &Account, handle: &Handle) -> Progress {
    Fal::default().poll(account, handle, &Watch::nothing()).await.expect("an answer")
}

#[tokio::test]
async fn a_request_has_these_fields_and_no_other() {
    let fakes = fakes().await;
    let callback = "http://127.0.0.1:9/hook?task=1&nonce=a%26b";
    let account = Account { callback: Some(callback.parse().unwrap()), ..account(&fakes, Vendor::Fal) };
    let request = ImageRequest {
        negative_prompt: Some("dogs".to_owned()),
        size: Some(Size { width: 1280, height: 720, ratio: None, tier: None }),
        count: 2,
        seed: Some(7),
        settings: Settings {
            steps: Some(28),
            guidance: Some(3.3),
            output_format: Some(OutputFormat::Png),
            moderation: Some(Moderation::Low),
            extra: json!({ "acceleration": "none" }).as_object().cloned().unwrap(),
            ..Settings::default()
        },
        ..plain("一只猫 \"quoted\"")
    };
    let handle = accepted(&account, &request).await;
    let sent = fakes.requests(Vendor::Fal).remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/fal-ai/flux/dev"));
    assert_eq!(sent.query, [("fal_webhook".to_owned(), callback.to_owned())]);
    assert_eq!(sent.credentials, [("authorization".to_owned(), format!("Key {KEY}"))]);
    let expected = json!({
        "acceleration": "none", "prompt": "一只猫 \"quoted\"", "negative_prompt": "dogs", "image_size": { "width": 1280, "height": 720 },
        "seed": 7, "num_inference_steps": 28, "guidance_scale": 3.3, "output_format": "png", "enable_safety_checker": false, "num_images": 2,
    });
    assert_eq!(json_of(&sent), expected);
    let base = format!("{}/fal-ai/flux/requests/{}", fakes.origin(Vendor::Fal), handle.id);
    let links = [Some(format!("{base}/status")), Some(base.clone()), Some(format!("{base}/cancel"))];
    assert_eq!([handle.status_url, handle.result_url, handle.cancel_url], links);
    assert_eq!(handle.count, 2);
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_request_is_followed_by_its_links_to_its_pictures() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Fal);
    let handle = accepted(&account, &ImageRequest { count: 2, seed: Some(7), ..plain("a cat") }).await;
    assert!(matches!(poll(&account, &handle).await, Progress::Running { fraction: Some(0.5) }));
    let Progress::Done(delivery) = poll(&account, &handle).await else { panic!("not done") };
    assert_eq!(delivery.outputs.iter().map(|output| output.seed).collect::<Vec<_>>(), [Some(7), None]);
    assert_eq!(delivery.usage, Usage { seconds: Some(1.9), ..Usage::default() });
    assert!(!fetched(&Fal::default(), &account, &delivery.outputs[1]).await.unwrap().is_empty());
    let asked: Vec<_> = fakes.requests(Vendor::Fal).into_iter().skip(1).map(|one| (one.method, one.query.len())).collect();
    assert_eq!(asked, [("GET".to_owned(), 1), ("GET".to_owned(), 1), ("GET".to_owned(), 0)]);
    assert_clean(&fakes);
}

#[tokio::test]
async fn pictures_inside_the_answer_are_taken_too() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Fal);
    let mut request = plain("a cat");
    request.model.options.insert("fields".to_owned(), json!({ "sync_mode": true }));
    let handle = accepted(&account, &request).await;
    poll(&account, &handle).await;
    let Progress::Done(delivery) = poll(&account, &handle).await else { panic!("not done") };
    assert!(matches!(&delivery.outputs[0].source, providers::Source::Bytes(bytes) if bytes.starts_with(b"\xff\xd8")));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_link_to_another_server_is_never_followed() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Fal);
    let own = accepted(&account, &plain("a cat")).await;
    let before = fakes.all_requests().len();
    for elsewhere in [format!("http://{}/x", fakes.cdn_address()), "https://queue.fal.run/x".to_owned(), "file:///etc/passwd".to_owned()] {
        let handle = Handle { status_url: Some(elsewhere.clone()), cancel_url: Some(elsewhere.clone()), ..own.clone() };
        let error = Fal::default().poll(&account, &handle, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::ProviderError, Began::No));
        assert_eq!(Fal::default().cancel(&account, &handle).await.unwrap_err().class, Class::ProviderError);
    }
    assert_eq!(fakes.all_requests().len(), before);
    // A gateway that passes the vendor's own links on: what was begun there cannot be followed.
    let gateway = Account { base_url: account.base_url.as_str().replace("127.0.0.1", "localhost").parse().unwrap(), ..account };
    let error = Fal::default().submit(&gateway, &plain("a cat"), &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::ProviderError, Began::Unknown));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_request_can_be_stopped_until_it_has_ended() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Fal);
    let handle = accepted(&account, &plain("a cat")).await;
    assert_eq!(Fal::default().cancel(&account, &handle).await.unwrap(), Cancelled::Asked);
    let error = Fal::default().poll(&account, &handle, &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::Cancelled, Began::Ended));
    let ended = accepted(&account, &plain("a dog")).await;
    fakes.finish(Vendor::Fal, &ended.id);
    assert_eq!(Fal::default().cancel(&account, &ended).await.unwrap(), Cancelled::TooLate);
    let lost = accepted(&account, &plain("a bird [plost]")).await;
    assert_eq!(Fal::default().cancel(&account, &lost).await.unwrap_err().class, Class::Expired);
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_question_that_fails_says_nothing_of_the_request() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Fal);
    for (mark, class) in [
        ("[429:1@poll]", Class::RateLimited),
        ("[503@poll]", Class::Overloaded),
        ("[401@poll]", Class::Auth),
        ("[badjson@poll]", Class::ProviderError),
        ("[drop@poll]", Class::Network),
        ("[redirect@poll]", Class::ProviderError),
        ("[billing@result]", Class::ProviderBilling),
        ("[429:1@result]", Class::RateLimited),
        ("[dropmid@result]", Class::Network),
    ] {
        let handle = accepted(&account, &plain(&format!("a cat {mark}"))).await;
        fakes.finish(Vendor::Fal, &handle.id);
        let error = Fal::default().poll(&account, &handle, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (class, Began::No), "{mark}: {error:?}");
    }
}

#[tokio::test]
async fn the_check_says_who_answered_and_what_is_wrong() {
    let fakes = fakes().await;
    let good = account(&fakes, Vendor::Fal);
    assert_eq!(Fal::default().check(&good).await.unwrap(), "the queue of fal, which takes the key");
    let elsewhere = Account { base_url: fakes.base_url(Vendor::OpenAi).parse().unwrap(), ..good.clone() };
    assert!(Fal::default().check(&elsewhere).await.is_err());
    let nobody = Account { base_url: "http://127.0.0.1:9".parse().unwrap(), ..good.clone() };
    assert_eq!(Fal::default().check(&nobody).await.unwrap_err().class, Class::Network);
    let sent = fakes.requests(Vendor::Fal);
    assert!(sent.iter().all(|one| one.method == "GET"), "nothing is begun");
}

async fn hooks_of(fakes: &FakeVendors, mark: &str, count: usize) -> (Account, Handle, Vec<Hook>) {
    let mut hooks = Hooks::listen().await;
    let account = Account { callback: Some(hooks.url.clone()), ..account(fakes, Vendor::Fal) };
    let handle = accepted(&account, &plain(&format!("a cat {mark}"))).await;
    (account, handle, hooks.take(count).await)
}

fn key_fetches(fakes: &FakeVendors) -> usize {
    let fetches: Vec<_> = fakes.requests(Vendor::Fal).into_iter().filter(|one| one.path == KEY_SET).collect();
    assert!(fetches.iter().all(|one| one.credentials.is_empty()), "the keys are public");
    fetches.len()
}

#[tokio::test]
async fn a_webhook_names_its_request_and_the_keys_are_fetched_once() {
    let fakes = fakes().await;
    let fal = Fal::default();
    let (account, handle, twice) = hooks_of(&fakes, "[whdup]", 3).await;
    for hook in &twice {
        let delivered = fal.verify_webhook(&account, &hook.call()).await.unwrap();
        assert_eq!((&delivered.handle_id, &delivered.delivery_id), (&handle.id, &handle.id), "a repetition has the same id");
    }
    let (account, handle, foreign) = hooks_of(&fakes, "[whforeign]", 1).await;
    assert_ne!(fal.verify_webhook(&account, &foreign[0].call()).await.unwrap().handle_id, handle.id);
    assert_eq!(key_fetches(&fakes), 1);
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_webhook_that_is_not_well_signed_is_refused_and_fetches_no_further_keys() {
    let fakes = fakes().await;
    let fal = Fal::default();
    let (_, _, forged) = hooks_of(&fakes, "[whbadsig]", 1).await;
    let (_, _, empty) = hooks_of(&fakes, "[whempty]", 2).await;
    let (_, _, old) = hooks_of(&fakes, "[whold]", 1).await;
    let (account, _, good) = hooks_of(&fakes, "", 1).await;
    let good = &good[0];
    let stamp = |seconds: i64| good.with("x-fal-webhook-timestamp", &(now() + seconds).to_string());
    for (hook, error) in [
        (forged[0].clone(), WebhookError::BadSignature),
        (empty[0].clone(), WebhookError::Malformed),
        (empty[1].clone(), WebhookError::Malformed),
        (old[0].clone(), WebhookError::OutsideWindow),
        (stamp(-100), WebhookError::BadSignature),
        (stamp(1000), WebhookError::OutsideWindow),
        (good.saying(r#"{"request_id":"another"}"#), WebhookError::BadSignature),
        (good.with("x-fal-webhook-request-id", "another"), WebhookError::BadSignature),
        (good.with("x-fal-webhook-user-id", "another"), WebhookError::BadSignature),
        (good.with("x-fal-webhook-user-id", "a\nb"), WebhookError::Malformed),
        (good.with("x-fal-webhook-signature", "zz"), WebhookError::Malformed),
        (good.with("x-fal-webhook-signature", "00"), WebhookError::BadSignature),
        (good.without("x-fal-webhook-timestamp"), WebhookError::Malformed),
    ] {
        assert_eq!(fal.verify_webhook(&account, &hook.call()).await, Err(error), "{:?}", hook.headers);
    }
    assert!(fal.verify_webhook(&account, &good.call()).await.is_ok());
    assert_eq!(key_fetches(&fakes), 1);
}

#[tokio::test]
async fn without_keys_no_webhook_is_believed() {
    let fakes = fakes().await;
    let (account, _, good) = hooks_of(&fakes, "", 1).await;
    let verified = |keys: Option<&str>| {
        let account = Account { webhook_keys_url: keys.map(|url| url.parse().unwrap()), ..account.clone() };
        let call = good[0].call();
        async move { Fal::default().verify_webhook(&account, &call).await.map(drop) }
    };
    assert_eq!(verified(None).await, Err(WebhookError::NoSecret));
    assert_eq!(verified(Some("http://127.0.0.1:9/keys")).await, Err(WebhookError::KeysUnavailable));
    assert_eq!(verified(Some(&format!("{}/nothing", fakes.origin(Vendor::OpenAi)))).await, Err(WebhookError::KeysUnavailable));
}
