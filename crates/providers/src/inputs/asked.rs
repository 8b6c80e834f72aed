//! Everything that a request asks for besides its pictures, by parameter.

use serde_json::{Value, json};

use super::{Inputs, Parameter};
use crate::error::{Class, Error};
use crate::instruction::instruction;
use crate::request::{Expand, ImageRequest};
use crate::size::Size;
use crate::vocabulary::number;

/// What is asked for, in the words of the vocabulary.
///
/// # Errors
/// [`Class::InvalidRequest`] for several pictures from a model that makes one.
pub fn asked(inputs: &Inputs, request: &ImageRequest) -> Result<Vec<(Parameter, Value)>, Error> {
    let sizes = request.size.as_ref().map(|size| size_words(inputs, size)).unwrap_or_default();
    let settings = settings(request);
    let mut asked: Vec<_> = words(inputs, request).into_iter().chain(sizes).chain(settings).collect();
    // Said even when it is one, for some models make more when nothing is said.
    if inputs.has(Parameter::Count) {
        asked.push((Parameter::Count, json!(request.count)));
    } else if request.count > 1 {
        return Err(Error::new(Class::InvalidRequest, "the model makes one picture at a time"));
    }
    // A help against abuse, of no meaning for the picture: where the model takes none it is left out.
    if let Some(user) = request.end_user.as_ref().filter(|_| inputs.has(Parameter::EndUser)) {
        asked.push((Parameter::EndUser, json!(user)));
    }
    Ok(asked)
}

fn words(inputs: &Inputs, request: &ImageRequest) -> Vec<(Parameter, Value)> {
    let told = inputs.has(Parameter::Instruction);
    let prompt = if told { instruction(request) } else { request.prompt.as_str().into() };
    let parameter = if told { Parameter::Instruction } else { Parameter::Prompt };
    // An instruction says what to look for.
    let search = request.settings.search_prompt.as_ref().filter(|_| !told || inputs.has(Parameter::SearchPrompt));
    let all = [
        (parameter, Some(prompt.as_ref()).filter(|prompt| !prompt.trim().is_empty())),
        (Parameter::NegativePrompt, request.negative_prompt.as_deref()),
        (Parameter::SearchPrompt, search.map(String::as_str)),
    ];
    given(all.map(|(parameter, words)| (parameter, words.map(|words| json!(inputs.plain(parameter, words))))))
}

/// A size is said as a ratio where the model's sizes are ratios, otherwise in pixels.
fn size_words(inputs: &Inputs, size: &Size) -> Vec<(Parameter, Value)> {
    if let Some(ratio) = &size.ratio {
        return given([(Parameter::Ratio, Some(json!(ratio))), (Parameter::Tier, size.tier.as_ref().map(|tier| json!(tier)))]);
    }
    if inputs.has(Parameter::Size) {
        return vec![(Parameter::Size, json!(format!("{}x{}", size.width, size.height)))];
    }
    vec![(Parameter::Width, json!(size.width)), (Parameter::Height, json!(size.height))]
}

fn settings(request: &ImageRequest) -> Vec<(Parameter, Value)> {
    let settings = &request.settings;
    let Expand { left, right, top, bottom } = settings.expand.unwrap_or_default();
    let pixels = |side: u32| (side > 0).then(|| json!(side));
    let all = [
        (Parameter::Seed, request.seed.map(|seed| json!(seed))),
        (Parameter::Quality, settings.quality.map(|quality| json!(quality))),
        (Parameter::Strength, settings.strength.map(number)),
        (Parameter::Steps, settings.steps.map(|steps| json!(steps))),
        (Parameter::Guidance, settings.guidance.map(number)),
        (Parameter::Sampler, settings.sampler.as_ref().map(|sampler| json!(sampler))),
        (Parameter::Scheduler, settings.scheduler.as_ref().map(|scheduler| json!(scheduler))),
        (Parameter::StylePreset, settings.style_preset.as_ref().map(|preset| json!(preset))),
        (Parameter::Creativity, settings.creativity.map(number)),
        (Parameter::ControlStrength, settings.control_strength.map(number)),
        (Parameter::ExpandLeft, pixels(left)),
        (Parameter::ExpandRight, pixels(right)),
        (Parameter::ExpandTop, pixels(top)),
        (Parameter::ExpandBottom, pixels(bottom)),
        (Parameter::Scale, settings.scale.map(|scale| json!(scale))),
        (Parameter::UpscaleMode, settings.upscale_mode.map(|mode| json!(mode))),
        (Parameter::Background, settings.background.map(|background| json!(background))),
        (Parameter::OutputFormat, settings.output_format.map(|format| json!(format))),
        (Parameter::OutputCompression, settings.output_compression.map(|compression| json!(compression))),
        (Parameter::Moderation, settings.moderation.map(|moderation| json!(moderation))),
        (Parameter::SafetyLevel, settings.safety_level.map(|level| json!(level))),
    ];
    given(all)
}

fn given<const N: usize>(all: [(Parameter, Option<Value>); N]) -> Vec<(Parameter, Value)> {
    all.into_iter().filter_map(|(parameter, value)| Some((parameter, value?))).collect()
}
