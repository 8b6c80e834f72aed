//! The fields of a request, in the words of a dialect.

use serde_json::{Map, Value, json};

use super::dialect::{Dialect, Parameter};
use crate::error::{Class, Error};
use crate::instruction::instruction;
use crate::request::{Background, ImageRequest, Quality, TaskType};
use crate::syntax::neutralise;
use crate::vocabulary::number;

/// The fields of a request without its pictures.
///
/// # Errors
/// [`Class::InvalidRequest`] for what the server has no field for.
pub fn fields(dialect: &Dialect, request: &ImageRequest) -> Result<Map<String, Value>, Error> {
    refuse_the_unknown(dialect, request)?;
    // What the operator allowed or fixed comes first, so that it can replace nothing of ours.
    let mut fields = request.settings.extra.clone();
    fields.extend(request.model.object("fields"));
    fields.insert("model".to_owned(), json!(request.model.wire_id));
    fields.insert("prompt".to_owned(), json!(prompt(dialect, request)));
    let rename = request.model.object("rename");
    for (parameter, value) in parameters(request) {
        match dialect.parameters.iter().find(|(known, _)| *known == parameter) {
            Some((_, "|")) => {} // It is in the prompt.
            Some((_, name)) => {
                let name = rename.get(*name).and_then(Value::as_str).unwrap_or(name);
                fields.insert(name.to_owned(), value);
            }
            None if parameter == Parameter::EndUser => {}
            None => return Err(unsupported(dialect, &format!("{parameter:?}"))),
        }
    }
    if dialect.asks_for_base64 && !is_of_openai(&request.model.wire_id) {
        fields.insert("response_format".to_owned(), json!("b64_json"));
    }
    if dialect.streams && request.previews > 0 {
        fields.insert("stream".to_owned(), json!(true));
        fields.insert("partial_images".to_owned(), json!(request.previews.min(3)));
    }
    Ok(fields)
}

/// OpenAI's own models refuse `response_format`.
fn is_of_openai(model: &str) -> bool {
    ["gpt-image-", "chatgpt-image-"].iter().any(|begin| model.starts_with(begin))
}

fn prompt(dialect: &Dialect, request: &ImageRequest) -> String {
    let prompt = neutralise(&instruction(request), dialect.syntax);
    match &request.negative_prompt {
        Some(negative) if dialect.parameters.contains(&(Parameter::NegativePrompt, "|")) => {
            format!("{prompt}|{}", neutralise(negative, dialect.syntax))
        }
        _ => prompt,
    }
}

/// What is asked for besides words and pictures. A single picture is what every server makes when nothing is said,
/// and some models refuse the field.
fn parameters(request: &ImageRequest) -> Vec<(Parameter, Value)> {
    let settings = &request.settings;
    let transparent = (request.task_type == TaskType::RemoveBackground).then_some(Background::Transparent);
    let all = [
        (Parameter::Size, request.size.as_ref().map(|size| json!(format!("{}x{}", size.width, size.height)))),
        (Parameter::Count, (request.count > 1).then(|| json!(request.count))),
        (Parameter::Seed, request.seed.map(|seed| json!(seed))),
        (Parameter::NegativePrompt, request.negative_prompt.as_ref().map(|negative| json!(negative))),
        (Parameter::Quality, settings.quality.map(|quality| json!(quality_word(quality)))),
        (Parameter::Background, settings.background.or(transparent).map(|background| json!(background))),
        (Parameter::OutputFormat, settings.output_format.map(|format| json!(format))),
        (Parameter::OutputCompression, settings.output_compression.map(|compression| json!(compression))),
        (Parameter::Moderation, settings.moderation.map(|moderation| json!(moderation))),
        (Parameter::Steps, settings.steps.map(|steps| json!(steps))),
        (Parameter::Guidance, settings.guidance.map(number)),
        (Parameter::EndUser, request.end_user.as_ref().map(|user| json!(user))),
    ];
    all.into_iter().filter_map(|(parameter, value)| Some((parameter, value?))).collect()
}

/// What no server of this family has a field for.
fn refuse_the_unknown(dialect: &Dialect, request: &ImageRequest) -> Result<(), Error> {
    if !dialect.tasks.contains(&request.task_type) {
        return Err(unsupported(dialect, &format!("{:?}", request.task_type)));
    }
    let settings = &request.settings;
    let set = [
        ("strength", settings.strength.is_some()),
        ("sampler", settings.sampler.is_some()),
        ("scheduler", settings.scheduler.is_some()),
        ("style preset", settings.style_preset.is_some()),
        ("creativity", settings.creativity.is_some()),
        ("control strength", settings.control_strength.is_some()),
        ("borders", settings.expand.is_some() && request.task_type != TaskType::Outpaint),
        ("scale", settings.scale.is_some() && request.task_type != TaskType::Upscale),
        ("mode of enlarging", settings.upscale_mode.is_some()),
        ("safety level", settings.safety_level.is_some()),
    ];
    match set.into_iter().find(|(_, set)| *set) {
        Some((name, _)) => Err(unsupported(dialect, name)),
        None => Ok(()),
    }
}

pub fn unsupported(dialect: &Dialect, what: &str) -> Error {
    Error::new(Class::InvalidRequest, format!("{} cannot be asked for: {what}", dialect.name))
}

const fn quality_word(quality: Quality) -> &'static str {
    match quality {
        Quality::Draft => "low",
        Quality::Standard => "medium",
        Quality::High => "high",
        Quality::Max => "max",
    }
}
