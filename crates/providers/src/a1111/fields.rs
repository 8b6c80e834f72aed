//! The call of a request, in the server's words.

use egress::Call;
use http::Method;
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::error::{Class, Error};
use crate::http as wire;
use crate::mask::{MaskForm, mask};
use crate::outpaint;
use crate::request::{ImageRequest, Picture, TaskType};
use crate::syntax::{Syntax, neutralise};
use crate::vocabulary::number;

/// What it reads in a prompt besides words.
const SYNTAX: &[Syntax] = &[Syntax::AngleTags, Syntax::Schedule];
/// Steps when nobody says: what the server's own page offers. Its API would take 50.
const STEPS: u32 = 20;
/// Pixels of surroundings that are looked at around a mask: what the server's own page offers. Its API would take none.
const MASK_PADDING: u32 = 32;
/// Values of `inpainting_fill`: begin from the colours around, or from what is there.
const FILL_FROM_AROUND: u32 = 0;
const FILL_FROM_ORIGINAL: u32 = 1;
/// Value of `resize_mode` that cuts off what does not fit; others distort.
const CROP: u32 = 1;
/// Longest side painted when nobody says: what the server's own page allows.
const MOST_SIDE: u32 = 2048;
/// Shortest side that it paints, and the step between sizes.
const LEAST_SIDE: u32 = 64;
const SIDE_STEP: u32 = 8;

/// The paid call, without the key.
///
/// # Errors
/// [`Class::InvalidRequest`] for what the server has no word for. Nothing was sent.
pub async fn call(account: &Account, request: &ImageRequest) -> Result<Call, Error> {
    refuse_the_unknown(request)?;
    let (path, fields) = match request.task_type {
        TaskType::TextToImage => ("sdapi/v1/txt2img", generation(request, json!({}))),
        TaskType::Upscale => ("sdapi/v1/extra-single-image", enlargement(request)?),
        TaskType::Outpaint => ("sdapi/v1/img2img", from_picture(&outpaint::extended(request).await?).await?),
        _ => ("sdapi/v1/img2img", from_picture(request).await?),
    };
    account.call(Method::POST, path).json(&fields).map_err(|error| wire::of_submit(&error))
}

/// What the server has no word for, at least not for this task.
fn refuse_the_unknown(request: &ImageRequest) -> Result<(), Error> {
    use TaskType::{Erase, ImageToImage, Inpaint, Outpaint, TextToImage, Upscale, Variation};
    let (task, settings) = (request.task_type, &request.settings);
    if !matches!(task, TextToImage | ImageToImage | Variation | Inpaint | Erase | Outpaint | Upscale) {
        return Err(unsupported(&format!("{task:?}")));
    }
    let (enlarges, masked) = (task == Upscale, matches!(task, Inpaint | Erase));
    if request.images.len() != usize::from(task != TextToImage) {
        return Err(unsupported(&format!("{task:?} with {} pictures", request.images.len())));
    }
    if masked != request.mask.is_some() {
        return Err(unsupported("a mask with another task than inpainting and erasing, or one of these without"));
    }
    let set = [
        ("references", !request.references.is_empty(), false),
        ("a style picture", request.style_image.is_some(), false),
        ("a negative prompt", request.negative_prompt.is_some(), !enlarges),
        ("a seed", request.seed.is_some(), !enlarges),
        ("several pictures", request.count > 1, !enlarges),
        ("quality", settings.quality.is_some(), false),
        ("strength", settings.strength.is_some(), !enlarges && task != TextToImage),
        ("steps", settings.steps.is_some(), !enlarges),
        ("guidance", settings.guidance.is_some(), !enlarges),
        ("sampler", settings.sampler.is_some(), !enlarges),
        ("scheduler", settings.scheduler.is_some(), !enlarges),
        ("style preset", settings.style_preset.is_some(), !enlarges),
        ("creativity", settings.creativity.is_some(), false),
        ("control strength", settings.control_strength.is_some(), false),
        ("borders", settings.expand.is_some(), task == Outpaint),
        ("scale", settings.scale.is_some(), enlarges),
        ("mode of enlarging", settings.upscale_mode.is_some(), false),
        ("a search prompt", settings.search_prompt.is_some(), false),
        ("background", settings.background.is_some(), false),
        // The server's option for it is its own, for all requests.
        ("output format", settings.output_format.is_some(), false),
        ("output compression", settings.output_compression.is_some(), false),
        ("moderation", settings.moderation.is_some(), false),
        ("safety level", settings.safety_level.is_some(), false),
    ];
    match set.into_iter().find(|(_, is_set, taken)| *is_set && !*taken) {
        Some((name, ..)) => Err(unsupported(name)),
        None => Ok(()),
    }
}

fn unsupported(what: &str) -> Error {
    Error::new(Class::InvalidRequest, format!("AUTOMATIC1111 cannot be asked for: {what}"))
}

/// What all generations are told. `preset` are values of ours that the operator may replace.
fn generation(request: &ImageRequest, preset: Value) -> Map<String, Value> {
    let settings = &request.settings;
    let (fixed, rename) = (request.model.object("fields"), request.model.object("rename"));
    let mut fields = Map::from_iter([("steps".to_owned(), json!(STEPS))]);
    fields.extend(preset.as_object().cloned().unwrap_or_default());
    fields.extend(settings.extra.clone());
    let mut overridden = fixed.get("override_settings").and_then(Value::as_object).cloned().unwrap_or_default();
    if !request.model.wire_id.is_empty() {
        overridden.insert("sd_model_checkpoint".to_owned(), json!(request.model.wire_id));
    }
    // Otherwise the first picture may be an overview of all.
    overridden.insert("return_grid".to_owned(), json!(false));
    fields.extend(fixed);
    let words = |words: &str| json!(neutralise(words, SYNTAX));
    let size = request.size.as_ref().map(|size| (size.width, size.height)).or_else(|| request.images.first().map(paintable));
    let asked = [
        ("prompt", Some(words(&request.prompt))),
        ("negative_prompt", request.negative_prompt.as_deref().map(words)),
        ("width", size.map(|(width, _)| json!(width))),
        ("height", size.map(|(_, height)| json!(height))),
        // One after the other: a batch would need the memory of all at once.
        ("n_iter", Some(json!(request.count))),
        ("batch_size", Some(json!(1))),
        ("seed", request.seed.map(|seed| json!(seed))),
        ("steps", settings.steps.map(|steps| json!(steps))),
        ("cfg_scale", settings.guidance.map(number)),
        ("sampler_name", settings.sampler.as_ref().map(|name| json!(name))),
        ("scheduler", settings.scheduler.as_ref().map(|name| json!(name))),
        ("styles", settings.style_preset.as_ref().map(|name| json!([name]))),
        ("denoising_strength", settings.strength.map(number)),
        ("override_settings", Some(overridden.into())),
        ("override_settings_restore_afterwards", Some(json!(true))),
        ("force_task_id", Some(json!(request.request_id))),
    ];
    for (name, value) in asked.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let name = rename.get(name).and_then(Value::as_str).unwrap_or(name);
        fields.insert(name.to_owned(), value);
    }
    fields
}

/// A generation that begins with a picture, and perhaps changes only a part of it.
async fn from_picture(request: &ImageRequest) -> Result<Map<String, Value>, Error> {
    let mask = mask(request, MaskForm::White).await?;
    let preset = match &mask {
        None => json!({ "resize_mode": CROP }),
        Some(_) => {
            let fill = if request.task_type == TaskType::Inpaint { FILL_FROM_ORIGINAL } else { FILL_FROM_AROUND };
            // Only what lies around the mask is painted, in the wanted size, and put back into the picture, which keeps
            // its own size and every pixel elsewhere.
            json!({ "inpainting_fill": fill, "inpaint_full_res": true, "inpaint_full_res_padding": MASK_PADDING })
        }
    };
    let mut fields = generation(request, preset);
    fields.insert("init_images".to_owned(), request.images.iter().map(Picture::data_url).collect());
    fields.extend(mask.map(|mask| ("mask".to_owned(), json!(mask.data_url()))));
    Ok(fields)
}

/// An enlargement, by a factor or to a size.
fn enlargement(request: &ImageRequest) -> Result<Map<String, Value>, Error> {
    let mut fields = request.settings.extra.clone();
    fields.extend(request.model.object("fields"));
    let how_far = match (request.settings.scale, &request.size) {
        (Some(scale), None) => json!({ "resize_mode": 0, "upscaling_resize": scale }),
        (None, Some(size)) => json!({ "resize_mode": 1, "upscaling_resize_w": size.width, "upscaling_resize_h": size.height }),
        _ => return Err(unsupported("enlarging without a scale and without a size, or with both")),
    };
    fields.extend(how_far.as_object().cloned().unwrap_or_default());
    fields.insert("upscaler_1".to_owned(), json!(request.model.wire_id));
    fields.extend(request.images.first().map(|picture| ("image".to_owned(), json!(picture.data_url()))));
    Ok(fields)
}

/// The picture's own size as one that can be painted: its shape, within limits, in steps.
fn paintable(picture: &Picture) -> (u32, u32) {
    let longest = u64::from(picture.width.max(picture.height).max(MOST_SIDE));
    let side = |side: u32| {
        let within = u64::from(side) * u64::from(MOST_SIDE) / longest;
        let stepped = u32::try_from(within).unwrap_or(MOST_SIDE) / SIDE_STEP * SIDE_STEP;
        stepped.clamp(LEAST_SIDE, MOST_SIDE)
    };
    (side(picture.width), side(picture.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pictures_own_size_is_kept_where_it_can_be_painted() {
        let size = |width, height| paintable(&Picture { bytes: bytes::Bytes::new(), mime: "image/png", width, height });
        assert_eq!(size(512, 768), (512, 768));
        assert_eq!(size(513, 775), (512, 768));
        assert_eq!(size(4096, 3072), (2048, 1536));
        assert_eq!(size(20_000, 10), (2048, 64));
        assert_eq!(size(u32::MAX, 0), (2048, 64));
    }
}
