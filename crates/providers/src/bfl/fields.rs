//! The body of a request, in the words of the model's family.

use serde_json::{Map, Value, json};

use super::families::{self, Family, Parameter, SizeForm, unsupported};
use crate::error::{Class, Error};
use crate::instruction::instruction;
use crate::mask::{MaskForm, mask};
use crate::request::{ImageRequest, OutputFormat, TaskType};
use crate::vocabulary::number;

/// The fields of a request.
///
/// # Errors
/// [`Class::InvalidRequest`] for what the family has no field for, and for what it cannot do without.
pub async fn fields(request: &ImageRequest) -> Result<Map<String, Value>, Error> {
    let family = families::of(request)?;
    refuse_the_unknown(family, request)?;
    // What the operator allowed or fixed comes first, so that it can replace nothing of ours.
    let mut fields = request.settings.extra.clone();
    fields.extend(request.model.object("fields"));
    let prompt = prompt(request);
    if !prompt.is_empty() {
        fields.insert("prompt".to_owned(), json!(prompt));
    } else if family.needs_prompt {
        return Err(needed(family, "words"));
    }
    fields.extend(common(family, request).into_iter().map(|(name, value)| (name.to_owned(), value)));
    let mask = mask(request, MaskForm::White).await?.map(|mask| (Parameter::Mask, json!(mask.base64())));
    for (parameter, value) in parameters(request).into_iter().chain(mask) {
        let known = family.parameters.iter().find(|(known, _)| *known == parameter);
        let (_, name) = known.ok_or_else(|| unsupported(family, &format!("{parameter:?}")))?;
        fields.insert((*name).to_owned(), value);
    }
    let pictures = request.images.iter().chain(&request.references).chain(&request.style_image);
    fields.extend(family.pictures.iter().zip(pictures).map(|(name, picture)| ((*name).to_owned(), json!(picture.base64()))));
    Ok(fields)
}

/// The words. Borders have fields of their own and need none.
fn prompt(request: &ImageRequest) -> String {
    let prompt = if request.task_type == TaskType::Outpaint { (&request.prompt).into() } else { instruction(request) };
    if prompt.trim().is_empty() { String::new() } else { prompt.into_owned() }
}

/// What all families take, and the size in the form of this one.
fn common(family: &Family, request: &ImageRequest) -> Vec<(&'static str, Value)> {
    let size = request.size.as_ref();
    let pixels = size.filter(|_| family.size == SizeForm::Pixels);
    let ratio = size.filter(|_| family.size == SizeForm::Ratio);
    let format = match request.settings.output_format {
        Some(OutputFormat::Jpeg) => "jpeg",
        // The vendor's own default is JPEG, out of which no good PNG or WebP can be made afterwards.
        _ => "png",
    };
    let all = [
        ("seed", request.seed.map(|seed| json!(seed))),
        ("width", pixels.map(|size| json!(size.width))),
        ("height", pixels.map(|size| json!(size.height))),
        ("aspect_ratio", ratio.map(|size| json!(size.shape()))),
        ("safety_tolerance", request.settings.safety_level.map(|level| json!(level))),
        ("output_format", Some(json!(format))),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What only some families take. A border of nothing is none.
fn parameters(request: &ImageRequest) -> Vec<(Parameter, Value)> {
    let settings = &request.settings;
    let expand = settings.expand.unwrap_or_default();
    let border = |pixels: u32| (pixels > 0).then(|| json!(pixels));
    let all = [
        (Parameter::Steps, settings.steps.map(|steps| json!(steps))),
        (Parameter::Guidance, settings.guidance.map(number)),
        (Parameter::Strength, settings.strength.map(|strength| json!(inverted(strength)))),
        (Parameter::BorderLeft, border(expand.left)),
        (Parameter::BorderRight, border(expand.right)),
        (Parameter::BorderTop, border(expand.top)),
        (Parameter::BorderBottom, border(expand.bottom)),
    ];
    all.into_iter().filter_map(|(parameter, value)| Some((parameter, value?))).collect()
}

/// Our 0 keeps the picture; the vendor's strength is that of the picture. In thousandths, as `f32` has no exact tenths.
fn inverted(strength: f32) -> f64 {
    ((1.0 - f64::from(strength)) * 1000.0).round() / 1000.0
}

/// What no family has a field for, and rules between fields.
fn refuse_the_unknown(family: &Family, request: &ImageRequest) -> Result<(), Error> {
    let settings = &request.settings;
    let searched = matches!(request.task_type, TaskType::Erase | TaskType::SearchReplace | TaskType::Recolor);
    let pictures = request.images.len() + request.references.len() + usize::from(request.style_image.is_some());
    let set = [
        ("a negative prompt", request.negative_prompt.is_some()),
        ("several pictures at once", request.count > 1),
        ("so many pictures to go by", pictures > family.pictures.len()),
        ("a size", request.size.is_some() && family.size == SizeForm::OfPicture),
        ("quality", settings.quality.is_some()),
        ("sampler", settings.sampler.is_some()),
        ("scheduler", settings.scheduler.is_some()),
        ("style preset", settings.style_preset.is_some()),
        ("creativity", settings.creativity.is_some()),
        ("control strength", settings.control_strength.is_some()),
        ("scale", settings.scale.is_some()),
        ("mode of enlarging", settings.upscale_mode.is_some()),
        ("something to look for", settings.search_prompt.is_some() && !searched),
        ("background", settings.background.is_some()),
        ("WebP", settings.output_format == Some(OutputFormat::Webp)),
        ("compression", settings.output_compression.is_some()),
        ("moderation", settings.moderation.is_some()),
    ];
    if let Some((name, _)) = set.into_iter().find(|(_, set)| *set) {
        return Err(unsupported(family, name));
    }
    let takes = |parameter| family.parameters.iter().any(|(known, _)| *known == parameter);
    if request.task_type != TaskType::TextToImage && request.images.is_empty() {
        return Err(needed(family, "a picture to work on"));
    }
    if takes(Parameter::Mask) && request.mask.is_none() {
        return Err(needed(family, "a mask"));
    }
    if takes(Parameter::BorderTop) && settings.expand.unwrap_or_default() == crate::Expand::default() {
        return Err(needed(family, "a border"));
    }
    Ok(())
}

fn needed(family: &Family, what: &str) -> Error {
    Error::new(Class::InvalidRequest, format!("models of the family {} cannot do without: {what}", family.name))
}
