//! AI models and their prices, as the catalogue declares them.

use std::collections::BTreeMap;

use providers::size::SizeRule;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Localized, Parameter, Tool};
use crate::models::cost::Rates;
use crate::models::locale::Locale;
use crate::models::prompt::Phrasing;

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
    /// Parameters that not all models take and this one does.
    #[serde(default)]
    pub takes: Vec<String>,
    /// The values that it makes of a choice, as texts, where these are not all.
    #[serde(default)]
    pub choices: BTreeMap<String, Vec<String>>,
    /// Bounds of its own, where it takes less of a number, or fewer characters of a text, than the tool.
    #[serde(default)]
    pub limits: BTreeMap<String, Bounds>,
    /// Most pictures that a task may bring, where these are fewer than the tool takes.
    #[serde(default)]
    pub max_inputs: Option<usize>,
    /// What only a vendor's model has.
    #[serde(default)]
    pub vendor: Option<VendorModel>,
}

/// What a model takes of a number, both included. For a text, `maximum` is in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// At least.
    #[serde(default)]
    pub minimum: Option<f64>,
    /// At most.
    #[serde(default)]
    pub maximum: Option<f64>,
}

impl AiModel {
    /// The languages that it reads; empty where the catalogue does not say.
    #[must_use]
    pub fn reads(&self) -> &[PromptLanguage] {
        self.vendor.as_ref().map(|vendor| vendor.prompt_languages.as_slice()).unwrap_or_default()
    }

    /// Most characters that it can be told in a text, where the catalogue says so. What it is told is built of the own words,
    /// whose length [`Self::bounds_of`] the parameter rules.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of characters in a file of ours")]
    pub fn most_characters(&self, parameter: &str) -> Option<usize> {
        self.own_bounds(parameter).maximum.map(|most| most as usize)
    }

    fn own_bounds(&self, parameter: &str) -> Bounds {
        self.limits.get(parameter).copied().unwrap_or_default()
    }

    /// Whether it takes a parameter that not all models take.
    #[must_use]
    pub fn takes(&self, parameter: &str) -> bool {
        self.takes.iter().any(|taken| taken == parameter)
    }

    /// Whether it makes a value of a choice.
    #[must_use]
    pub fn makes(&self, parameter: &str, value: &Value) -> bool {
        let written = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.choices.get(parameter).is_none_or(|made| made.contains(&written))
    }

    /// The bounds of a number, or of a text's characters: the tool's, or tighter ones of its own.
    #[must_use]
    pub fn bounds_of(&self, parameter: &Parameter) -> Bounds {
        let own = self.own_bounds(&parameter.name);
        let most = parameter.maximum.or(parameter.max_length.map(|length| length as f64));
        Bounds {
            minimum: own.minimum.into_iter().chain(parameter.minimum).reduce(f64::max),
            maximum: own.maximum.into_iter().chain(most).reduce(f64::min),
        }
    }

    /// What a parameter has when nobody says anything: the tool's default, or else the first value that the model makes.
    #[must_use]
    pub fn default_of<'a>(&self, parameter: &'a Parameter) -> Option<&'a Value> {
        let default = parameter.default.as_ref()?;
        if self.makes(&parameter.name, default) {
            return Some(default);
        }
        parameter.choices.iter().map(|choice| &choice.value).find(|value| self.makes(&parameter.name, value))
    }

    /// Most pictures that a task may bring. A vendor is asked once, so that of a tool that makes a result of each picture it
    /// takes one.
    #[must_use]
    pub fn most_inputs(&self, tool: &Tool) -> usize {
        let at_once = if self.vendor.is_some() && !tool.combines_inputs { 1 } else { tool.inputs.max };
        at_once.min(tool.inputs.max).min(self.max_inputs.unwrap_or(usize::MAX))
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
    /// The tasks in which a size is said; all of them when none is named.
    #[serde(default)]
    pub size_tasks: Vec<String>,
    /// Pictures of one request.
    #[serde(default = "one")]
    pub max_count: u32,
    /// Most pixels of a picture that it takes. What is larger is made smaller before it is sent, and refused where it is to
    /// be enlarged.
    #[serde(default)]
    pub max_input_pixels: Option<u64>,
    /// The same for the longest side.
    #[serde(default)]
    pub max_input_side: Option<u32>,
    /// Files of `workflows/` by the task that they are for, where the vendor runs graphs.
    #[serde(default)]
    pub workflows: BTreeMap<String, String>,
    /// Languages that its prompts may be in.
    #[serde(default)]
    pub prompt_languages: Vec<PromptLanguage>,
    /// How it likes to be told.
    #[serde(default)]
    pub phrasing: Phrasing,
    /// How long a picture takes, about.
    pub seconds: f64,
    /// What the vendor takes for it; unknown without it.
    #[serde(default)]
    pub cost: Option<Rates>,
    /// Which table the cost is of, as the file says at its top.
    #[serde(skip)]
    pub price_version: Option<String>,
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

impl PromptLanguage {
    /// The language of the product that it is.
    #[must_use]
    pub const fn locale(self) -> Locale {
        match self {
            Self::Zh => Locale::ZhCn,
            Self::En => Locale::En,
        }
    }
}

impl From<Locale> for PromptLanguage {
    fn from(locale: Locale) -> Self {
        match locale {
            Locale::ZhCn => Self::Zh,
            Locale::En => Self::En,
        }
    }
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
