//! Edits: a form with files, or JSON with addresses.

use serde_json::Value;

use super::{fields, produce};
use crate::answer::{Denial, Served};
use crate::call::{Call, CallBody, Part, picture_part};
use crate::check::{Fields, picture_text};
use crate::picture::Facts;
use crate::shop::Shop;

const EVENTS: &str = "image_edit";
const MOST_IMAGES: usize = 16;
const IMAGE_BYTES: usize = 50 << 20;
const MASK_BYTES: usize = 4 << 20;

pub(super) fn answer(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    if let CallBody::Json(_) = call.body {
        let fields = Fields::of(call.object()?);
        fields::edit(&fields, &["images", "mask"])?;
        by_address(&fields)?;
        return produce::answer(shop, call, &fields, EVENTS);
    }
    let parts = call.parts()?;
    let fields = Fields::of_form(parts)?;
    fields::edit(&fields, &[])?;
    by_file(parts)?;
    produce::answer(shop, call, &fields, EVENTS)
}

fn by_file(parts: &[Part]) -> Result<(), Denial> {
    let files: Vec<&Part> = parts.iter().filter(|part| part.file_name.is_some()).collect();
    if let Some(other) = files.iter().find(|part| !["image", "image[]", "mask", "markup"].contains(&part.name.as_str())) {
        return Err(Denial::field(&other.name, "Unknown parameter"));
    }
    let single = files.iter().filter(|part| part.name == "image").count();
    let images: Vec<&&Part> = files.iter().filter(|part| part.name.starts_with("image")).collect();
    if single > 1 || (single == 1 && images.len() > 1) {
        return Err(Denial::field("image", "Duplicate parameter: use image[] for several pictures"));
    }
    if images.is_empty() || images.len() > MOST_IMAGES {
        return Err(Denial::field("image", format!("{} pictures, 1 to {MOST_IMAGES} are needed", images.len())));
    }
    let mut first = None;
    for image in images {
        let facts = picture_part(image)?;
        if image.bytes.len() >= IMAGE_BYTES || !["image/png", "image/webp", "image/jpeg"].contains(&facts.mime) {
            return Err(Denial::field("image", "must be png, webp or jpeg below 50 MB"));
        }
        first.get_or_insert(facts);
    }
    let layers: Vec<&&Part> = files.iter().filter(|part| !part.name.starts_with("image")).collect();
    if layers.len() > 1 {
        return Err(Denial::field("mask", "one mask or one markup"));
    }
    for layer in layers {
        check_layer(layer, &picture_part(layer)?, first.as_ref())?;
    }
    Ok(())
}

fn check_layer(part: &Part, facts: &Facts, first: Option<&Facts>) -> Result<(), Denial> {
    if facts.mime != "image/png" || part.bytes.len() >= MASK_BYTES {
        return Err(Denial::field(&part.name, "must be a PNG below 4 MB"));
    }
    if !facts.alpha {
        return Err(Denial::field(&part.name, "Invalid mask image: it has no alpha channel"));
    }
    if first.map(Facts::size) != Some(facts.size()) {
        return Err(Denial::field(&part.name, "Invalid mask image: its size is not that of the first image"));
    }
    Ok(())
}

fn by_address(fields: &Fields<'_>) -> Result<(), Denial> {
    let images = fields.get("images").and_then(Value::as_array).ok_or_else(|| Denial::field("images", "must be an array"))?;
    if images.is_empty() || images.len() > MOST_IMAGES {
        return Err(Denial::field("images", format!("{} pictures, 1 to {MOST_IMAGES} are needed", images.len())));
    }
    let mut first = None;
    for (index, image) in images.iter().enumerate() {
        let facts = one_address("images", image)?;
        if index == 0 {
            first = facts;
        }
    }
    let Some(mask) = fields.get("mask") else { return Ok(()) };
    match (one_address("mask", mask)?, first) {
        (Some(mask), _) if mask.mime != "image/png" || !mask.alpha => Err(Denial::field("mask", "must be a PNG with an alpha channel")),
        (Some(mask), Some(first)) if mask.size() != first.size() => Err(Denial::field("mask", "its size is not that of the first image")),
        _ => Ok(()),
    }
}

/// `{"image_url"}` or `{"file_id"}`, exactly one of them.
fn one_address(name: &str, value: &Value) -> Result<Option<Facts>, Denial> {
    let object = value.as_object().filter(|object| object.len() == 1);
    let (key, value) =
        object.and_then(|object| object.iter().next()).ok_or_else(|| Denial::field(name, "needs one of image_url and file_id"))?;
    match (key.as_str(), value.as_str()) {
        ("file_id", Some(_)) => Ok(None),
        ("image_url", Some(text)) if text.len() <= 20_971_520 => picture_text(name, text, false),
        ("image_url", Some(_)) => Err(Denial::field(name, "the address is too long")),
        _ => Err(Denial::field(name, "needs one of image_url and file_id")),
    }
}
