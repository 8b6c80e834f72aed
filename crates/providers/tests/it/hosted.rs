//! What the vendors that host other people's models are sent for each type of task, in the names that the catalogue
//! gives. Both take the same input; only the way of large pictures differs.

use fake_vendors::Vendor;
use providers::{Began, Class, Expand, ImageRequest, Model, Settings, TaskType, UpscaleMode, Watch, named};
use serde_json::{Value, json};

use crate::support::{account, assert_clean, fakes, json_of, mask, picture, request};

/// A model with these names.
pub fn model(wire_id: &str, inputs: &Value) -> Model {
    serde_json::from_value(json!({ "wire_id": wire_id, "inputs": inputs })).expect("known parameters")
}

/// Pictures in what was recorded as `image/png 64x48`.
pub fn with_pictures(value: &Value) -> Value {
    match value {
        Value::Object(fields) if fields.contains_key("$mime") => {
            let text = |name: &str| fields[name].to_string().trim_matches('"').to_owned();
            json!(format!("{} {}x{}", text("$mime"), text("$width"), text("$height")))
        }
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), with_pictures(value))).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(with_pictures).collect(),
        other => other.clone(),
    }
}

fn task(task_type: TaskType, prompt: &str, inputs: Value, settings: Settings) -> ImageRequest {
    let images = if task_type == TaskType::TextToImage { Vec::new() } else { vec![picture(64, 48, "image/jpeg")] };
    ImageRequest { task_type, images, settings, model: model("owner/model", &inputs), ..request("", prompt) }
}

const PHOTO: &str = "image/jpeg 64x48";

/// Tasks for models that are made for them.
fn made_for_it() -> Vec<(ImageRequest, Value)> {
    let plain = Settings::default;
    let only_image = json!({ "images": "image" });
    let painted = json!({ "prompt": "prompt", "images": "image", "mask": "mask" });
    let borders = Settings { expand: Some(Expand { left: 16, top: 8, ..Expand::default() }), ..plain() };
    let sides = json!({
        "prompt": "prompt", "images": "image",
        "expand_left": "expand_left", "expand_right": "expand_right", "expand_top": "expand_top", "expand_bottom": "expand_bottom",
    });
    let enlarged = Settings { scale: Some(2), upscale_mode: Some(UpscaleMode::Creative), creativity: Some(0.35), ..plain() };
    let enlarging = json!({
        "images": "image", "creativity": "creativity", "scale": { "field": "factor", "values": { "2": "2x", "4": "4x" } },
        "upscale_mode": { "field": "enhance_model", "values": { "creative": "Redefine" } },
    });
    let drawn = json!({ "prompt": "prompt", "images": "control_image", "control_strength": "control_strength" });
    let held = Settings { control_strength: Some(0.7), ..plain() };
    let searched = Settings { search_prompt: Some("the dog".to_owned()), ..plain() };
    let strong = Settings { strength: Some(0.1), ..plain() };
    vec![
        (task(TaskType::TextToImage, "a cat", json!({ "prompt": "text" }), plain()), json!({ "text": "a cat" })),
        (
            task(TaskType::ImageToImage, "a cat", json!({ "prompt": "prompt", "images": "image", "strength": "strength" }), strong),
            json!({ "prompt": "a cat", "strength": 0.1, "image": PHOTO }),
        ),
        (
            ImageRequest { mask: Some(mask(64, 48)), ..task(TaskType::Inpaint, "a hat", painted.clone(), plain()) },
            json!({ "prompt": "a hat", "image": PHOTO, "mask": "image/png 64x48" }),
        ),
        (
            ImageRequest { mask: Some(mask(64, 48)), ..task(TaskType::Erase, "", json!({ "images": "image", "mask": "mask" }), plain()) },
            json!({ "image": PHOTO, "mask": "image/png 64x48" }),
        ),
        (
            task(TaskType::Outpaint, "the sea", painted, borders.clone()),
            json!({ "prompt": "the sea", "image": "image/png 80x56", "mask": "image/png 80x56" }),
        ),
        (
            task(TaskType::Outpaint, "the sea", sides, borders),
            json!({ "prompt": "the sea", "expand_left": 16, "expand_top": 8, "image": PHOTO }),
        ),
        (
            task(TaskType::Upscale, "", enlarging, enlarged),
            json!({ "creativity": 0.35, "factor": "2x", "enhance_model": "Redefine", "image": PHOTO }),
        ),
        (task(TaskType::RemoveBackground, "", only_image.clone(), plain()), json!({ "image": PHOTO })),
        (task(TaskType::Variation, "", only_image, plain()), json!({ "image": PHOTO })),
        (
            task(TaskType::SearchReplace, "a cat", json!({ "prompt": "prompt", "images": "image", "search_prompt": "search" }), searched),
            json!({ "prompt": "a cat", "search": "the dog", "image": PHOTO }),
        ),
        (
            task(TaskType::SketchToImage, "a house", drawn.clone(), held.clone()),
            json!({ "prompt": "a house", "control_strength": 0.7, "control_image": PHOTO }),
        ),
        (
            task(TaskType::StructureToImage, "a house", drawn, held),
            json!({ "prompt": "a house", "control_strength": 0.7, "control_image": PHOTO }),
        ),
    ]
}

/// Tasks for models that do what they are told.
fn told() -> Vec<(ImageRequest, Value)> {
    let inputs =
        json!({ "instruction": "prompt", "images": "image_input[]", "references": "image_input[]", "style_image": "image_input[]" });
    let told = |task_type, prompt: &str, settings| task(task_type, prompt, inputs.clone(), settings);
    let found = Settings { search_prompt: Some("the car".to_owned()), ..Settings::default() };
    let background = "Replace the background and fit light and shadows to it. Keep the subject unchanged. The new background: a beach";
    let style = "Repaint the first picture in the style of the other one. Keep its content and composition.";
    let recolor = "Change only the colour of the car to: red. Keep shapes, texture and light.";
    let other = picture(32, 32, "image/png");
    vec![
        (
            ImageRequest { references: vec![other.clone()], ..told(TaskType::ImageEdit, "add a hat", Settings::default()) },
            json!({ "prompt": "add a hat", "image_input": [PHOTO, "image/png 32x32"] }),
        ),
        (told(TaskType::ReplaceBackground, "a beach", Settings::default()), json!({ "prompt": background, "image_input": [PHOTO] })),
        (
            ImageRequest { style_image: Some(other), ..told(TaskType::StyleTransfer, "", Settings::default()) },
            json!({ "prompt": style, "image_input": [PHOTO, "image/png 32x32"] }),
        ),
        (told(TaskType::Recolor, "red", found), json!({ "prompt": recolor, "image_input": [PHOTO] })),
    ]
}

async fn sends(provider: &str, vendor: Vendor, input_of: fn(Value) -> Value) {
    let fakes = fakes().await;
    let account = account(&fakes, vendor);
    let provider = named(provider).expect("a registered provider");
    let cases: Vec<_> = made_for_it().into_iter().chain(told()).collect();
    for (request, expected) in &cases {
        provider.submit(&account, request, &Watch::nothing()).await.unwrap_or_else(|error| panic!("{:?}: {error:?}", request.task_type));
        let sent = fakes.requests(vendor).pop().expect("a request");
        assert_eq!(with_pictures(&input_of(json_of(&sent))), *expected, "{:?}", request.task_type);
    }
    assert_eq!(fakes.requests(vendor).len(), cases.len());
    assert_clean(&fakes);
}

#[tokio::test]
async fn replicate_is_sent_every_type_of_task() {
    sends("replicate", Vendor::Replicate, |mut body| body["input"].take()).await;
}

#[tokio::test]
async fn fal_is_sent_every_type_of_task() {
    sends("fal", Vendor::Fal, |body| body).await;
}

#[tokio::test]
async fn what_a_model_has_no_name_for_is_refused_before_anything_is_sent() {
    let fakes = fakes().await;
    let inputs = json!({ "prompt": "prompt", "images": "image", "quality": { "field": "speed", "values": { "high": "slow" } } });
    let plain = task(TaskType::TextToImage, "a cat", inputs.clone(), Settings::default());
    let edit = task(TaskType::ImageEdit, "a cat", inputs, Settings::default());
    let size = providers::size::Size { width: 64, height: 64, ratio: None, tier: None };
    let wrong = [
        ImageRequest { seed: Some(7), ..plain.clone() },
        ImageRequest { count: 2, ..plain.clone() },
        ImageRequest { negative_prompt: Some("dogs".to_owned()), ..plain.clone() },
        ImageRequest { size: Some(providers::size::Size { ratio: Some("1:1".to_owned()), ..size.clone() }), ..plain.clone() },
        ImageRequest { size: Some(size), ..plain.clone() },
        ImageRequest { settings: Settings { quality: Some(providers::Quality::Draft), ..Settings::default() }, ..plain },
        ImageRequest { images: Vec::new(), ..edit.clone() },
        ImageRequest { images: vec![picture(8, 8, "image/png"); 2], ..edit.clone() },
        ImageRequest { mask: Some(mask(64, 48)), ..edit.clone() },
        ImageRequest { style_image: Some(picture(8, 8, "image/png")), ..edit.clone() },
        ImageRequest { task_type: TaskType::Inpaint, ..edit.clone() },
        ImageRequest { task_type: TaskType::Outpaint, ..edit },
    ];
    for (provider, vendor) in [("replicate", Vendor::Replicate), ("fal", Vendor::Fal)] {
        let account = account(&fakes, vendor);
        let provider = named(provider).expect("a registered provider");
        for request in &wrong {
            let error = provider.submit(&account, request, &Watch::nothing()).await.unwrap_err();
            assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
        }
        let keyless = providers::Account { key: None, ..account };
        assert_eq!(provider.submit(&keyless, &wrong[0], &Watch::nothing()).await.unwrap_err().class, Class::Auth);
        assert_eq!(fakes.requests(vendor).len(), 0);
    }
}
