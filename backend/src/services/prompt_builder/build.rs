//! The text for one model.

use super::fill::fill;
use super::language;
use super::words::Words;
use crate::models::catalogue::{AiModel, Localized, NEGATIVE_PROMPT, PromptLanguage};
use crate::models::locale::Locale;
use crate::models::prompt::Phrasing;

/// What to leave out, all of it together, where the catalogue names no smaller limit.
const NEGATIVE_LENGTH: usize = 2000;

/// The text for one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The final prompt.
    pub prompt: String,
    /// What to leave out, for a model that has a field for it.
    pub negative_prompt: Option<String>,
    /// The language of what was added.
    pub language: PromptLanguage,
    /// What style and template would leave out, and the model is not told.
    pub dropped: Option<String>,
}

/// Puts the words together for a model. Without a template and a style the prompt is the own words, letter by letter.
pub fn build(words: &Words<'_>, model: &AiModel, locale: Locale) -> Text {
    let language = language::of_additions(&words.own, model, locale);
    let phrasing = model.vendor.as_ref().map(|vendor| vendor.phrasing).unwrap_or_default();
    let mut prompt = templated(words, phrasing, language);
    if let (Some(style), Some(frame)) = (words.style, words.frame) {
        prompt = framed(frame.style.get(phrasing, language), &prompt, "style", style.words.get(phrasing, language));
    }
    let (negative_prompt, untold) = negatives(words, model, language);
    let mut dropped = untold;
    if let (true, Some(avoid), Some(frame)) = (words.avoid_in_words && negative_prompt.is_none(), &dropped, words.frame) {
        prompt = framed(frame.avoid.get(phrasing, language), &prompt, "avoid", avoid);
        dropped = None;
    }
    Text { prompt, negative_prompt, language, dropped }
}

fn templated(words: &Words<'_>, phrasing: Phrasing, language: PromptLanguage) -> String {
    let Some(template) = words.template else { return words.own.clone() };
    fill(template.words.get(phrasing, language), |name| {
        if name == "prompt" {
            return Some(without_end(&words.own).to_owned());
        }
        let slot = template.slots.iter().find(|slot| slot.id == name)?;
        Some(words.slot(slot, language))
    })
}

fn framed(frame: &str, words: &str, name: &str, value: &str) -> String {
    fill(frame, |part| match part {
        "words" => Some(without_end(words).to_owned()),
        part if part == name => Some(value.to_owned()),
        _ => None,
    })
}

/// Words that are followed by others lose the sign that ends a sentence.
fn without_end(words: &str) -> &str {
    words.trim().trim_end_matches(['.', '。', ',', '，', ';', '；', '、', ' '])
}

/// What the model is told to leave out, and what it is not told: own words first, then the template's and the style's as
/// far as there is room.
fn negatives(words: &Words<'_>, model: &AiModel, language: PromptLanguage) -> (Option<String>, Option<String>) {
    let template = words.template.and_then(|template| template.negative.as_ref());
    let style = words.style.and_then(|style| style.negative.as_ref());
    let fixed = [template, style].into_iter().flatten().map(|text: &Localized| text.get(language.locale()).to_owned());
    let own = Some(words.negative.trim().to_owned()).filter(|text| !text.is_empty());
    let join = |parts: Vec<String>| (!parts.is_empty()).then(|| parts.join(if language == PromptLanguage::Zh { "，" } else { ", " }));
    if !model.takes(NEGATIVE_PROMPT) {
        return (None, join(fixed.collect()));
    }
    let most = model.most_characters(NEGATIVE_PROMPT).unwrap_or(NEGATIVE_LENGTH);
    let (mut told, mut untold) = (own.into_iter().collect::<Vec<_>>(), Vec::new());
    for part in fixed {
        let length: usize = told.iter().chain([&part]).map(|text| text.chars().count() + 2).sum();
        if length <= most { told.push(part) } else { untold.push(part) }
    }
    (join(told), join(untold))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::models::catalogue::Bounds;
    use crate::models::task::NewTask;
    use crate::services::catalogue::Catalogue;

    fn catalogue() -> Catalogue {
        Catalogue::load(Path::new("/nonexistent")).unwrap()
    }

    /// A model of the catalogue that reads these languages and takes these parameters.
    fn model(catalogue: &Catalogue, languages: &[PromptLanguage], takes: &[&str], phrasing: Phrasing) -> AiModel {
        let mut model = catalogue.models.iter().find(|model| model.vendor.is_some()).unwrap().clone();
        let vendor = model.vendor.as_mut().unwrap();
        vendor.prompt_languages = languages.to_vec();
        vendor.phrasing = phrasing;
        model.takes = takes.iter().map(|name| (*name).to_owned()).collect();
        model.limits = [(NEGATIVE_PROMPT.to_owned(), Bounds { minimum: None, maximum: Some(60.0) })].into();
        model
    }

    fn told(catalogue: &Catalogue, model: &AiModel, new: &serde_json::Value) -> Text {
        let new: NewTask = serde_json::from_value(new.clone()).unwrap();
        let tool = catalogue.tool(&new.task_type).unwrap();
        let words = Words::of(catalogue, tool, &new, &new.parameters).unwrap().unwrap();
        build(&words, model, Locale::ZhCn)
    }

    const BOTH: [PromptLanguage; 2] = [PromptLanguage::Zh, PromptLanguage::En];

    #[test]
    fn own_words_alone_are_told_letter_by_letter() {
        let catalogue = catalogue();
        let model = model(&catalogue, &BOTH, &[], Phrasing::Sentence);
        let new = serde_json::json!({ "taskType": "text_to_image", "parameters": { "prompt": " {style} a cat. \n" } });
        let text = told(&catalogue, &model, &new);
        assert_eq!((text.prompt.as_str(), text.negative_prompt, text.dropped), (" {style} a cat. \n", None, None));
    }

    #[test]
    fn a_model_that_reads_english_only_gets_english_additions_and_one_that_likes_keywords_keywords() {
        let catalogue = catalogue();
        let new = serde_json::json!({ "taskType": "text_to_image", "style": "ink-wash", "parameters": { "prompt": "山里的小屋。" } });
        let both = told(&catalogue, &model(&catalogue, &BOTH, &[], Phrasing::Sentence), &new);
        assert!(both.prompt.starts_with("山里的小屋。整体呈现为一幅中国传统水墨画"), "{}", both.prompt);
        let english = told(&catalogue, &model(&catalogue, &[PromptLanguage::En], &[], Phrasing::Sentence), &new);
        assert!(english.prompt.starts_with("山里的小屋. The picture is a traditional Chinese ink wash painting"), "{}", english.prompt);
        assert_eq!(english.language, PromptLanguage::En);
        let keywords = told(&catalogue, &model(&catalogue, &[PromptLanguage::En], &[], Phrasing::Keywords), &new);
        assert!(keywords.prompt.starts_with("山里的小屋, chinese ink wash painting, "), "{}", keywords.prompt);
    }

    #[test]
    fn slots_are_filled_or_take_their_default_and_mean_nothing_themselves() {
        let catalogue = catalogue();
        let model = model(&catalogue, &BOTH, &[], Phrasing::Sentence);
        let new = serde_json::json!({ "taskType": "text_to_image", "template": "portrait", "parameters": { "prompt": "an old sailor" },
            "slots": { "light": "golden", "background": "{shot} harbour" } });
        let prompt = told(&catalogue, &model, &new).prompt;
        let wanted = "A half-length portrait of an old sailor, warm back light at golden hour, in front of {shot} harbour, clear eyes, natural hands.";
        assert_eq!(prompt, wanted);
    }

    #[test]
    fn what_to_leave_out_goes_into_its_field_or_into_words_or_is_said_to_be_dropped() {
        let catalogue = catalogue();
        let new = |more: bool| {
            serde_json::json!({ "taskType": "text_to_image", "style": "gongbi", "template": "portrait", "avoidInWords": more,
                "parameters": { "prompt": "a lady", "negativePrompt": "hats" } })
        };
        let with_field = model(&catalogue, &BOTH, &["negativePrompt"], Phrasing::Sentence);
        let text = told(&catalogue, &with_field, &new(true));
        assert_eq!(text.negative_prompt.as_deref(), Some("hats, deformed hands, extra fingers, crossed eyes"));
        assert_eq!(text.dropped.as_deref(), Some("photograph, rough brushwork, 3d render"), "there is room for 60 characters");
        let without = model(&catalogue, &BOTH, &[], Phrasing::Sentence);
        let text = told(&catalogue, &without, &new(false));
        assert_eq!((text.negative_prompt.is_none(), text.dropped.is_some()), (true, true));
        let text = told(&catalogue, &without, &new(true));
        assert!(
            text.prompt.ends_with("Do not include: deformed hands, extra fingers, crossed eyes, photograph, rough brushwork, 3d render."),
            "{}",
            text.prompt
        );
        assert_eq!(text.dropped, None);
    }
}
