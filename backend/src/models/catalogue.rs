//! What the catalogue files declare: tools with their parameters, models with their prices, styles. Plain data;
//! reading and checking the files is `services::catalogue`.

mod ai_models;
mod providers;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use ai_models::{AiModel, Bounds, NamedPrice, Price, PromptLanguage, VendorModel};
pub use providers::{Market, Need, Provider, Webhooks};

use super::locale::Locale;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    #[serde(rename = "zh-CN")]
    zh_cn: String,
    en: String,
}

impl Localized {
    /// The text in a language.
    #[must_use]
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::ZhCn => &self.zh_cn,
            Locale::En => &self.en,
        }
    }

    /// Both texts, for search.
    #[must_use]
    pub fn both(&self) -> [&str; 2] {
        [&self.zh_cn, &self.en]
    }
}

/// One tool, named by its task type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Stable name, for instance `remove_background`.
    pub task_type: String,
    /// What people call it.
    pub name: Localized,
    /// What it does, in a sentence.
    pub description: Localized,
    /// Which mark its results carry.
    pub ai_mark: AiMark,
    /// How many pictures it works on; each gives one result, unless they are combined.
    pub inputs: InputCount,
    /// Whether all pictures go into one request. The parameter `count` says how many results come out.
    #[serde(default)]
    pub combines_inputs: bool,
    /// Whether a task names a style.
    #[serde(default)]
    pub uses_styles: bool,
    /// The sentence kept with a task; `{style}` is replaced by the style's name.
    #[serde(default)]
    pub prompt: Option<Localized>,
    /// What it may be asked, in the order of the form.
    #[serde(default, rename = "parameter")]
    pub parameters: Vec<Parameter>,
    /// Those of the parameters that several tools have which it has as well; they follow its own.
    #[serde(default)]
    pub common: Vec<String>,
}

impl Tool {
    /// Whether its pictures are made from a person's own words, whatever the model. Where only some models take words, these
    /// help with something else, and no style or template goes with them.
    #[must_use]
    pub fn takes_words(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.name == PROMPT && !parameter.by_model)
    }
}

/// The parameter that holds a person's own words.
pub const PROMPT: &str = "prompt";
/// Most characters of a prompt, where the catalogue does not say otherwise: of own words, of what was written before they
/// were reworded, and of what the text model is asked and answers. More than any vendor reads, less than a book.
pub const PROMPT_LENGTH: usize = 4000;
/// The parameter that names the shape of the picture.
pub const ASPECT_RATIO: &str = "aspectRatio";
/// The parameter that holds what to leave out.
pub const NEGATIVE_PROMPT: &str = "negativePrompt";

/// How many pictures a tool works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InputCount {
    /// At least.
    pub min: usize,
    /// At most.
    pub max: usize,
}

/// How a result came to be, which decides the marks in the file (IPTC digital source type, GB 45438).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AiMark {
    /// Made by a model from nothing but words.
    Generated,
    /// An existing picture changed by a model.
    Edited,
    /// An existing picture improved: enlarged, cut out.
    Enhanced,
    /// No model took part.
    None,
}

/// One parameter of a tool.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Name in `parameters`, camelCase.
    pub name: String,
    /// What values it takes.
    pub kind: ParameterKind,
    /// Its label.
    pub title: Localized,
    /// A sentence of help.
    #[serde(default)]
    pub description: Option<Localized>,
    /// Used when absent; a parameter without one stays absent.
    #[serde(default)]
    pub default: Option<serde_json::Value>,
    /// Least value of a number.
    #[serde(default)]
    pub minimum: Option<f64>,
    /// Greatest value of a number.
    #[serde(default)]
    pub maximum: Option<f64>,
    /// Step of the slider.
    #[serde(default)]
    pub step: Option<f64>,
    /// Most characters of a text. Without it a text in several lines takes [`PROMPT_LENGTH`].
    #[serde(default)]
    pub max_length: Option<usize>,
    /// Whether it must be given.
    #[serde(default)]
    pub required: bool,
    /// Whether only some models take it.
    #[serde(default)]
    pub by_model: bool,
    /// The values of a choice.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Folded away until asked for.
    #[serde(default)]
    pub advanced: bool,
    /// Shown, and taken, only while another parameter has one of these values.
    #[serde(default)]
    pub visible_when: BTreeMap<String, Vec<String>>,
    /// Another parameter that must be given with it.
    #[serde(default)]
    pub needs: Option<String>,
    /// Another parameter that must not be given with it.
    #[serde(default)]
    pub excludes: Option<String>,
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// One of `choices`, a text.
    Choice,
    /// One of `choices`, a whole number.
    IntegerChoice,
    /// A number between `minimum` and `maximum`.
    Number,
    /// A whole number between `minimum` and `maximum`.
    Integer,
    /// True or false.
    Boolean,
    /// `#rrggbb`.
    Color,
    /// Words, at most `max_length` or [`PROMPT_LENGTH`] characters, in several lines.
    Text,
    /// Words in one line, at most `max_length` characters.
    Line,
    /// The id of one of the caller's files.
    File,
    /// The same for a picture that is white where the first picture may change, and as large as it is.
    Mask,
    /// The id of a style.
    Style,
}

/// One value of a choice.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The value.
    pub value: serde_json::Value,
    /// Its label.
    pub title: Localized,
    /// Offered only while the model pack for it is installed.
    #[serde(default)]
    pub needs_pack: Option<NeededPack>,
}

/// The model pack that a choice needs: another one for each value of another parameter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeededPack {
    /// The other parameter, which comes before.
    pub by: String,
    /// Packs by its values. With a value that is not here the choice is never offered.
    pub packs: BTreeMap<String, String>,
}

/// A painting style of the embedded engine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Style {
    /// Stable name.
    pub id: String,
    /// Which output of the style model it is.
    pub index: usize,
    /// What people call it.
    pub name: Localized,
    /// What it looks like.
    pub description: Localized,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
}
