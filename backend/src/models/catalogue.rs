//! What the catalogue files declare: tools with their parameters, models with their prices, styles. Plain data;
//! reading and checking the files is `services::catalogue`.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use providers::size::SizeRule;
use serde::{Deserialize, Serialize};

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
}

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
    /// Most characters of a text.
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
    /// Words, at most `max_length` characters, in several lines.
    Text,
    /// The id of one of the caller's files.
    File,
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

/// An AI model and what it costs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AiModel {
    /// Stable name.
    pub id: String,
    /// Who runs it; `embedded` is this program.
    pub provider: String,
    /// What people call it.
    pub name: Localized,
    /// The tools it serves.
    pub task_types: Vec<String>,
    /// Credits for one picture. Without a price it is not offered.
    pub price: Option<Price>,
    /// What only a vendor's model has.
    #[serde(default)]
    pub vendor: Option<VendorModel>,
}

impl AiModel {
    /// Whether it takes a parameter that not all models take.
    #[must_use]
    pub fn takes(&self, parameter: &str) -> bool {
        self.vendor.as_ref().is_some_and(|vendor| vendor.takes.iter().any(|taken| taken == parameter))
    }
}

/// A model as its vendor knows it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorModel {
    /// Its name at the vendor.
    pub wire_id: String,
    /// Switches of the adapter and fixed fields of the model.
    #[serde(default)]
    pub options: serde_json::Map<String, serde_json::Value>,
    /// What it calls its fields, where the vendor hosts models of many makers.
    #[serde(default)]
    pub inputs: providers::Inputs,
    /// The sizes it makes; without them the vendor chooses.
    #[serde(default)]
    pub sizes: Option<SizeRule>,
    /// Pictures of one request.
    #[serde(default = "one")]
    pub max_count: u32,
    /// Parameters that not all models take and this one does.
    #[serde(default)]
    pub takes: Vec<String>,
    /// The values that it takes of a choice, where these are not all.
    #[serde(default)]
    pub choices: BTreeMap<String, Vec<String>>,
    /// Languages that its prompts may be in.
    #[serde(default)]
    pub prompt_languages: Vec<PromptLanguage>,
    /// How long a picture takes, about.
    pub seconds: f64,
}

const fn one() -> u32 {
    1
}

/// A language that a model reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PromptLanguage {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// A vendor of models.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Stable name, which also names its variables.
    pub id: String,
    /// The shape of its interface.
    pub wire: String,
    /// What people call it.
    pub name: Localized,
    /// Where its interface is, unless the operator says another place.
    #[serde(default)]
    pub base_url: Option<String>,
    /// Where a key is made.
    #[serde(default)]
    pub key_page: Option<String>,
    /// What the operator has to give.
    pub needs: Need,
    /// Requests that one account runs at once.
    pub concurrency: usize,
    /// Its share of the tasks that name no model, among vendors that have one and models of one price.
    #[serde(default)]
    pub weight: Option<NonZeroU32>,
    /// How the calls are signed that it makes when a request has ended, if it makes any.
    #[serde(default)]
    pub webhooks: Option<Webhooks>,
}

/// What the signature of a vendor's calls is checked with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Webhooks {
    /// A secret of the account, which the operator copies from the vendor's pages.
    AccountSecret,
    /// A secret of ours, which the vendor is told with each request.
    RequestSecret,
    /// Keys that the vendor publishes at this address.
    KeysAt(String),
}

/// What makes a vendor usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A key.
    Key,
    /// Its address; a key only where it wants one.
    Address,
}

/// The price of one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Price {
    /// The setting `task_cost_credits`.
    Named(NamedPrice),
    /// So many credits.
    Credits(u32),
}

/// Prices that have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedPrice {
    /// The setting `task_cost_credits`.
    Default,
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
