//! The text fields of a request, in the words of its operation.

use serde_json::{Map, Value, json};

use super::operations::{Operation, Parameter};
use crate::error::{Class, Error};
use crate::request::{ImageRequest, TaskType};

/// Largest seed. 0 is not one: there it means "random".
const MOST_SEED: u32 = 4_294_967_294;

/// The fields of a request without its pictures.
///
/// # Errors
/// [`Class::InvalidRequest`] for what the operation has no field for, and for what it cannot do without.
pub fn fields(operation: &Operation, request: &ImageRequest) -> Result<Map<String, Value>, Error> {
    refuse_the_unknown(operation, request)?;
    // What the operator allowed or fixed comes first, so that it can replace nothing of ours.
    let mut fields = request.settings.extra.clone();
    fields.extend(request.model.object("fields"));
    fields.extend(operation.fixed.map(|(name, value)| (name.to_owned(), value.into())));
    let values = parameters(request);
    for (parameter, value) in &values {
        let Some(take) = operation.takes.iter().find(|take| take.parameter == *parameter) else {
            return Err(unsupported(operation, &format!("{parameter:?}")));
        };
        fields.insert(take.field.to_owned(), value.as_str().into());
    }
    let missing = |parameter| !values.iter().any(|(given, _)| *given == parameter);
    if let Some(take) = operation.takes.iter().find(|take| take.needed && missing(take.parameter)) {
        return Err(needed(operation, take.field));
    }
    if let Some(format) = request.settings.output_format {
        fields.insert("output_format".to_owned(), json!(format));
    }
    Ok(fields)
}

/// What is asked for besides pictures. A border of nothing is none, and empty words are none.
fn parameters(request: &ImageRequest) -> Vec<(Parameter, String)> {
    let settings = &request.settings;
    let words = |words: Option<&String>| words.filter(|words| !words.trim().is_empty()).cloned();
    let number = |number: Option<f32>| number.map(|number| number.to_string());
    let expand = settings.expand.unwrap_or_default();
    let border = |pixels: u32| (pixels > 0).then(|| pixels.to_string());
    let all = [
        (Parameter::Prompt, words(Some(&request.prompt))),
        (Parameter::NegativePrompt, words(request.negative_prompt.as_ref())),
        (Parameter::Seed, request.seed.map(|seed| seed.to_string())),
        (Parameter::Size, request.size.as_ref().map(|size| size.shape())),
        (Parameter::Strength, number(settings.strength)),
        (Parameter::Guidance, number(settings.guidance)),
        (Parameter::StylePreset, settings.style_preset.clone()),
        (Parameter::Creativity, number(settings.creativity)),
        (Parameter::ControlStrength, number(settings.control_strength)),
        (Parameter::SearchPrompt, words(settings.search_prompt.as_ref())),
        (Parameter::BorderLeft, border(expand.left)),
        (Parameter::BorderRight, border(expand.right)),
        (Parameter::BorderTop, border(expand.top)),
        (Parameter::BorderBottom, border(expand.bottom)),
    ];
    all.into_iter().filter_map(|(parameter, value)| Some((parameter, value?))).collect()
}

/// What no operation has a field for, and rules between fields.
fn refuse_the_unknown(operation: &Operation, request: &ImageRequest) -> Result<(), Error> {
    let settings = &request.settings;
    let set = [
        ("several pictures at once", request.count > 1),
        ("this seed", request.seed.is_some_and(|seed| !(1..=MOST_SEED).contains(&seed))),
        ("quality", settings.quality.is_some()),
        ("steps", settings.steps.is_some()),
        ("sampler", settings.sampler.is_some()),
        ("scheduler", settings.scheduler.is_some()),
        ("background", settings.background.is_some()),
        ("compression", settings.output_compression.is_some()),
        ("moderation", settings.moderation.is_some()),
        ("safety level", settings.safety_level.is_some()),
        ("this scale", settings.scale.is_some() && settings.scale != operation.scale),
        ("this mode of enlarging", settings.upscale_mode.is_some() && settings.upscale_mode != operation.upscale_mode),
        ("this file type", settings.output_format.is_some_and(|format| !operation.formats.contains(&format))),
    ];
    if let Some((name, _)) = set.into_iter().find(|(_, set)| *set) {
        return Err(unsupported(operation, name));
    }
    match operation.task {
        TaskType::Outpaint if settings.expand.unwrap_or_default() == crate::Expand::default() => Err(needed(operation, "a border")),
        TaskType::ReplaceBackground if request.prompt.trim().is_empty() && request.references.is_empty() => {
            Err(needed(operation, "words or a picture for the background"))
        }
        _ => Ok(()),
    }
}

pub fn unsupported(operation: &Operation, what: &str) -> Error {
    Error::new(Class::InvalidRequest, format!("{} cannot be asked for: {what}", operation.path))
}

pub fn needed(operation: &Operation, what: &str) -> Error {
    Error::new(Class::InvalidRequest, format!("{} cannot do without: {what}", operation.path))
}
