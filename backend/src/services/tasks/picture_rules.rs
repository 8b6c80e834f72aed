//! Rules between a task's settings and the pictures that it names: a mask is as large as its picture, a picture is extended
//! on some side, and nothing is enlarged that is larger than the model takes.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::database::files::FileRow;
use crate::error::{Code, Failure};
use crate::messages;
use crate::models::catalogue::{AiModel, ParameterKind, Tool};
use crate::models::locale::Locale;

/// The parameters that say by how many pixels a picture grows.
pub const SIDES: [&str; 4] = ["expandLeft", "expandRight", "expandTop", "expandBottom"];

/// Checks parameters that were checked by themselves. `pictures` are those worked on, in order, and among `files`.
///
/// # Errors
/// `parameter_invalid`, `image_too_large`.
pub fn check(
    tool: &Tool,
    model: &AiModel,
    values: &Map<String, Value>,
    pictures: &[&FileRow],
    files: &HashMap<String, FileRow>,
    locale: Locale,
) -> Result<(), Failure> {
    masks(tool, values, pictures, files)?;
    if tool.parameters.iter().any(|parameter| parameter.name == SIDES[0]) && !grows(values) {
        return Err(Failure::new(Code::ParameterInvalid).field(format!("parameters.{}", SIDES[0]), "no_side"));
    }
    if tool.task_type == "upscale" { small_enough(model, pictures, locale) } else { Ok(()) }
}

fn masks(tool: &Tool, values: &Map<String, Value>, pictures: &[&FileRow], files: &HashMap<String, FileRow>) -> Result<(), Failure> {
    for parameter in tool.parameters.iter().filter(|parameter| parameter.kind == ParameterKind::Mask) {
        let mask = values.get(&parameter.name).and_then(Value::as_str).and_then(|id| files.get(id));
        let (Some(mask), Some(picture)) = (mask, pictures.first()) else { continue };
        if (mask.width, mask.height) != (picture.width, picture.height) {
            return Err(Failure::new(Code::ParameterInvalid)
                .field(format!("parameters.{}", parameter.name), "not_as_large")
                .field_with("width", picture.width)
                .field_with("height", picture.height));
        }
    }
    Ok(())
}

fn grows(values: &Map<String, Value>) -> bool {
    SIDES.iter().any(|side| values.get(*side).and_then(Value::as_u64).is_some_and(|pixels| pixels > 0))
}

fn small_enough(model: &AiModel, pictures: &[&FileRow], locale: Locale) -> Result<(), Failure> {
    let Some(vendor) = &model.vendor else { return Ok(()) };
    let (most, longest) = (vendor.max_input_pixels.unwrap_or(u64::MAX), vendor.max_input_side.unwrap_or(u32::MAX));
    for picture in pictures {
        let (width, height) = (picture.width.unsigned_abs(), picture.height.unsigned_abs());
        let (text, limit) = if u64::from(width) * u64::from(height) > most {
            ("picture.too_many_pixels_for_model", megapixels(most))
        } else if width.max(height) > longest {
            ("picture.too_long_for_model", longest.to_string())
        } else {
            continue;
        };
        let reason = messages::text(locale, text, &[("model", model.name.get(locale)), ("limit", limit.as_str())]);
        let refused = Failure::new(Code::ImageTooLarge).with("name", &picture.name).with("reason", reason);
        return Err(refused.with("width", width).with("height", height));
    }
    Ok(())
}

/// Millions with one digit behind the point.
fn megapixels(pixels: u64) -> String {
    let tenths = pixels / 100_000;
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}
