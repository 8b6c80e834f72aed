//! What Zhipu is sent, field by field, and what is made of its answers.

use fake_vendors::Vendor;
use providers::size::Size;
use providers::{Account, Began, Class, Handle, ImageProvider, ImageRequest, Progress, Quality, Settings, Source, Submitted};
use providers::{TaskType, Watch, zhipu::Zhipu};
use serde_json::json;

use crate::support::{KEY, account, assert_clean, fakes, fetched, json_of, picture, request};

fn quality(quality: Quality) -> Settings {
    Settings { quality: Some(quality), ..Settings::default() }
}

/// A request to the model that is asked by task.
fn by_task(prompt: &str) -> ImageRequest {
    let mut request = request("glm-image", prompt);
    request.model.options.insert("task".to_owned(), json!(true));
    request
}

#[tokio::test]
async fn a_generation_has_these_fields_and_no_other() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Zhipu);
    let mut request = ImageRequest {
        size: Some(Size { width: 1440, height: 720, ratio: None, tier: None }),
        settings: quality(Quality::Draft),
        end_user: Some("u_9f2c".to_owned()),
        ..request("cogview-4-250304", "一只猫 \"quoted\"")
    };
    request.model.options.insert("fields".to_owned(), json!({ "watermark_enabled": false, "model": "cogview-4" }));
    let Submitted::Done(delivery) = Zhipu.submit(&account, &request, &Watch::nothing()).await.unwrap() else { panic!("no picture") };
    assert!(matches!(delivery.outputs[0].source, Source::Link(_)));
    let sent = fakes.requests(Vendor::Zhipu).remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/api/paas/v4/images/generations"));
    assert_eq!(sent.credentials, [("authorization".to_owned(), format!("Bearer {KEY}"))]);
    let expected = json!({
        "model": "cogview-4-250304", "prompt": "一只猫 \"quoted\"", "size": "1440x720", "quality": "standard", "user_id": "u_9f2c",
        "request_id": "attempt_1", "watermark_enabled": false,
    });
    assert_eq!(json_of(&sent), expected);
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_task_is_asked_about_until_it_has_ended() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Zhipu);
    let request = ImageRequest { settings: quality(Quality::Max), ..by_task("a cat") };
    let Submitted::Accepted(handle) = Zhipu.submit(&account, &request, &Watch::nothing()).await.unwrap() else { panic!("no task") };
    assert!(matches!(Zhipu.poll(&account, &handle, &Watch::nothing()).await.unwrap(), Progress::Running { .. }));
    let Progress::Done(delivery) = Zhipu.poll(&account, &handle, &Watch::nothing()).await.unwrap() else { panic!("not done") };
    assert!(fetched(&Zhipu, &account, &delivery.outputs[0]).await.unwrap().starts_with(b"\x89PNG"));
    let sent = fakes.requests(Vendor::Zhipu);
    assert_eq!((sent[0].path.as_str(), &json_of(&sent[0])["quality"]), ("/api/paas/v4/async/images/generations", &json!("hd")));
    assert_eq!(sent[1].path, format!("/api/paas/v4/async-result/{}", handle.id));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_question_that_fails_is_no_failure_of_the_task() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Zhipu);
    let marks = ["[500x:1@poll]", "[503:1@poll]", "[429:1@poll]", "[badjson@poll]", "[401@poll]", "[http200error@poll]", "[drop@poll]"];
    for mark in marks {
        let submitted = Zhipu.submit(&account, &by_task(&format!("a cat {mark}")), &Watch::nothing()).await.unwrap();
        let Submitted::Accepted(handle) = submitted else { panic!("no task") };
        let error = Zhipu.poll(&account, &handle, &Watch::nothing()).await.unwrap_err();
        assert_ne!(error.began, Began::Ended, "{mark}: {error:?}");
    }
    for id in ["", "../images", "a/b", "a?b"] {
        let error = Zhipu.poll(&account, &Handle::id(id), &Watch::nothing()).await.unwrap_err();
        assert_eq!(error.class, Class::ProviderError, "{id}");
    }
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_before_anything_is_sent() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Zhipu);
    let plain = request("cogview-4", "a cat");
    let images = vec![picture(8, 8, "image/png")];
    let wrong = [
        ImageRequest { count: 2, ..plain.clone() },
        ImageRequest { seed: Some(7), ..plain.clone() },
        ImageRequest { negative_prompt: Some("dogs".to_owned()), ..plain.clone() },
        ImageRequest { images: images.clone(), ..plain.clone() },
        ImageRequest { references: images.clone(), ..plain.clone() },
        ImageRequest { task_type: TaskType::ImageEdit, images, ..plain.clone() },
    ];
    for request in wrong {
        let error = Zhipu.submit(&account, &request, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
    }
    let keyless = Account { key: None, ..account };
    assert_eq!(Zhipu.submit(&keyless, &plain, &Watch::nothing()).await.unwrap_err().class, Class::Auth);
    assert_eq!(fakes.requests(Vendor::Zhipu).len(), 0);
}
