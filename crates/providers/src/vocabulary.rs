//! What a vendor has a word for. Anything else that a request asks for is refused before anything is sent, not dropped.

use serde_json::Value;

use crate::error::{Class, Error};
use crate::request::{ImageRequest, Settings, TaskType};

/// The words of a vendor, or of one of its protocols.
#[derive(Debug)]
pub struct Vocabulary {
    /// Who it is, for the operator.
    pub vendor: &'static str,
    /// What it can be asked for.
    pub tasks: &'static [TaskType],
    /// The parameters it takes, by their names in [`ImageRequest`] and [`Settings`]. Those that only one task uses
    /// (`expand`, `scale`, `search_prompt`) come with the task.
    pub parameters: &'static [&'static str],
}

impl Vocabulary {
    /// Refuses a request that says what the vendor has no word for.
    ///
    /// # Errors
    /// [`Class::InvalidRequest`].
    pub fn check(&self, request: &ImageRequest) -> Result<(), Error> {
        if !self.tasks.contains(&request.task_type) {
            return Err(self.unsupported(&format!("{:?}", request.task_type)));
        }
        match said(request).into_iter().find(|(name, said)| *said && !self.parameters.contains(name)) {
            Some((name, _)) => Err(self.unsupported(name)),
            None => Ok(()),
        }
    }

    /// The error for something that it cannot be asked for.
    pub fn unsupported(&self, what: &str) -> Error {
        Error::new(Class::InvalidRequest, format!("{} cannot be asked for: {what}", self.vendor))
    }

    /// The seed, for vendors whose seeds are below 2³¹.
    ///
    /// # Errors
    /// [`Class::InvalidRequest`] for a larger one: another seed would make another picture.
    pub fn seed(&self, request: &ImageRequest) -> Result<Option<i32>, Error> {
        let Some(seed) = request.seed else { return Ok(None) };
        i32::try_from(seed).map(Some).map_err(|_| self.unsupported("a seed from 2147483648 on"))
    }
}

/// What a request says. All settings are named here, so that a new one cannot be forgotten.
fn said(request: &ImageRequest) -> Vec<(&'static str, bool)> {
    let Settings {
        quality,
        strength,
        steps,
        guidance,
        sampler,
        scheduler,
        style_preset,
        creativity,
        control_strength,
        expand,
        scale,
        upscale_mode,
        search_prompt,
        background,
        output_format,
        output_compression,
        moderation,
        safety_level,
        extra: _, // The operator allowed it by name.
    } = &request.settings;
    let is = |tasks: &[TaskType]| tasks.contains(&request.task_type);
    let searches = is(&[TaskType::Erase, TaskType::SearchReplace, TaskType::Recolor]);
    vec![
        ("negative_prompt", request.negative_prompt.is_some()),
        ("images", !request.images.is_empty()),
        ("mask", request.mask.is_some()),
        ("references", !request.references.is_empty()),
        ("style_image", request.style_image.is_some()),
        ("size", request.size.is_some()),
        ("count", request.count > 1),
        ("seed", request.seed.is_some()),
        ("quality", quality.is_some()),
        ("strength", strength.is_some()),
        ("steps", steps.is_some()),
        ("guidance", guidance.is_some()),
        ("sampler", sampler.is_some()),
        ("scheduler", scheduler.is_some()),
        ("style_preset", style_preset.is_some()),
        ("creativity", creativity.is_some()),
        ("control_strength", control_strength.is_some()),
        ("expand", expand.is_some() && !is(&[TaskType::Outpaint])),
        ("scale", scale.is_some() && !is(&[TaskType::Upscale])),
        ("upscale_mode", upscale_mode.is_some()),
        ("search_prompt", search_prompt.is_some() && !searches),
        ("background", background.is_some()),
        ("output_format", output_format.is_some()),
        ("output_compression", output_compression.is_some()),
        ("moderation", moderation.is_some()),
        ("safety_level", safety_level.is_some()),
    ]
}

/// A number as it was written: 0.3 and not 0.30000001192092896, which is what the same number is in twice the bits.
pub fn number(written: f32) -> Value {
    written.to_string().parse::<f64>().ok().map_or(Value::Null, Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_as_they_were_written() {
        assert_eq!([number(0.3), number(7.5), number(1.0)].map(|number| number.to_string()), ["0.3", "7.5", "1.0"]);
        assert_eq!(number(f32::NAN), Value::Null);
    }
}
