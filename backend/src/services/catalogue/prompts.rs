//! The files that say how words are told: `prompts.toml` with frames and templates, `prompt-styles.toml`.

pub mod offer;

use std::collections::HashSet;
use std::path::Path;

use super::CatalogueError;
use super::load::file;
use crate::models::catalogue::{ASPECT_RATIO, Localized, Tool};
use crate::models::prompt::{Frame, PromptStyle, Prompts, Template, Wording};
use crate::services::prompt_builder::fill::names;

const PROMPTS: &str = "prompts.toml";
const STYLES: &str = "prompt-styles.toml";

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[serde(default)]
    frame: Vec<Frame>,
    #[serde(default)]
    template: Vec<Template>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Styles {
    #[serde(default)]
    style: Vec<PromptStyle>,
}

/// Reads both files; those in `overrides` replace those compiled in.
pub(super) fn load(overrides: &Path) -> Result<Prompts, CatalogueError> {
    let words: Words = file(&overrides.join(PROMPTS), include_str!("../../../../catalogue/prompts.toml"))?;
    let styles: Styles = file(&overrides.join(STYLES), include_str!("../../../../catalogue/prompt-styles.toml"))?;
    Ok(Prompts { frames: words.frame, templates: words.template, styles: styles.style })
}

/// # Errors
/// The file, and what is wrong with it.
pub(super) fn check(prompts: &Prompts, tools: &[Tool]) -> Result<(), (&'static str, String)> {
    let told = |task_types: &[String]| {
        let takes_words = |task_type: &String| tools.iter().any(|tool| &tool.task_type == task_type && tool.takes_words());
        !task_types.is_empty() && task_types.iter().all(takes_words)
    };
    for frame in &prompts.frames {
        let complete = wordings_name(&frame.style, &["words", "style"]) && wordings_name(&frame.avoid, &["words", "avoid"]);
        if !complete || !told(&frame.task_types) {
            return Err((PROMPTS, format!("the frame of {} is not complete", frame.task_types.join(", "))));
        }
    }
    let mut seen = HashSet::new();
    for template in &prompts.templates {
        let sound = is_sound(template) && is_shaped(template, tools);
        if !seen.insert(&template.id) || template.version == 0 || !told(&template.task_types) || !sound {
            return Err((PROMPTS, format!("the template {} is not complete, or there are two", template.id)));
        }
    }
    let mut seen = HashSet::new();
    for style in &prompts.styles {
        let framed = style.task_types.iter().all(|task_type| prompts.frame(task_type).is_some());
        let coloured = !style.colors.is_empty() && style.colors.iter().all(|color| super::super::tasks::parameters::color(color).is_some());
        if !seen.insert(&style.id) || style.version == 0 || !told(&style.task_types) || !framed || !coloured {
            return Err((STYLES, format!("the style {} is not complete, or there are two", style.id)));
        }
    }
    Ok(())
}

/// Whether a template names the own words and every slot once, in each of its wordings, and nothing else.
fn is_sound(template: &Template) -> bool {
    let slots: Vec<&str> = template.slots.iter().map(|slot| slot.id.as_str()).chain(["prompt"]).collect();
    wordings_name(&template.words, &slots)
}

/// Whether all tools of a template have the shape that goes with it.
fn is_shaped(template: &Template, tools: &[Tool]) -> bool {
    let Some(shape) = &template.aspect_ratio else { return true };
    let has_it = |tool: &Tool| {
        let ratio = tool.parameters.iter().find(|parameter| parameter.name == ASPECT_RATIO);
        ratio.is_some_and(|ratio| ratio.choices.iter().any(|choice| choice.value == shape.as_str()))
    };
    tools.iter().filter(|tool| template.task_types.contains(&tool.task_type)).all(has_it)
}

fn wordings_name(wording: &Wording, wanted: &[&str]) -> bool {
    let wordings = std::iter::once(&wording.sentence).chain(&wording.keywords);
    let mut texts = wordings.flat_map(Localized::both);
    texts.all(|text| {
        let (mut named, mut wanted) = (names(text), wanted.to_vec());
        named.sort_unstable();
        wanted.sort_unstable();
        named == wanted
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::catalogue::Catalogue;

    #[test]
    fn there_are_styles_for_pictures_from_words_and_for_edits() {
        let prompts = Catalogue::load(Path::new("/nonexistent")).unwrap().prompts;
        for task_type in ["text_to_image", "image_edit", "image_to_image", "sketch_to_image", "structure_to_image"] {
            let styles = prompts.styles.iter().filter(|style| prompts.style(&style.id, task_type).is_some()).count();
            assert!(styles >= 20, "{styles} styles for {task_type}");
        }
    }

    #[test]
    fn every_tool_that_takes_words_has_templates_with_something_to_fill_in() {
        let catalogue = Catalogue::load(Path::new("/nonexistent")).unwrap();
        for tool in catalogue.tools.iter().filter(|tool| tool.takes_words()) {
            let mut templates = catalogue.prompts.templates.iter().filter(|template| template.task_types.contains(&tool.task_type));
            assert!(templates.any(|template| !template.slots.is_empty()), "{}", tool.task_type);
        }
    }

    #[test]
    fn a_template_that_forgets_a_slot_or_names_one_that_is_not_there_is_refused() {
        let wording = |sentence: &str| Wording {
            sentence: toml::from_str(&format!("zh-CN = '{sentence}'\nen = '{sentence}'")).unwrap(),
            keywords: None,
        };
        assert!(wordings_name(&wording("{prompt} in {light}"), &["light", "prompt"]));
        for wrong in ["{prompt}", "{prompt} {light} {prompt}", "{prompt} {light} {place}"] {
            assert!(!wordings_name(&wording(wrong), &["light", "prompt"]), "{wrong}");
        }
    }
}
