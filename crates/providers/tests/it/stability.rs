//! What Stability AI is sent, field by field, and what is made of its answers.

use fake_vendors::{Recorded, Vendor};
use providers::size::Size;
use providers::stability::Stability;
use providers::{Account, Began, Class, Delivery, Expand, Handle, ImageProvider as _, ImageRequest, OutputFormat, Progress, Settings};
use providers::{Source, Submitted, TaskType, UpscaleMode, Watch};
use serde_json::json;

use crate::support::{KEY, account, assert_clean, fakes, mask, parts_of, picture, request};

fn done(submitted: Submitted) -> Delivery {
    match submitted {
        Submitted::Done(delivery) => *delivery,
        Submitted::Accepted(handle) => panic!("accepted as {handle:?}"),
    }
}

fn ratio(ratio: &str) -> Option<Size> {
    Some(Size { width: 1344, height: 768, ratio: Some(ratio.to_owned()), tier: None })
}

/// The texts of a form, as `name=value`, and its files, as `name:file name`.
fn form_of(sent: &Recorded) -> Vec<String> {
    let parts = parts_of(sent).into_iter();
    parts
        .map(|part| {
            part.file_name
                .map_or_else(|| format!("{}={}", part.name, part.text.unwrap_or_default()), |file| format!("{}:{file}", part.name))
        })
        .collect()
}

/// Sends each request and gives back path and form of what was sent.
async fn sent(requests: impl IntoIterator<Item = ImageRequest>) -> Vec<(String, Vec<String>)> {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Stability);
    for request in requests {
        let said = format!("{} {:?}", request.model.wire_id, request.task_type);
        let submitted = Stability.submit(&account, &request, &Watch::nothing()).await;
        assert!(submitted.is_ok(), "{said}: {submitted:?}");
    }
    assert_clean(&fakes);
    let sent = fakes.requests(Vendor::Stability);
    sent.iter().map(|sent| (sent.path.strip_prefix("/v2beta/stable-image/").expect("a service").to_owned(), form_of(sent))).collect()
}

fn on_picture(path: &str, task_type: TaskType, prompt: &str) -> ImageRequest {
    ImageRequest { task_type, images: vec![picture(96, 64, "image/png")], ..request(path, prompt) }
}

#[tokio::test]
async fn a_generation_has_these_fields_and_no_other() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Stability);
    let settings = Settings { style_preset: Some("line-art".to_owned()), output_format: Some(OutputFormat::Webp), ..Settings::default() };
    let request = ImageRequest {
        negative_prompt: Some("dogs".to_owned()),
        size: ratio("16:9"),
        seed: Some(7),
        settings,
        end_user: Some("u_9f2c".to_owned()),
        ..request("generate/core", "一只猫 \"quoted\"")
    };
    let delivery = done(Stability.submit(&account, &request, &Watch::nothing()).await.unwrap());
    let sent = fakes.requests(Vendor::Stability).remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str(), sent.query.len()), ("POST", "/v2beta/stable-image/generate/core", 0));
    assert_eq!(sent.credentials, [("authorization".to_owned(), format!("Bearer {KEY}"))]);
    let header = |name: &str| sent.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    assert_eq!(header("accept").as_deref(), Some("application/json"));
    assert_eq!(header("stability-client-user-id").as_deref(), Some("u_9f2c"));
    let expected =
        ["prompt=一只猫 \"quoted\"", "negative_prompt=dogs", "seed=7", "aspect_ratio=16:9", "style_preset=line-art", "output_format=webp"];
    assert_eq!(form_of(&sent), expected);
    let output = &delivery.outputs[0];
    assert!(matches!(&output.source, Source::Bytes(bytes) if bytes.starts_with(b"RIFF")));
    assert_eq!((delivery.outputs.len(), output.seed), (1, Some(7)));
    assert_clean(&fakes);
}

#[tokio::test]
async fn generations_from_a_picture_say_how_much_of_it_stays() {
    let strength = |strength| Settings { strength: Some(strength), ..Settings::default() };
    let mut medium = ImageRequest {
        settings: Settings { guidance: Some(4.1), ..Settings::default() },
        size: Some(Size { width: 1024, height: 1024, ratio: None, tier: None }),
        ..request("generate/sd3", "a cat")
    };
    medium.model.options.insert("fields".to_owned(), json!({ "model": "sd3.5-medium", "prompt": "a dog" }));
    let requests = [
        ImageRequest { settings: strength(0.35), size: ratio("4:5"), ..on_picture("generate/ultra", TaskType::ImageToImage, "a cat") },
        ImageRequest { settings: strength(0.8), ..on_picture("generate/sd3", TaskType::ImageToImage, "a cat") },
        medium,
        request("generate/ultra", "a cat"),
    ];
    let sent = sent(requests).await;
    assert_eq!(sent[0].1, ["prompt=a cat", "aspect_ratio=4:5", "strength=0.35", "image:image.png"]);
    assert_eq!(sent[1].1, ["mode=image-to-image", "prompt=a cat", "strength=0.8", "image:image.png"]);
    assert_eq!(sent[2].1, ["model=sd3.5-medium", "prompt=a cat", "aspect_ratio=1:1", "cfg_scale=4.1"]);
    assert_eq!(sent[3].1, ["prompt=a cat"]);
}

#[tokio::test]
async fn masks_are_white_where_something_changes() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Stability);
    let masked = |request| ImageRequest { mask: Some(mask(96, 64)), seed: Some(3), ..request };
    let mut erase = masked(on_picture("edit/erase", TaskType::Erase, ""));
    erase.settings.extra = json!({ "grow_mask": 8 }).as_object().cloned().unwrap();
    let preset = Settings { style_preset: Some("anime".to_owned()), ..Settings::default() };
    let inpaint = ImageRequest {
        negative_prompt: Some("dogs".to_owned()),
        settings: preset,
        ..masked(on_picture("edit/inpaint", TaskType::Inpaint, "a hat"))
    };
    for request in [&erase, &inpaint] {
        done(Stability.submit(&account, request, &Watch::nothing()).await.unwrap());
    }
    let sent = fakes.requests(Vendor::Stability);
    assert_eq!(form_of(&sent[0]), ["grow_mask=8", "seed=3", "image:image.png", "mask:mask.png"]);
    let expected = ["prompt=a hat", "negative_prompt=dogs", "seed=3", "style_preset=anime", "image:image.png", "mask:mask.png"];
    assert_eq!(form_of(&sent[1]), expected);
    let mask = parts_of(&sent[1]).pop().and_then(|part| part.picture).unwrap();
    assert_eq!((mask.width, mask.height, mask.alpha), (96, 64, false));
    assert_clean(&fakes);
}

#[tokio::test]
async fn edits_have_fields_of_their_own() {
    let search = Settings { search_prompt: Some("the dog".to_owned()), ..Settings::default() };
    let expand = Some(Expand { left: 16, top: 8, ..Expand::default() });
    let borders = Settings { expand, creativity: Some(0.4), ..Settings::default() };
    let cut_out = Settings { output_format: Some(OutputFormat::Png), ..Settings::default() };
    let requests = [
        ImageRequest { settings: borders, ..on_picture("edit/outpaint", TaskType::Outpaint, "the sea") },
        ImageRequest { settings: search.clone(), ..on_picture("edit/search-and-replace", TaskType::SearchReplace, "a cat") },
        ImageRequest { settings: search, ..on_picture("edit/search-and-recolor", TaskType::Recolor, "blue") },
        ImageRequest { settings: cut_out, ..on_picture("edit/remove-background", TaskType::RemoveBackground, "") },
    ];
    let sent = sent(requests).await;
    assert_eq!(sent[0].1, ["prompt=the sea", "creativity=0.4", "left=16", "up=8", "image:image.png"]);
    assert_eq!(sent[1].1, ["prompt=a cat", "search_prompt=the dog", "image:image.png"]);
    assert_eq!(sent[2].1, ["prompt=blue", "select_prompt=the dog", "image:image.png"]);
    assert_eq!(sent[3].1, ["output_format=png", "image:image.png"]);
}

#[tokio::test]
async fn control_takes_pictures_by_what_they_are_for() {
    let control = |strength| Settings { control_strength: Some(strength), ..Settings::default() };
    let style_image = Some(picture(64, 64, "image/webp"));
    let transfer = Settings { strength: Some(0.5), control_strength: Some(0.9), ..Settings::default() };
    let styled = |task_type| ImageRequest { task_type, style_image: style_image.clone(), ..request("control/style", "a cat") };
    let requests = [
        ImageRequest { settings: control(0.7), ..on_picture("control/sketch", TaskType::SketchToImage, "a cat") },
        ImageRequest { settings: control(0.3), ..on_picture("control/structure", TaskType::StructureToImage, "a cat") },
        ImageRequest { size: ratio("16:9"), ..styled(TaskType::TextToImage) },
        styled(TaskType::StyleTransfer),
        ImageRequest {
            settings: transfer,
            style_image: style_image.clone(),
            ..on_picture("control/style-transfer", TaskType::StyleTransfer, "")
        },
    ];
    let sent = sent(requests).await;
    assert_eq!(sent[0].1, ["prompt=a cat", "control_strength=0.7", "image:image.png"]);
    assert_eq!(sent[1].1, ["prompt=a cat", "control_strength=0.3", "image:image.png"]);
    assert_eq!(sent[2].1, ["prompt=a cat", "aspect_ratio=16:9", "image:image.webp"]);
    assert_eq!(sent[3].1, ["prompt=a cat", "image:image.webp"]);
    let expected = ["change_strength=0.5", "composition_fidelity=0.9", "init_image:init_image.png", "style_image:style_image.webp"];
    assert_eq!(sent[4].1, expected);
}

#[tokio::test]
async fn enlarging_is_a_path_for_each_mode() {
    let fast = Settings { upscale_mode: Some(UpscaleMode::Fast), scale: Some(4), ..Settings::default() };
    let faithful = Settings { upscale_mode: Some(UpscaleMode::Faithful), creativity: Some(0.3), ..Settings::default() };
    let requests = [
        ImageRequest { settings: fast, ..on_picture("upscale/fast", TaskType::Upscale, "") },
        ImageRequest { settings: faithful, ..on_picture("upscale/conservative", TaskType::Upscale, "a cat") },
        on_picture("upscale/creative", TaskType::Upscale, "a cat"),
    ];
    let sent = sent(requests).await;
    assert_eq!(sent[0], ("upscale/fast".to_owned(), vec!["image:image.png".to_owned()]));
    assert_eq!(sent[1].1, ["prompt=a cat", "creativity=0.3", "image:image.png"]);
    assert_eq!(sent[2].1, ["prompt=a cat", "image:image.png"]);
}

#[tokio::test]
async fn what_takes_longer_is_asked_about_with_the_same_key() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Stability);
    let references = vec![picture(64, 64, "image/jpeg")];
    let path = "edit/replace-background-and-relight";
    let request = ImageRequest { references, seed: Some(9), ..on_picture(path, TaskType::ReplaceBackground, "a beach") };
    let Submitted::Accepted(handle) = Stability.submit(&account, &request, &Watch::nothing()).await.unwrap() else { panic!("no id") };
    let expected =
        ["background_prompt=a beach", "seed=9", "subject_image:subject_image.png", "background_reference:background_reference.jpg"];
    assert_eq!(form_of(&fakes.requests(Vendor::Stability)[0]), expected);
    let first = Stability.poll(&account, &handle, &Watch::nothing()).await.unwrap();
    assert!(matches!(first, Progress::Running { fraction: None }), "{first:?}");
    let Progress::Done(delivery) = Stability.poll(&account, &handle, &Watch::nothing()).await.unwrap() else { panic!("not done") };
    assert_eq!((delivery.outputs.len(), delivery.outputs[0].seed), (1, Some(9)));
    let asked = fakes.requests(Vendor::Stability).remove(1);
    assert_eq!((asked.method.as_str(), asked.path), ("GET", format!("/v2beta/results/{}", handle.id)));
    assert_eq!(asked.credentials, [("authorization".to_owned(), format!("Bearer {KEY}"))]);
    assert_clean(&fakes);
    // A handle that was tampered with is not put into a path, and what nobody knows is gone.
    for (id, class, began) in [
        ("../../v1/user/balance", Class::ProviderError, Began::Unknown),
        ("", Class::ProviderError, Began::Unknown),
        ("a1b2", Class::Expired, Began::Ended),
    ] {
        let error = Stability.poll(&account, &Handle::id(id), &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (class, began), "{id}");
    }
    assert_eq!(fakes.requests(Vendor::Stability).len(), 4);
}

#[tokio::test]
async fn a_question_that_fails_can_be_asked_again() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Stability);
    let request = on_picture("upscale/creative", TaskType::Upscale, "a cat [500x:1@poll]");
    let Submitted::Accepted(handle) = Stability.submit(&account, &request, &Watch::nothing()).await.unwrap() else { panic!("no id") };
    let error = Stability.poll(&account, &handle, &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::ProviderError, Began::No));
    assert!(matches!(Stability.poll(&account, &handle, &Watch::nothing()).await.unwrap(), Progress::Done(_)));
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_before_anything_is_sent() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Stability);
    let plain = request("generate/core", "a cat");
    let erase = ImageRequest { mask: Some(mask(96, 64)), ..on_picture("edit/erase", TaskType::Erase, "") };
    let with = |request: &ImageRequest, settings| ImageRequest { settings, ..request.clone() };
    let default = Settings::default;
    let fast = on_picture("upscale/fast", TaskType::Upscale, "");
    let mut huge = fast.clone();
    huge.images[0].bytes = vec![0; 10 << 20].into();
    let wrong = [
        ImageRequest { count: 2, ..plain.clone() },
        ImageRequest { seed: Some(0), ..plain.clone() },
        ImageRequest { seed: Some(u32::MAX), ..plain.clone() },
        ImageRequest { prompt: " ".to_owned(), ..plain.clone() },
        ImageRequest { images: vec![picture(96, 64, "image/png")], ..plain.clone() },
        ImageRequest { end_user: Some("a\nb".to_owned()), ..plain.clone() },
        ImageRequest { task_type: TaskType::ImageEdit, ..plain.clone() },
        request("generate/unknown", "a cat"),
        with(&plain, Settings { guidance: Some(7.0), ..default() }),
        with(&plain, Settings { steps: Some(20), ..default() }),
        with(&plain, Settings { strength: Some(0.5), ..default() }),
        ImageRequest { prompt: "the dog".to_owned(), ..erase.clone() },
        ImageRequest { mask: None, ..erase.clone() },
        ImageRequest { mask: Some(mask(64, 96)), ..erase.clone() },
        ImageRequest { images: vec![picture(96, 64, "image/png"); 2], ..erase },
        on_picture("generate/ultra", TaskType::ImageToImage, "without a strength"),
        on_picture("edit/outpaint", TaskType::Outpaint, "without borders"),
        on_picture("edit/search-and-replace", TaskType::SearchReplace, "without something to look for"),
        on_picture("edit/replace-background-and-relight", TaskType::ReplaceBackground, ""),
        on_picture("control/style-transfer", TaskType::StyleTransfer, "without a style"),
        with(&fast, Settings { scale: Some(2), ..default() }),
        with(&fast, Settings { upscale_mode: Some(UpscaleMode::Creative), ..default() }),
        with(
            &on_picture("edit/remove-background", TaskType::RemoveBackground, ""),
            Settings { output_format: Some(OutputFormat::Jpeg), ..default() },
        ),
        huge,
    ];
    for request in wrong {
        let submitted = Stability.submit(&account, &request, &Watch::nothing()).await;
        let error = submitted.map(|_| request).unwrap_err();
        assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
    }
    let keyless = Account { key: None, ..account };
    assert_eq!(Stability.submit(&keyless, &plain, &Watch::nothing()).await.unwrap_err().class, Class::Auth);
    assert_eq!(fakes.requests(Vendor::Stability).len(), 0);
}

#[tokio::test]
async fn an_address_that_ends_in_a_version_is_understood() {
    let fakes = fakes().await;
    let plain = account(&fakes, Vendor::Stability);
    for ending in ["", "/", "/v1", "/v1/", "/v2beta"] {
        let base_url = format!("{}{ending}", fakes.origin(Vendor::Stability)).parse().unwrap();
        let account = Account { base_url, ..plain.clone() };
        assert_eq!(Stability.check(&account).await.unwrap(), "Stability AI with 1234.5 credits left");
        done(Stability.submit(&account, &request("generate/core", "a cat"), &Watch::nothing()).await.unwrap());
    }
    assert_clean(&fakes);
    let elsewhere = Account { base_url: plain.url("proxy"), ..plain.clone() };
    assert!(Stability.check(&elsewhere).await.unwrap_err().message.contains("address"));
    let nobody = Account { base_url: "http://127.0.0.1:9".parse().unwrap(), ..plain };
    let error = Stability.submit(&nobody, &request("generate/core", "a cat"), &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::Network, Began::No));
}
