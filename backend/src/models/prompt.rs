//! Words for models: styles and templates of the catalogue, what a task keeps of them, and what is said about them
//! before anything is charged. Plain data; `services::prompt_builder` puts them together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::catalogue::{Localized, PromptLanguage};

/// How a model likes to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phrasing {
    /// Whole sentences.
    #[default]
    Sentence,
    /// Keywords with commas between, as Stable Diffusion and its kin were taught.
    Keywords,
}

/// A wording in both ways of telling.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// For models that read sentences.
    pub sentence: Localized,
    /// For models that read keywords; without them those get the sentence too.
    #[serde(default)]
    pub keywords: Option<Localized>,
}

impl Wording {
    /// The wording for a model, in a language.
    #[must_use]
    pub fn get(&self, phrasing: Phrasing, language: PromptLanguage) -> &str {
        let chosen = self.keywords.as_ref().filter(|_| phrasing == Phrasing::Keywords).unwrap_or(&self.sentence);
        chosen.get(language.locale())
    }
}

/// A look that can be added to a person's own words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptStyle {
    /// Stable name.
    pub id: String,
    /// Raised with every change of its words.
    pub version: u32,
    /// The tools it is for.
    pub task_types: Vec<String>,
    /// What people call it.
    pub name: Localized,
    /// What it looks like.
    pub description: Localized,
    /// Words to find it by.
    pub tags: Vec<Localized>,
    /// Colours that stand for it, `#rrggbb`: no picture is shown that no model made.
    pub colors: Vec<String>,
    /// What it says: the noun that a picture is, "an ink wash painting with …".
    pub words: Wording,
    /// What would spoil it.
    #[serde(default)]
    pub negative: Option<Localized>,
}

/// What the catalogue says of words.
#[derive(Debug, Clone, Default)]
pub struct Prompts {
    /// How words are joined.
    pub frames: Vec<Frame>,
    /// The templates, in the order in which they are shown.
    pub templates: Vec<Template>,
    /// The styles, in the order in which they are shown.
    pub styles: Vec<PromptStyle>,
}

impl Prompts {
    /// The template of an id, for a tool.
    #[must_use]
    pub fn template(&self, id: &str, task_type: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id && is_for(&template.task_types, task_type))
    }

    /// The style of an id, for a tool.
    #[must_use]
    pub fn style(&self, id: &str, task_type: &str) -> Option<&PromptStyle> {
        self.styles.iter().find(|style| style.id == id && is_for(&style.task_types, task_type))
    }

    /// The frame of a tool.
    #[must_use]
    pub fn frame(&self, task_type: &str) -> Option<&Frame> {
        self.frames.iter().find(|frame| is_for(&frame.task_types, task_type))
    }
}

fn is_for(task_types: &[String], task_type: &str) -> bool {
    task_types.iter().any(|known| known == task_type)
}

/// A sentence around a person's own words, with slots.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Stable name.
    pub id: String,
    /// Raised with every change of its words.
    pub version: u32,
    /// The tools it is for.
    pub task_types: Vec<String>,
    /// What people call it.
    pub name: Localized,
    /// What it is good for.
    pub description: Localized,
    /// What it says; `{prompt}` are the person's own words, `{…}` a slot.
    pub words: Wording,
    /// What would spoil it.
    #[serde(default)]
    pub negative: Option<Localized>,
    /// The shape that goes with it, a value of the parameter `aspectRatio`: a form takes it over.
    #[serde(default)]
    pub aspect_ratio: Option<String>,
    /// What can be filled in.
    #[serde(default, rename = "slot")]
    pub slots: Vec<Slot>,
}

/// Something to fill in. With choices it is one of them, otherwise a short text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Its name between braces.
    pub id: String,
    /// Its label.
    pub title: Localized,
    /// A text that is used when none is given. Without it one must be given; of choices the first is used.
    #[serde(default)]
    pub default: Option<Localized>,
    /// Most characters of a text.
    #[serde(default = "slot_length")]
    pub max_length: usize,
    /// The values.
    #[serde(default)]
    pub choices: Vec<SlotChoice>,
}

/// A slot is a few words; a whole description belongs into the prompt.
const fn slot_length() -> usize {
    120
}

/// One value of a slot.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotChoice {
    /// The value.
    pub value: String,
    /// Its label.
    pub title: Localized,
    /// What it says.
    pub words: Localized,
}

/// How words, style and what to leave out become one text, for some tools.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// The tools it is for.
    pub task_types: Vec<String>,
    /// `{words}` with a `{style}`.
    pub style: Wording,
    /// `{words}` with what to `{avoid}`, for models that have no field for it.
    pub avoid: Wording,
}

/// A style or template that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Used {
    /// Its stable name.
    pub id: String,
    /// Its version then.
    pub version: u32,
}

/// What a task keeps of its words, so that it can be repeated when the catalogue says something else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PromptDetails {
    /// The template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Used>,
    /// What was filled into its slots.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub slots: BTreeMap<String, String>,
    /// The style.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<Used>,
    /// Whether what to leave out is said in words to models that have no field for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub avoid_in_words: bool,
    /// What somebody wrote before it was improved or translated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_prompt: Option<String>,
    /// What each of the models is told; equal texts stand here once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub built: Vec<BuiltPrompt>,
}

/// What some models are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuiltPrompt {
    /// The models.
    pub models: Vec<String>,
    /// The final prompt.
    pub prompt: String,
    /// What to leave out, for models that have a field for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// The language of what was added to the person's own words.
    pub language: PromptLanguage,
}

impl PromptDetails {
    /// What a model is told.
    #[must_use]
    pub fn told(&self, model: &str) -> Option<&BuiltPrompt> {
        self.built.iter().find(|built| built.models.iter().any(|name| name == model))
    }
}

/// How the words of a task came to be.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskPrompt {
    /// The template, with its version then.
    pub template: Option<Used>,
    /// What was filled into its slots.
    pub slots: BTreeMap<String, String>,
    /// The style, with its version then.
    pub style: Option<Used>,
    /// Whether what to leave out was said in words.
    pub avoid_in_words: bool,
    /// What was written before it was improved or translated.
    pub original_prompt: Option<String>,
    /// What the model was told to leave out.
    pub negative_prompt: Option<String>,
    /// The language of what was added to the person's own words.
    pub language: Option<PromptLanguage>,
}

/// Something about the words that is better known before a press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PromptWarning {
    /// What it is about.
    pub code: PromptWarningCode,
    /// The same in the reader's language.
    pub message: String,
    /// Models that can be had now and have not this trouble.
    pub alternatives: Vec<String>,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PromptWarningCode {
    /// The model does not read the language of the words.
    PromptLanguage,
    /// The model has no field for what should be left out, so that is not said.
    NegativePromptDropped,
}
