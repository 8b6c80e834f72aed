//! Styles and templates of words as they are shown, in one language.

use serde::Serialize;

use crate::models::locale::Locale;
use crate::models::prompt::{Prompts, Slot};

/// A style of words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = PromptStyle)]
#[serde(rename_all = "camelCase")]
pub struct OfferedPromptStyle {
    /// Stable name.
    pub id: String,
    /// Raised with every change of its words.
    pub version: u32,
    /// The tools it is for.
    pub task_types: Vec<String>,
    /// Name in the reader's language.
    pub name: String,
    /// What it looks like.
    pub description: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Colours that stand for it, `#rrggbb`.
    pub colors: Vec<String>,
}

/// A template of words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Template)]
#[serde(rename_all = "camelCase")]
pub struct OfferedTemplate {
    /// Stable name.
    pub id: String,
    /// Raised with every change of its words.
    pub version: u32,
    /// The tools it is for.
    pub task_types: Vec<String>,
    /// Name in the reader's language.
    pub name: String,
    /// What to write into the prompt.
    pub description: String,
    /// The shape that goes with it, a value of the parameter `aspectRatio`, for a form to take over.
    pub aspect_ratio: Option<String>,
    /// What can be filled in.
    pub slots: Vec<OfferedSlot>,
}

/// Something to fill in.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Slot)]
#[serde(rename_all = "camelCase")]
pub struct OfferedSlot {
    /// Its name in `slots`.
    pub id: String,
    /// Its label.
    pub title: String,
    /// Whether a text must be given.
    pub required: bool,
    /// Used when nothing is given: the value of a choice, or words.
    pub default: Option<String>,
    /// Most characters of a text.
    pub max_length: usize,
    /// The values; empty for a text.
    pub choices: Vec<OfferedSlotChoice>,
}

/// One value of a slot.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = SlotChoice)]
pub struct OfferedSlotChoice {
    /// The value.
    pub value: String,
    /// Its label.
    pub title: String,
}

/// All styles.
pub fn styles(prompts: &Prompts, locale: Locale) -> Vec<OfferedPromptStyle> {
    let shown = prompts.styles.iter().map(|style| OfferedPromptStyle {
        id: style.id.clone(),
        version: style.version,
        task_types: style.task_types.clone(),
        name: style.name.get(locale).to_owned(),
        description: style.description.get(locale).to_owned(),
        tags: style.tags.iter().map(|tag| tag.get(locale).to_owned()).collect(),
        colors: style.colors.clone(),
    });
    shown.collect()
}

/// All templates.
pub fn templates(prompts: &Prompts, locale: Locale) -> Vec<OfferedTemplate> {
    let shown = prompts.templates.iter().map(|template| OfferedTemplate {
        id: template.id.clone(),
        version: template.version,
        task_types: template.task_types.clone(),
        name: template.name.get(locale).to_owned(),
        description: template.description.get(locale).to_owned(),
        aspect_ratio: template.aspect_ratio.clone(),
        slots: template.slots.iter().map(|slot| offered(slot, locale)).collect(),
    });
    shown.collect()
}

fn offered(slot: &Slot, locale: Locale) -> OfferedSlot {
    let first = slot.choices.first().map(|choice| choice.value.clone());
    let words = slot.default.as_ref().map(|words| words.get(locale).to_owned());
    OfferedSlot {
        id: slot.id.clone(),
        title: slot.title.get(locale).to_owned(),
        required: slot.choices.is_empty() && slot.default.is_none(),
        default: first.or(words),
        max_length: slot.max_length,
        choices: slot
            .choices
            .iter()
            .map(|choice| OfferedSlotChoice { value: choice.value.clone(), title: choice.title.get(locale).to_owned() })
            .collect(),
    }
}
