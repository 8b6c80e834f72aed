//! What each of the models is told that a task may be run on.

use super::build::{Text, build};
use super::language::is_read;
use super::words::Words;
use crate::error::{Code, Failure};
use crate::models::catalogue::{AiModel, NEGATIVE_PROMPT, PROMPT};
use crate::models::locale::Locale;
use crate::models::prompt::{BuiltPrompt, PromptDetails, Used};

/// What the models are told.
#[derive(Debug, Clone)]
pub struct Told {
    /// What a task keeps of it.
    pub details: PromptDetails,
    /// The text for the first of them.
    pub first: Text,
}

/// Builds the text for each model. Those that would stand in for the first are left out where they take less, or do not
/// read what the first reads: the picture would be another one at the same price.
///
/// # Errors
/// `parameter_invalid` when the text is longer than the first model takes; it says what is left for the own words.
pub fn tell(words: &Words<'_>, models: &mut Vec<&AiModel>, locale: Locale) -> Result<Told, Failure> {
    let model = *models.first().ok_or_else(|| Failure::internal("words for no model"))?;
    let first = build(words, model, locale);
    check_length(words, &first, model)?;
    let written = words.written();
    let mut built: Vec<BuiltPrompt> = Vec::new();
    let read = is_read(&written, model);
    models.retain(|other| {
        let text = build(words, other, locale);
        let fits = check_length(words, &text, other).is_ok() && (!read || is_read(&written, other));
        if fits {
            add(&mut built, &other.id, text);
        }
        fits
    });
    let details = PromptDetails {
        template: words.template.map(|template| Used { id: template.id.clone(), version: template.version }),
        slots: words.slots.clone(),
        style: words.style.map(|style| Used { id: style.id.clone(), version: style.version }),
        avoid_in_words: words.avoid_in_words,
        original_prompt: words.original.clone(),
        built,
    };
    Ok(Told { details, first })
}

/// Most models are told the same.
fn add(built: &mut Vec<BuiltPrompt>, model: &str, text: Text) {
    let same = built
        .iter_mut()
        .find(|known| known.prompt == text.prompt && known.negative_prompt == text.negative_prompt && known.language == text.language);
    match same {
        Some(known) => known.models.push(model.to_owned()),
        None => built.push(BuiltPrompt {
            models: vec![model.to_owned()],
            prompt: text.prompt,
            negative_prompt: text.negative_prompt,
            language: text.language,
        }),
    }
}

fn check_length(words: &Words<'_>, text: &Text, model: &AiModel) -> Result<(), Failure> {
    let parts = [
        ("parameters.prompt", &words.own, Some(&text.prompt), model.most_characters(PROMPT)),
        ("parameters.negativePrompt", &words.negative, text.negative_prompt.as_ref(), model.most_characters(NEGATIVE_PROMPT)),
    ];
    for (field, own, whole, most) in parts {
        let (Some(whole), Some(most)) = (whole, most) else { continue };
        let (own, whole) = (own.chars().count(), whole.chars().count());
        if whole > most {
            let maximum = most.saturating_sub(whole.saturating_sub(own));
            return Err(Failure::new(Code::ParameterInvalid).field(field, "too_long").field_with("maximum", maximum));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::models::catalogue::Bounds;
    use crate::models::task::NewTask;
    use crate::services::catalogue::Catalogue;

    #[test]
    fn a_text_too_long_for_the_model_says_what_is_left_for_the_own_words() {
        let catalogue = Catalogue::load(Path::new("/nonexistent")).unwrap();
        let new = serde_json::json!({ "taskType": "text_to_image", "style": "ink-wash", "parameters": { "prompt": "山".repeat(100) } });
        let new: NewTask = serde_json::from_value(new).unwrap();
        let words = Words::of(&catalogue, catalogue.tool("text_to_image").unwrap(), &new, &new.parameters).unwrap().unwrap();
        let mut model = catalogue.models.iter().find(|model| model.vendor.is_some()).unwrap().clone();
        model.limits = [(PROMPT.to_owned(), Bounds { minimum: None, maximum: Some(110.0) })].into();
        let refused = tell(&words, &mut vec![&model], Locale::ZhCn).unwrap_err();
        let left: usize = refused.fields[0].values[0].1.parse().unwrap();
        assert_eq!((refused.fields[0].field.as_str(), refused.fields[0].code.as_ref()), ("parameters.prompt", "too_long"));
        let shorter = Words { own: "山".repeat(left), ..words };
        let told = tell(&shorter, &mut vec![&model], Locale::ZhCn).unwrap();
        assert_eq!(told.first.prompt.chars().count(), 110);
    }
}
