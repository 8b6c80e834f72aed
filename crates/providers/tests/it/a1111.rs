//! What AUTOMATIC1111 is sent, field by field, and what is made of its answers.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use fake_vendors::Vendor;
use parking_lot::Mutex;
use providers::a1111::A1111;
use providers::size::Size;
use providers::{
    Account, Began, Cancelled, Class, Delivery, Expand, Handle, ImageProvider as _, ImageRequest, Secret, Settings, Source, Submitted,
    TaskType, Update, UpscaleMode, Watch,
};
use serde_json::{Value, json};

use crate::support::{KEY, account, assert_clean, fakes, json_of, mask, picture, request};

const MODEL: &str = "dreamshaper_8.safetensors [879db523c3]";

async fn done(account: &Account, request: &ImageRequest) -> Delivery {
    match A1111.submit(account, request, &Watch::nothing()).await.expect("pictures") {
        Submitted::Done(delivery) => *delivery,
        Submitted::Accepted(handle) => panic!("accepted as {handle:?}"),
    }
}

fn size(width: u32, height: u32) -> Option<Size> {
    Some(Size { width, height, ratio: None, tier: None })
}

fn every_setting() -> ImageRequest {
    ImageRequest {
        negative_prompt: Some("<lora:b:1> dogs".to_owned()),
        size: size(512, 768),
        count: 2,
        seed: Some(7),
        settings: Settings {
            steps: Some(30),
            guidance: Some(6.5),
            sampler: Some("DPM++ 2M".to_owned()),
            scheduler: Some("karras".to_owned()),
            style_preset: Some("ink".to_owned()),
            ..Settings::default()
        },
        ..request(MODEL, "a cat <lora:a:1> AND [day:night:5]")
    }
}

/// What every generation is told, by request id `attempt_1`.
fn always(mut fields: Value) -> Value {
    fields["batch_size"] = json!(1);
    fields["override_settings"] = json!({ "sd_model_checkpoint": MODEL, "return_grid": false });
    fields["override_settings_restore_afterwards"] = json!(true);
    fields["force_task_id"] = json!("attempt_1");
    fields
}

/// The pictures' width, height and type, as recorded.
fn facts(picture: &Value) -> (u64, u64, &str) {
    let number = |name: &str| picture[name].as_u64().unwrap_or_default();
    (number("$width"), number("$height"), picture["$mime"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_generation_has_these_fields_and_no_other() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::A1111);
    let delivery = done(&account, &every_setting()).await;
    let sent = fakes.requests(Vendor::A1111).remove(0);
    assert_eq!((sent.method.as_str(), sent.path.as_str(), sent.query.len()), ("POST", "/sdapi/v1/txt2img", 0));
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("user:{KEY}"));
    assert_eq!(sent.credentials, [("authorization".to_owned(), format!("Basic {basic}"))]);
    let expected = always(json!({
        "prompt": r"a cat ‹lora:a:1> and \[day:night:5\]", "negative_prompt": "‹lora:b:1> dogs", "width": 512, "height": 768,
        "n_iter": 2, "seed": 7, "steps": 30, "cfg_scale": 6.5, "sampler_name": "DPM++ 2M", "scheduler": "karras", "styles": ["ink"],
    }));
    assert_eq!(json_of(&sent), expected);
    assert_eq!(delivery.outputs.iter().map(|output| output.seed).collect::<Vec<_>>(), [Some(7), Some(8)]);
    assert!(delivery.outputs.iter().all(|output| matches!(&output.source, Source::Bytes(bytes) if bytes.starts_with(b"\x89PNG"))));
    assert_clean(&fakes);
}

#[tokio::test]
async fn nothing_is_said_that_was_not_asked_except_the_steps() {
    let fakes = fakes().await;
    let account = Account { key: None, ..account(&fakes, Vendor::A1111) };
    done(&account, &request(MODEL, "a cat")).await;
    let sent = fakes.requests(Vendor::A1111).remove(0);
    assert_eq!(json_of(&sent), always(json!({ "prompt": "a cat", "n_iter": 1, "steps": 20 })));
    assert_eq!(sent.credentials, []);
    assert_clean(&fakes);
}

#[tokio::test]
async fn the_operators_fields_go_along_and_replace_none_of_ours() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::A1111);
    let mut request = ImageRequest { settings: Settings { guidance: Some(3.5), ..Settings::default() }, ..request(MODEL, "a cat") };
    let overridden = json!({ "CLIP_stop_at_last_layers": 2, "return_grid": true });
    let fields = json!({ "cfg_scale": 1, "steps": 8, "prompt": "a dog", "override_settings": overridden });
    request.model.options.insert("fields".to_owned(), fields);
    request.model.options.insert("rename".to_owned(), json!({ "cfg_scale": "distilled_cfg_scale" }));
    request.settings.extra = json!({ "tiling": true, "force_task_id": "another" }).as_object().cloned().unwrap();
    done(&account, &request).await;
    let mut expected = always(json!({
        "prompt": "a cat", "n_iter": 1, "steps": 8, "cfg_scale": 1, "distilled_cfg_scale": 3.5, "tiling": true,
    }));
    expected["override_settings"]["CLIP_stop_at_last_layers"] = json!(2);
    assert_eq!(json_of(&fakes.requests(Vendor::A1111)[0]), expected);
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_picture_is_begun_with_and_none_of_it_distorted() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::A1111);
    let settings = Settings { strength: Some(0.5), ..Settings::default() };
    let images = vec![picture(100, 72, "image/jpeg")];
    for task_type in [TaskType::ImageToImage, TaskType::Variation] {
        done(&account, &ImageRequest { task_type, images: images.clone(), settings: settings.clone(), ..request(MODEL, "a cat") }).await;
        let sent = fakes.requests(Vendor::A1111).into_iter().rfind(|sent| sent.method == "POST").unwrap();
        let mut fields = json_of(&sent);
        let begun = fields.as_object_mut().unwrap().remove("init_images").unwrap();
        assert_eq!((begun.as_array().map(Vec::len), facts(&begun[0])), (Some(1), (100, 72, "image/jpeg")));
        let expected = always(json!({
            "prompt": "a cat", "n_iter": 1, "steps": 20, "width": 96, "height": 72, "denoising_strength": 0.5, "resize_mode": 1,
        }));
        assert_eq!((sent.path.as_str(), fields), ("/sdapi/v1/img2img", expected));
    }
    assert_clean(&fakes);
}

#[tokio::test]
async fn what_the_mask_marks_is_painted_and_put_back_into_the_picture() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::A1111);
    for (task_type, fill) in [(TaskType::Inpaint, 1), (TaskType::Erase, 0)] {
        let images = vec![picture(128, 96, "image/png")];
        let request = ImageRequest { task_type, images, mask: Some(mask(128, 96)), size: size(512, 384), ..request(MODEL, "a hat") };
        done(&account, &request).await;
        let sent = fakes.requests(Vendor::A1111).into_iter().rfind(|sent| sent.method == "POST").unwrap();
        let mut fields = json_of(&sent);
        let fields = fields.as_object_mut().unwrap();
        let (begun, mask) = (fields.remove("init_images").unwrap(), fields.remove("mask").unwrap());
        assert_eq!((facts(&begun[0]), facts(&mask)), ((128, 96, "image/png"), (128, 96, "image/png")));
        let expected = always(json!({
            "prompt": "a hat", "n_iter": 1, "steps": 20, "width": 512, "height": 384, "inpainting_fill": fill,
            "inpaint_full_res": true, "inpaint_full_res_padding": 32,
        }));
        assert_eq!(json!(fields), expected);
    }
    assert_clean(&fakes);
}

#[tokio::test]
async fn borders_are_a_mask_around_the_picture() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::A1111);
    let settings = Settings { expand: Some(Expand { left: 16, top: 8, ..Expand::default() }), ..Settings::default() };
    let images = vec![picture(128, 96, "image/jpeg")];
    done(&account, &ImageRequest { task_type: TaskType::Outpaint, images, settings, ..request(MODEL, "the sea") }).await;
    let fields = json_of(&fakes.requests(Vendor::A1111)[0]);
    assert_eq!((facts(&fields["init_images"][0]), facts(&fields["mask"])), ((144, 104, "image/png"), (144, 104, "image/png")));
    assert_eq!((&fields["inpainting_fill"], &fields["width"], &fields["height"]), (&json!(0), &json!(144), &json!(104)));
    assert_clean(&fakes);
}

#[tokio::test]
async fn an_enlargement_names_the_upscaler() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::A1111);
    let images = vec![picture(64, 48, "image/png")];
    let settings = Settings { scale: Some(4), ..Settings::default() };
    let by_factor = ImageRequest { task_type: TaskType::Upscale, images, settings, ..request("R-ESRGAN 4x+", "") };
    let Source::Bytes(bytes) = done(&account, &by_factor).await.outputs.remove(0).source else { panic!("a link") };
    let made = image::load_from_memory(&bytes).unwrap();
    assert_eq!((made.width(), made.height()), (256, 192));
    let to_size = ImageRequest { size: size(128, 96), settings: Settings::default(), ..by_factor };
    done(&account, &to_size).await;
    let sent = fakes.requests(Vendor::A1111);
    let fields = |index: usize| {
        let mut fields = json_of(&sent[index]);
        assert_eq!(facts(&fields.as_object_mut().unwrap().remove("image").unwrap()), (64, 48, "image/png"));
        (sent[index].path.clone(), fields)
    };
    let path = "/sdapi/v1/extra-single-image".to_owned();
    assert_eq!(fields(0), (path.clone(), json!({ "resize_mode": 0, "upscaling_resize": 4, "upscaler_1": "R-ESRGAN 4x+" })));
    let expected = json!({ "resize_mode": 1, "upscaling_resize_w": 128, "upscaling_resize_h": 96, "upscaler_1": "R-ESRGAN 4x+" });
    assert_eq!(fields(1), (path, expected));
    assert_eq!(sent.len(), 2);
    for (fault, class, began) in [
        ("[emptydata]", Class::EmptyResult, Began::Ended),
        ("[badb64]", Class::ProviderError, Began::Lost),
        ("[http200error]", Class::ProviderError, Began::Ended),
    ] {
        fakes.inject(Vendor::A1111, fault);
        let error = A1111.submit(&account, &to_size, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (class, began), "{fault}");
    }
    assert_clean(&fakes);
}

#[tokio::test]
async fn fraction_and_previews_are_asked_for_while_it_works() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::A1111);
    let (fractions, previews) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let watch = Watch::new({
        let (fractions, previews) = (fractions.clone(), previews.clone());
        move |update| match update {
            Update::Fraction(fraction) => fractions.lock().push(fraction),
            Update::Preview { picture, bytes } => previews.lock().push((picture, bytes.starts_with(b"\x89PNG"))),
        }
    });
    let request = ImageRequest { previews: 3, ..request(MODEL, "a cat [slow:2300]") };
    A1111.submit(&account, &request, &watch).await.unwrap();
    let fractions = fractions.lock().clone();
    assert!(!fractions.is_empty() && fractions.is_sorted() && fractions[0] > 0.0, "{fractions:?}");
    let previews = previews.lock().clone();
    assert!((1..=3).contains(&previews.len()) && previews.iter().all(|preview| *preview == (0, true)), "{previews:?}");
    let asked = fakes.requests(Vendor::A1111).into_iter().filter(|sent| sent.path == "/internal/progress").map(|sent| json_of(&sent));
    let asked: Vec<Value> = asked.collect();
    assert_eq!(asked[0], json!({ "id_task": "attempt_1", "id_live_preview": -1, "live_preview": true }));
    assert!(asked[1..].iter().all(|wish| wish["id_live_preview"] == 1), "a preview that is known is not sent again: {asked:?}");
    assert_clean(&fakes);
}

#[tokio::test]
async fn only_what_runs_and_is_ours_is_interrupted_and_the_unfinished_picture_is_dropped() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::A1111);
    let request = request(MODEL, "a cat [slow:2300]");
    let ours = Handle::id(request.request_id.clone());
    assert_eq!(A1111.cancel(&account, &Handle::id("somebody's")).await.unwrap(), Cancelled::TooLate);
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(A1111.cancel(&account, &Handle::id("somebody's")).await.unwrap(), Cancelled::TooLate);
        A1111.cancel(&account, &ours).await.unwrap()
    };
    let watch = Watch::nothing();
    let (submitted, cancelled) = tokio::join!(A1111.submit(&account, &request, &watch), cancel);
    let error = submitted.unwrap_err();
    assert_eq!((cancelled, error.class, error.began), (Cancelled::Asked, Class::Cancelled, Began::Ended));
    assert_eq!(A1111.cancel(&account, &ours).await.unwrap(), Cancelled::TooLate);
    let interrupts = fakes.requests(Vendor::A1111).into_iter().filter(|sent| sent.path == "/sdapi/v1/interrupt").count();
    assert_eq!(interrupts, 1);
    // The next one is finished.
    done(&account, &ImageRequest { request_id: "attempt_2".to_owned(), prompt: "a cat".to_owned(), ..request }).await;
    assert_clean(&fakes);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_before_anything_is_sent() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::A1111);
    let plain = request(MODEL, "a cat");
    let edit = ImageRequest { task_type: TaskType::ImageToImage, images: vec![picture(64, 48, "image/png")], ..plain.clone() };
    let inpaint = ImageRequest { task_type: TaskType::Inpaint, mask: Some(mask(64, 48)), ..edit.clone() };
    let settings = Settings { scale: Some(2), ..Settings::default() };
    let upscale = ImageRequest { task_type: TaskType::Upscale, settings: settings.clone(), ..edit.clone() };
    let wrong = [
        ImageRequest { settings: Settings { strength: Some(0.5), ..Settings::default() }, ..plain.clone() },
        ImageRequest { settings: Settings { quality: Some(providers::Quality::High), ..Settings::default() }, ..plain.clone() },
        ImageRequest { settings: settings.clone(), ..plain.clone() },
        ImageRequest { images: edit.images.clone(), ..plain.clone() },
        ImageRequest { mask: Some(mask(64, 48)), ..plain },
        ImageRequest { images: Vec::new(), ..edit.clone() },
        ImageRequest { images: vec![picture(8, 8, "image/png"); 2], ..edit.clone() },
        ImageRequest { references: edit.images.clone(), ..edit.clone() },
        ImageRequest { style_image: edit.images.first().cloned(), ..edit.clone() },
        ImageRequest { task_type: TaskType::ImageEdit, ..edit.clone() },
        ImageRequest { task_type: TaskType::RemoveBackground, ..edit.clone() },
        ImageRequest { task_type: TaskType::Outpaint, ..edit },
        ImageRequest { mask: Some(mask(48, 64)), ..inpaint.clone() },
        ImageRequest { mask: None, ..inpaint },
        ImageRequest { seed: Some(7), ..upscale.clone() },
        ImageRequest { count: 2, ..upscale.clone() },
        ImageRequest { size: size(128, 96), ..upscale.clone() },
        ImageRequest { settings: Settings { upscale_mode: Some(UpscaleMode::Fast), ..settings }, ..upscale.clone() },
        ImageRequest { settings: Settings::default(), ..upscale.clone() },
    ];
    for request in wrong {
        let error = A1111.submit(&account, &request, &Watch::nothing()).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
    }
    let nameless = Account { key: Some(Secret::new("only-a-password")), ..account };
    let error = A1111.submit(&nameless, &upscale, &Watch::nothing()).await.unwrap_err();
    assert!(error.class == Class::Auth && !error.message.contains("only-a-password"), "{error:?}");
    assert_eq!(fakes.requests(Vendor::A1111).len(), 0);
}

#[tokio::test]
async fn the_check_says_who_answered_and_what_is_wrong() {
    let fakes = fakes().await;
    let good = account(&fakes, Vendor::A1111);
    let expected = format!("AUTOMATIC1111 or Forge with 1 checkpoints, the first is {MODEL}");
    assert_eq!(A1111.check(&good).await.unwrap(), expected);
    let elsewhere = Account { base_url: good.url("ui"), ..good.clone() };
    assert!(A1111.check(&elsewhere).await.unwrap_err().message.contains("--api"));
    let nobody = Account { base_url: "http://127.0.0.1:9".parse().unwrap(), ..good };
    assert_eq!(A1111.check(&nobody).await.unwrap_err().class, Class::Network);
    let error = A1111.submit(&nobody, &request(MODEL, "a cat"), &Watch::nothing()).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::Network, Began::No));
}
