//! What DashScope is sent in each of its protocols, field by field, and what is made of its tasks.

use fake_vendors::Vendor;
use providers::size::Size;
use providers::{Account, Began, Cancelled, Class, Delivery, Expand, Handle, ImageProvider, ImageRequest, Picture, Progress};
use providers::{Settings, Source, Submitted, TaskType, Watch, dashscope::DashScope};
use serde_json::{Value, json};

use crate::support::{KEY, account, assert_clean, fakes, json_of, mask, picture, request};

/// A request to a model that speaks this protocol.
fn spoken(protocol: &str, model: &str, prompt: &str) -> ImageRequest {
    let mut request = request(model, prompt);
    request.model.options.insert("protocol".to_owned(), json!(protocol));
    request
}

fn square(side: u32) -> Option<Size> {
    Some(Size { width: side, height: side, ratio: None, tier: None })
}

fn handle(submitted: Submitted) -> Handle {
    match submitted {
        Submitted::Accepted(handle) => handle,
        Submitted::Done(delivery) => panic!("done: {delivery:?}"),
    }
}

/// The pictures of a task, asked about until it has ended.
async fn ended(account: &Account, handle: &Handle) -> Delivery {
    loop {
        if let Progress::Done(delivery) = DashScope.poll(account, handle, &Watch::nothing()).await.expect("an answer") {
            return *delivery;
        }
    }
}

/// What a picture looks like in the record.
fn recorded(picture: &Picture, sent: &Value) -> bool {
    (&sent["$mime"], &sent["$width"], &sent["$data_url"]) == (&json!(picture.mime), &json!(picture.width), &json!(true))
}

#[tokio::test]
async fn messages_are_answered_at_once() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::DashScope);
    let mut request = ImageRequest {
        negative_prompt: Some("dogs".to_owned()),
        size: Some(Size { width: 1664, height: 928, ratio: None, tier: None }),
        count: 2,
        seed: Some(7),
        ..request("qwen-image-2.0", "一只猫 \"quoted\"")
    };
    request.model.options.insert("fields".to_owned(), json!({ "prompt_extend": false, "n": 4 }));
    request.settings.extra.insert("watermark".to_owned(), json!(false));
    let Submitted::Done(delivery) = DashScope.submit(&account, &request, &Watch::nothing()).await.unwrap() else { panic!("no pictures") };
    assert_eq!((delivery.outputs.len(), delivery.usage.images), (2, Some(2)));
    assert!(delivery.outputs.iter().all(|output| matches!(output.source, Source::Link(_))));
    let sent = fakes.requests(Vendor::DashScope).remove(0);
    assert_eq!(sent.path, "/api/v1/services/aigc/multimodal-generation/generation");
    assert_eq!(sent.credentials, [("authorization".to_owned(), format!("Bearer {KEY}"))]);
    assert!(!sent.headers.iter().any(|(name, _)| name == "x-dashscope-async"));
    let expected = json!({
        "model": "qwen-image-2.0",
        "input": { "messages": [{ "role": "user", "content": [{ "text": "一只猫 \"quoted\"" }] }] },
        "parameters": {
            "size": "1664*928", "n": 2, "seed": 7, "negative_prompt": "dogs", "prompt_extend": false, "watermark": false,
        },
    });
    assert_eq!(json_of(&sent), expected);
    assert_clean(&fakes);
}

#[tokio::test]
async fn an_instruction_takes_three_pictures_in_order() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::DashScope);
    let pictures = [picture(512, 384, "image/png"), picture(32, 32, "image/jpeg"), picture(16, 16, "image/webp")];
    let [first, second, third] = pictures.clone();
    let edit = ImageRequest {
        task_type: TaskType::StyleTransfer,
        images: vec![first],
        references: vec![second],
        style_image: Some(third),
        ..request("qwen-image-edit", "softer")
    };
    DashScope.submit(&account, &edit, &Watch::nothing()).await.unwrap();
    let sent = json_of(&fakes.requests(Vendor::DashScope)[0]);
    let content = &sent["input"]["messages"][0]["content"];
    assert!(pictures.iter().enumerate().all(|(index, picture)| recorded(picture, &content[index]["image"])), "{content}");
    assert!(content[3]["text"].as_str().is_some_and(|text| text.starts_with("Repaint") && text.ends_with("softer")));
    assert_eq!(sent["parameters"], json!({ "n": 1 }));
    assert_clean(&fakes);
}

#[tokio::test]
async fn the_older_protocols_answer_with_a_task() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::DashScope);
    let words = ImageRequest { negative_prompt: Some("dogs".to_owned()), size: square(1024), seed: Some(7), ..request("", "a cat") };
    let text = ImageRequest { model: spoken("text2image", "wan2.5-t2i-preview", "").model, count: 2, ..words.clone() };
    let images = vec![picture(64, 48, "image/png"), picture(32, 32, "image/jpeg")];
    let model = spoken("image2image", "wan2.5-i2i-preview", "").model;
    let pictures = ImageRequest { task_type: TaskType::ImageEdit, model, images: images.clone(), ..words.clone() };
    let message = ImageRequest { model: spoken("messages_task", "wan2.6-t2i", "").model, ..words };
    for (request, path) in
        [(text, "text2image/image-synthesis"), (pictures, "image2image/image-synthesis"), (message, "image-generation/generation")]
    {
        let handle = handle(DashScope.submit(&account, &request, &Watch::nothing()).await.unwrap());
        let sent = fakes.requests(Vendor::DashScope).pop().unwrap();
        assert_eq!(sent.path, format!("/api/v1/services/aigc/{path}"));
        assert!(sent.headers.contains(&("x-dashscope-async".to_owned(), "enable".to_owned())));
        assert_eq!((handle.status_url.is_none(), ended(&account, &handle).await.outputs.len()), (true, request.count as usize));
    }
    let posts: Vec<_> = fakes.requests(Vendor::DashScope).iter().filter(|sent| sent.method == "POST").map(json_of).collect();
    assert_eq!(posts[0]["input"], json!({ "prompt": "a cat", "negative_prompt": "dogs" }));
    assert_eq!(posts[0]["parameters"], json!({ "size": "1024*1024", "n": 2, "seed": 7 }));
    let sent = &posts[1]["input"]["images"];
    assert!(images.iter().enumerate().all(|(index, picture)| recorded(picture, &sent[index])), "{sent}");
    assert_eq!(posts[1]["input"]["negative_prompt"], json!("dogs"));
    assert_eq!(posts[1]["parameters"], json!({ "size": "1024*1024", "n": 1, "seed": 7 }));
    assert_eq!(posts[2]["parameters"]["negative_prompt"], json!("dogs"));
    assert_clean(&fakes);
}

#[tokio::test]
async fn each_task_has_its_function() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::DashScope);
    let plain = ImageRequest { images: vec![picture(512, 512, "image/png")], ..spoken("imageedit", "wanx2.1-imageedit", "a hat") };
    let of = |task_type| ImageRequest { task_type, ..plain.clone() };
    let with = |task_type, settings| ImageRequest { settings, ..of(task_type) };
    let strength = Settings { strength: Some(0.3), ..Settings::default() };
    let expand = Settings { expand: Some(Expand { left: 88, ..Expand::default() }), ..Settings::default() };
    let scale = Settings { scale: Some(2), ..Settings::default() };
    let cases = [
        (with(TaskType::ImageToImage, strength.clone()), "description_edit", "a hat"),
        (of(TaskType::ImageEdit), "description_edit", "a hat"),
        (ImageRequest { mask: Some(mask(512, 512)), ..of(TaskType::Inpaint) }, "description_edit_with_mask", "a hat"),
        (ImageRequest { mask: Some(mask(512, 512)), ..of(TaskType::Erase) }, "description_edit_with_mask", "Remove what is in"),
        (of(TaskType::Erase), "description_edit", "Remove this"),
        (with(TaskType::Outpaint, expand), "description_edit_with_mask", "Continue the picture"),
        (ImageRequest { prompt: String::new(), ..with(TaskType::Upscale, scale) }, "super_resolution", "Super resolution."),
        (with(TaskType::StyleTransfer, strength), "stylization_all", "a hat"),
        (of(TaskType::SketchToImage), "doodle", "a hat"),
        (of(TaskType::StructureToImage), "doodle", "a hat"),
        (of(TaskType::Recolor), "description_edit", "Change only the colour"),
        (of(TaskType::ReplaceBackground), "description_edit", "Replace the background"),
    ];
    for (request, function, words) in cases {
        handle(DashScope.submit(&account, &request, &Watch::nothing()).await.unwrap());
        let sent = json_of(&fakes.requests(Vendor::DashScope).pop().unwrap());
        let input = &sent["input"];
        assert_eq!(input["function"], json!(function), "{:?}", request.task_type);
        assert!(input["prompt"].as_str().is_some_and(|prompt| prompt.starts_with(words)), "{input}");
        assert_eq!(input["mask_image_url"].is_object(), function == "description_edit_with_mask", "{input}");
        assert_eq!(sent["parameters"].get("strength"), request.settings.strength.map(|_| json!(0.3)).as_ref());
        assert_eq!(sent["parameters"].get("upscale_factor"), request.settings.scale.map(|_| json!(2)).as_ref());
        let width = if request.task_type == TaskType::Outpaint { 600 } else { 512 };
        assert_eq!((&input["base_image_url"]["$width"], sent["parameters"].get("n")), (&json!(width), Some(&json!(1))));
    }
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_task_can_be_stopped_only_while_it_waits() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::DashScope);
    let request = spoken("text2image", "wan2.5-t2i-preview", "a cat");
    let waiting = handle(DashScope.submit(&account, &request, &Watch::nothing()).await.unwrap());
    assert_eq!(DashScope.cancel(&account, &waiting).await.unwrap(), Cancelled::Stopped);
    let error = DashScope.poll(&account, &waiting, &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::Cancelled, Began::Ended));

    let forever = ImageRequest { prompt: "a cat [pforever]".to_owned(), ..request.clone() };
    let running = handle(DashScope.submit(&account, &forever, &Watch::nothing()).await.unwrap());
    DashScope.poll(&account, &running, &Watch::nothing()).await.unwrap();
    assert_eq!(DashScope.cancel(&account, &running).await.unwrap(), Cancelled::Asked);

    let finished = handle(DashScope.submit(&account, &request, &Watch::nothing()).await.unwrap());
    ended(&account, &finished).await;
    assert_eq!(DashScope.cancel(&account, &finished).await.unwrap(), Cancelled::TooLate);
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_question_that_fails_is_no_failure_of_the_task() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::DashScope);
    let marks = ["[500x:1@poll]", "[503:1@poll]", "[429:1@poll]", "[badjson@poll]", "[401@poll]", "[http200error@poll]", "[drop@poll]"];
    for mark in marks {
        let request = spoken("text2image", "wan2.5-t2i-preview", &format!("a cat {mark}"));
        let handle = handle(DashScope.submit(&account, &request, &Watch::nothing()).await.unwrap());
        let error = DashScope.poll(&account, &handle, &Watch::nothing()).await.unwrap_err();
        assert_ne!(error.began, Began::Ended, "{mark}: {error:?}");
    }
    for id in ["", "../../models", "a/b", "a?b", "ä"] {
        let error = DashScope.poll(&account, &Handle::id(id), &Watch::nothing()).await.unwrap_err();
        assert_eq!(error.class, Class::ProviderError, "{id}");
    }
    assert!(
        fakes
            .requests(Vendor::DashScope)
            .iter()
            .all(|sent| sent.path.starts_with("/api/v1/services/") || sent.path.starts_with("/api/v1/tasks/"))
    );
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_before_anything_is_sent() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::DashScope);
    let plain = request("qwen-image-2.0", "a cat");
    let images = vec![picture(64, 48, "image/png")];
    let edit = ImageRequest { task_type: TaskType::ImageEdit, images: images.clone(), ..plain.clone() };
    let function = ImageRequest { model: spoken("imageedit", "wanx2.1-imageedit", "").model, ..edit.clone() };
    let strength = Settings { strength: Some(0.5), ..Settings::default() };
    let wrong = [
        ImageRequest { seed: Some(1 << 31), ..plain.clone() },
        ImageRequest { settings: Settings { steps: Some(20), ..Settings::default() }, ..plain.clone() },
        ImageRequest { settings: Settings { scale: Some(2), ..Settings::default() }, ..edit.clone() },
        ImageRequest { mask: Some(mask(64, 48)), ..edit.clone() },
        ImageRequest { images: vec![picture(8, 8, "image/png"); 4], ..edit.clone() },
        ImageRequest { images: Vec::new(), ..edit.clone() },
        ImageRequest { task_type: TaskType::RemoveBackground, ..edit },
        ImageRequest { images, ..spoken("text2image", "wan2.5-t2i-preview", "a cat") },
        spoken("image2image", "wan2.5-i2i-preview", "a cat"),
        spoken("telepathy", "qwen-image", "a cat"),
        ImageRequest { task_type: TaskType::Inpaint, ..function.clone() },
        ImageRequest { task_type: TaskType::Upscale, mask: Some(mask(64, 48)), ..function.clone() },
        ImageRequest { task_type: TaskType::SketchToImage, settings: strength, ..function.clone() },
        ImageRequest { references: vec![picture(8, 8, "image/png")], ..function },
    ];
    for request in wrong {
        let error = DashScope.submit(&account, &request, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
    }
    let keyless = Account { key: None, ..account };
    assert_eq!(DashScope.submit(&keyless, &plain, &Watch::nothing()).await.unwrap_err().class, Class::Auth);
    assert_eq!(fakes.requests(Vendor::DashScope).len(), 0);
}

#[tokio::test]
async fn the_check_says_who_answered_and_what_is_wrong() {
    let fakes = fakes().await;
    let good = account(&fakes, Vendor::DashScope);
    assert_eq!(DashScope.check(&good).await.unwrap(), "DashScope, with 0 tasks of the account");
    let elsewhere = Account { base_url: good.url("api/v1"), ..good };
    assert!(DashScope.check(&elsewhere).await.unwrap_err().message.contains("region"));
}
