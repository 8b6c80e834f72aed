//! The input of a prediction. It is the model's own; what most picture models share is checked.

use serde_json::{Value, json};

use crate::answer::Denial;
use crate::check::{Fields, picture_text};
use crate::picture::{Format, Order};

/// Larger inputs have to be uploaded.
const DATA_URL_BYTES: usize = 256 * 1024 * 4 / 3 + 64;
/// Inputs that are pictures in the models that people use.
const PICTURES: [&str; 9] =
    ["image", "mask", "input_image", "image_prompt", "control_image", "init_image", "style_image", "image_input", "input_images"];
const RATIOS: [(&str, (u32, u32)); 11] = [
    ("1:1", (1024, 1024)),
    ("16:9", (1344, 768)),
    ("21:9", (1536, 640)),
    ("3:2", (1216, 832)),
    ("2:3", (832, 1216)),
    ("4:5", (896, 1088)),
    ("5:4", (1088, 896)),
    ("3:4", (896, 1152)),
    ("4:3", (1152, 896)),
    ("9:16", (768, 1344)),
    ("9:21", (640, 1536)),
];

/// What the input asks for: the prompt and the pictures.
pub(super) fn read(input: &Fields<'_>) -> Result<(String, Vec<Order>), Denial> {
    let prompt = input.text("prompt", 100_000)?.unwrap_or_default().to_owned();
    input.text("negative_prompt", 100_000)?;
    let count = input.int("num_outputs", 1, 4)?.unwrap_or(1).unsigned_abs();
    let seed = input.int("seed", 0, i64::from(u32::MAX))?.unwrap_or(11).unsigned_abs();
    let format = input.one_of("output_format", &["webp", "jpg", "jpeg", "png"])?.unwrap_or("webp");
    input.int("output_quality", 0, 100)?;
    input.bool("disable_safety_checker")?;
    for name in PICTURES {
        check_pictures(name, input.get(name))?;
    }
    let ratios = RATIOS.map(|(ratio, _)| ratio);
    let ratio = input.one_of("aspect_ratio", &[&ratios[..], &["custom", "match_input_image"]].concat())?.unwrap_or("1:1");
    let by_ratio = RATIOS.iter().find(|(known, _)| *known == ratio).map_or((1024, 1024), |(_, size)| *size);
    let side = |name, other| input.int(name, 64, 4096).map(|side| side.and_then(|side| u32::try_from(side).ok()).unwrap_or(other));
    let wanted = (side("width", by_ratio.0)?, side("height", by_ratio.1)?);
    let kind = Format::named(format).unwrap_or(Format::WebP);
    Ok((prompt.clone(), (0..count).map(|index| Order::new(&prompt, seed + index, wanted, kind)).collect()))
}

fn check_pictures(name: &str, value: Option<&Value>) -> Result<(), Denial> {
    match value {
        None => Ok(()),
        Some(Value::String(text)) if text.starts_with("data:") && text.len() > DATA_URL_BYTES => {
            Err(Denial::field(name, "a data URL above 256 kB has to be uploaded"))
        }
        Some(Value::String(text)) => picture_text(name, text, false).map(drop),
        Some(Value::Array(items)) => items.iter().try_for_each(|item| check_pictures(name, Some(item))),
        Some(other) => Err(Denial::field(name, format!("must be an address, is {other}"))),
    }
}

/// What the vendor says of a model.
pub(super) fn model(owner: &str, name: &str) -> Value {
    let input = json!({ "type": "object", "title": "Input", "required": ["prompt"], "properties": {
        "prompt": { "type": "string", "title": "Prompt", "x-order": 0 },
        "seed": { "type": "integer", "nullable": true },
        "num_outputs": { "type": "integer", "minimum": 1, "maximum": 4, "default": 1 },
        "aspect_ratio": { "type": "string", "enum": RATIOS.map(|(ratio, _)| ratio), "default": "1:1" },
        "output_format": { "type": "string", "enum": ["webp", "jpg", "png"], "default": "webp" },
    }});
    let output = json!({ "type": "array", "items": { "type": "string", "format": "uri" }, "title": "Output" });
    let version = json!({
        "id": "f".repeat(64), "created_at": "2026-01-01T00:00:00Z", "cog_version": "0.16",
        "openapi_schema": { "openapi": "3.0.2", "components": { "schemas": { "Input": input, "Output": output } } },
    });
    let url = format!("https://replicate.com/{owner}/{name}");
    json!({ "owner": owner, "name": name, "visibility": "public", "url": url, "latest_version": version })
}
