//! What fills the slots, pictures aside.

use serde_json::{Value, json};

use super::id;
use super::template::{Template, is_value};
use crate::error::{Class, Error};
use crate::request::{ImageRequest, TaskType};
use crate::syntax::{Syntax, neutralise};
use crate::vocabulary::number;

/// Fills all slots that are not pictures, and gives the seed. `request_id`, best bound to the `filename_prefix` of what
/// saves, makes each graph another one: the server takes a graph that it has seen from its cache, without new files.
///
/// # Errors
/// [`Class::InvalidRequest`] for what is asked for without a slot for it.
pub fn fill(template: &mut Template, request: &ImageRequest, prompt_id: &str) -> Result<Option<u32>, Error> {
    refuse_the_unknown(request)?;
    for (slot, value) in asked(request)? {
        if !template.has(&slot) {
            return Err(unsupported(&slot));
        }
        template.fill(&slot, &value);
    }
    let words = neutralise(&request.prompt, &[Syntax::Choice]);
    // These tasks need no words; what comes with them is a sentence of ours.
    let wordless = matches!(request.task_type, TaskType::Upscale | TaskType::RemoveBackground);
    if !words.is_empty() && !template.has("prompt") && !wordless {
        return Err(unsupported("prompt"));
    }
    // Also when it is empty: what stands in the graph was only an example.
    template.fill("prompt", &json!(words));
    template.fill("count", &json!(request.count));
    template.fill("model", &json!(request.model.wire_id));
    template.fill("request_id", &json!(prompt_id));
    let seed = request.seed.unwrap_or_else(|| id::seed(&request.request_id));
    template.fill("seed", &json!(seed));
    Ok(template.has("seed").then_some(seed))
}

/// What is asked for, by the name of its slot.
fn asked(request: &ImageRequest) -> Result<Vec<(String, Value)>, Error> {
    let settings = &request.settings;
    let size = request.size.as_ref();
    let known = [
        ("negative_prompt", request.negative_prompt.as_ref().map(|words| json!(neutralise(words, &[Syntax::Choice])))),
        ("width", size.map(|size| json!(size.width))),
        ("height", size.map(|size| json!(size.height))),
        ("count", (request.count > 1).then(|| json!(request.count))),
        ("seed", request.seed.map(|seed| json!(seed))),
        ("strength", settings.strength.map(number)),
        ("steps", settings.steps.map(|steps| json!(steps))),
        ("guidance", settings.guidance.map(number)),
        ("sampler", settings.sampler.as_ref().map(|name| json!(name))),
        ("scheduler", settings.scheduler.as_ref().map(|name| json!(name))),
        ("style_preset", settings.style_preset.as_ref().map(|name| json!(name))),
        ("creativity", settings.creativity.map(number)),
        ("control_strength", settings.control_strength.map(number)),
        ("scale", settings.scale.map(|scale| json!(scale))),
        ("search_prompt", settings.search_prompt.as_ref().map(|words| json!(neutralise(words, &[Syntax::Choice])))),
    ];
    let mut asked = Vec::new();
    // First, so that they can replace nothing of ours.
    for (slot, value) in &settings.extra {
        // Any other text might name a file, and anything else is a link.
        if !is_value(value) || value.is_string() {
            return Err(unsupported(&format!("{slot} that is neither number nor switch")));
        }
        asked.push((slot.clone(), value.clone()));
    }
    asked.extend(known.into_iter().filter_map(|(slot, value)| Some((slot.to_owned(), value?))));
    Ok(asked)
}

/// What no slot stands for.
fn refuse_the_unknown(request: &ImageRequest) -> Result<(), Error> {
    let settings = &request.settings;
    let set = [
        ("quality", settings.quality.is_some()),
        ("borders", settings.expand.is_some() && request.task_type != TaskType::Outpaint),
        ("mode of enlarging", settings.upscale_mode.is_some()),
        ("background", settings.background.is_some()),
        ("output format", settings.output_format.is_some()),
        ("output compression", settings.output_compression.is_some()),
        ("moderation", settings.moderation.is_some()),
        ("safety level", settings.safety_level.is_some()),
    ];
    match set.into_iter().find(|(_, set)| *set) {
        Some((name, _)) => Err(unsupported(name)),
        None => Ok(()),
    }
}

pub fn unsupported(what: &str) -> Error {
    Error::new(Class::InvalidRequest, format!("the workflow cannot be asked for: {what}"))
}
