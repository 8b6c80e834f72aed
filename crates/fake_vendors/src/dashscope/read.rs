//! What a request asks for, in either protocol.

use serde_json::Value;

use super::Protocol;
use crate::answer::{Denial, Kind};
use crate::check::{Fields, picture_text, size};
use crate::picture::{Facts, Format, Order};

pub(super) struct Wish {
    pub prompt: String,
    pub orders: Vec<Order>,
}

/// Sizes of the first Qwen models.
const QWEN_SIZES: [&str; 5] = ["1664*928", "1472*1140", "1328*1328", "1140*1472", "928*1664"];
const FUNCTIONS: [&str; 10] = [
    "stylization_all",
    "stylization_local",
    "description_edit",
    "description_edit_with_mask",
    "remove_watermark",
    "expand",
    "super_resolution",
    "colorization",
    "doodle",
    "control_cartoon_feature",
];

pub(super) fn wish(fields: &Fields<'_>, protocol: Protocol) -> Result<Wish, Denial> {
    fields.only(&["model", "input", "parameters"])?;
    let model = fields.required("model", 100)?;
    if !allowed(model, protocol) {
        return Err(Denial::no(Kind::NotFound, format!("Model not exist: {model}")));
    }
    let input = fields.inside("input")?.ok_or_else(|| Denial::field("input", "is required"))?;
    let (prompt, image) = match protocol {
        Protocol::MessagesSync | Protocol::MessagesTask => messages(&input, model)?,
        Protocol::Text2Image | Protocol::Image2Image => legacy(&input, model, protocol)?,
    };
    let orders = parameters(fields, model, protocol, &prompt, image)?;
    Ok(Wish { prompt, orders })
}

fn allowed(model: &str, protocol: Protocol) -> bool {
    let is = |prefixes: &[&str]| prefixes.iter().any(|prefix| model.starts_with(prefix));
    match protocol {
        Protocol::MessagesSync => is(&["qwen-image", "z-image", "wan2.6-"]),
        Protocol::MessagesTask => is(&["wan2.6-"]) || ["qwen-image", "qwen-image-plus"].contains(&model),
        Protocol::Text2Image => is(&["wan2.5-t2i", "wan2.2-t2i", "wanx2.1-t2i"]) || ["qwen-image", "qwen-image-plus"].contains(&model),
        Protocol::Image2Image => is(&["wanx2.1-imageedit", "wan2.5-i2i"]),
    }
}

fn messages(input: &Fields<'_>, model: &str) -> Result<(String, Option<Facts>), Denial> {
    input.only(&["messages"])?;
    let messages = input.get("messages").and_then(Value::as_array).filter(|messages| messages.len() == 1);
    let message = &messages.ok_or_else(|| Denial::field("messages", "must hold one message"))?[0];
    let content = message["content"].as_array().filter(|_| message["role"] == "user");
    let content = content.ok_or_else(|| Denial::field("messages", "must be of the user, with an array as content"))?;
    let (mut texts, mut images, mut first) = (Vec::new(), 0, None);
    for part in content {
        match (part["text"].as_str(), part["image"].as_str()) {
            (Some(text), None) => texts.push(text),
            (None, Some(image)) => {
                images += 1;
                let facts = picture_text("image", image, false)?;
                first = first.or(facts);
            }
            _ => return Err(Denial::field("content", "each part is a text or an image")),
        }
    }
    let [prompt] = texts[..] else { return Err(Denial::field("content", "must hold one text")) };
    if images > 3 || (images == 0 && model.starts_with("qwen-image-edit")) {
        return Err(Denial::field("content", format!("{images} images, 1 to 3 are possible")));
    }
    Ok((prompt.to_owned(), first))
}

fn legacy(input: &Fields<'_>, model: &str, protocol: Protocol) -> Result<(String, Option<Facts>), Denial> {
    input.only(&["prompt", "negative_prompt", "images", "base_image_url", "mask_image_url", "function"])?;
    let prompt = input.required("prompt", 2000)?.to_owned();
    input.text("negative_prompt", 500)?;
    let function = input.one_of("function", &FUNCTIONS)?;
    let base = input.picture("base_image_url", false)?;
    let mask = input.picture("mask_image_url", false)?;
    if protocol == Protocol::Image2Image && model.starts_with("wanx2.1") && (function.is_none() || !input.has("base_image_url")) {
        return Err(Denial::field("function", "it and base_image_url are required"));
    }
    if function == Some("description_edit_with_mask") && !input.has("mask_image_url") {
        return Err(Denial::field("mask_image_url", "is required"));
    }
    if let (Some(base), Some(mask)) = (&base, &mask)
        && base.size() != mask.size()
    {
        return Err(Denial::field("mask_image_url", "its size is not that of the image"));
    }
    Ok((prompt, base))
}

fn parameters(fields: &Fields<'_>, model: &str, protocol: Protocol, prompt: &str, image: Option<Facts>) -> Result<Vec<Order>, Denial> {
    let empty = serde_json::Map::new();
    let given = fields.inside("parameters")?.unwrap_or_else(|| Fields::of(&empty));
    let messages = matches!(protocol, Protocol::MessagesSync | Protocol::MessagesTask);
    if given.has("negative_prompt") && !messages {
        return Err(Denial::field("negative_prompt", "belongs to input in this protocol"));
    }
    given.only(&[
        "size",
        "n",
        "seed",
        "negative_prompt",
        "prompt_extend",
        "prompt_extend_mode",
        "watermark",
        "thinking_mode",
        "enable_sequential",
        "bbox_list",
        "color_palette",
        "style",
        "ref_strength",
        "ref_mode",
        "strength",
        "top_scale",
        "bottom_scale",
        "left_scale",
        "right_scale",
        "upscale_factor",
    ])?;
    given.text("negative_prompt", 500)?;
    given.bool("prompt_extend")?;
    given.bool("watermark")?;
    given.number("strength", 0.0, 1.0)?;
    given.number("ref_strength", 0.0, 1.0)?;
    given.one_of("ref_mode", &["repaint", "refonly"])?;
    let old_qwen = ["qwen-image", "qwen-image-plus"].contains(&model) || model.starts_with("qwen-image-max");
    let most = if old_qwen {
        1
    } else if model.starts_with("wan") {
        4
    } else {
        6
    };
    // This one makes four when it is not told.
    let default = if model.starts_with("wan2.5-i2i") { 4 } else { 1 };
    let count = given.int("n", 1, most)?.unwrap_or(default).unsigned_abs();
    let seed = given.int("seed", 0, 2_147_483_647)?.unwrap_or(5).unsigned_abs();
    let wanted = match given.text("size", 20)? {
        None => image.as_ref().map_or((1328, 1328), Facts::size),
        Some(text) if old_qwen && !QWEN_SIZES.contains(&text) => {
            return Err(Denial::field("size", format!("{text:?} is not one of {QWEN_SIZES:?}")));
        }
        Some(text) => size(text, '*').ok_or_else(|| Denial::field("size", format!("{text:?} is not width*height")))?,
    };
    if !(256..=4096).contains(&wanted.0) || !(256..=4096).contains(&wanted.1) {
        return Err(Denial::field("size", "is outside the limits"));
    }
    Ok((0..count).map(|index| Order::new(prompt, seed + index, wanted, Format::Png)).collect())
}
