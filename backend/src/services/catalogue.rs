//! The catalogue in force: tools, models and styles, read from TOML at start. The files are compiled in; a file of
//! the same name in `DATA_DIR/catalogue` replaces one, so that an operator can change it without building.

use std::path::Path;

use providers::size::Wanted;
use serde::de::DeserializeOwned;

use crate::config::providers::KNOWN;
use crate::models::catalogue::{AiModel, NamedPrice, Parameter, ParameterKind, Price, Provider, Style, Tool, Webhooks};
use crate::models::prompt::Prompts;

mod offer;
mod prompts;
mod schema;

pub use offer::{
    Catalogue as OfferedCatalogue, OfferedModel, OfferedStyle, OfferedTool, Reader, Unavailable, choices, offer, unavailable,
    unavailable_model,
};

/// The embedded engine's name as a provider.
pub const EMBEDDED: &str = "embedded";

/// What the studio offers.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// In the order of the page.
    pub tools: Vec<Tool>,
    /// All models, offered or not.
    pub models: Vec<AiModel>,
    /// The embedded styles.
    pub styles: Vec<Style>,
    /// The vendors.
    pub providers: Vec<Provider>,
    /// Which table the vendors' costs are of; kept with every cost that follows from it.
    pub price_version: Option<String>,
    /// Styles and templates of words.
    pub prompts: Prompts,
}

/// A catalogue file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the catalogue file {file} cannot be used: {reason}")]
pub struct CatalogueError {
    file: String,
    reason: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Tools {
    tool: Vec<Tool>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Models {
    #[serde(default)]
    price_version: Option<String>,
    model: Vec<AiModel>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Styles {
    style: Vec<Style>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Providers {
    provider: Vec<Provider>,
}

impl Catalogue {
    /// Reads the catalogue; files in `overrides` replace those compiled in.
    ///
    /// # Errors
    /// Names the file and what is wrong with it.
    pub fn load(overrides: &Path) -> Result<Self, CatalogueError> {
        let tools: Tools = file(overrides, "tools.toml", include_str!("../../../catalogue/tools.toml"))?;
        let models: Models = file(overrides, "models.toml", include_str!("../../../catalogue/models.toml"))?;
        let styles: Styles = file(overrides, "styles.toml", include_str!("../../../catalogue/styles.toml"))?;
        let providers: Providers = file(overrides, "providers.toml", include_str!("../../../catalogue/providers.toml"))?;
        let prompts = prompts::load(overrides)?;
        let catalogue = Self {
            tools: tools.tool,
            models: models.model,
            styles: styles.style,
            providers: providers.provider,
            price_version: models.price_version,
            prompts,
        };
        catalogue.check()?;
        Ok(catalogue)
    }

    /// The tool of a task type.
    #[must_use]
    pub fn tool(&self, task_type: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.task_type == task_type)
    }

    /// The models that serve a task type and have a price.
    pub fn models_for<'a, 'b>(&'a self, task_type: &'b str) -> impl Iterator<Item = &'a AiModel> + use<'a, 'b> {
        let serves = move |model: &&AiModel| model.price.is_some() && model.task_types.iter().any(|served| served == task_type);
        self.models.iter().filter(serves)
    }

    /// The style of an id.
    #[must_use]
    pub fn style(&self, id: &str) -> Option<&Style> {
        self.styles.iter().find(|style| style.id == id)
    }

    fn check(&self) -> Result<(), CatalogueError> {
        let wrong = |file: &str, reason: String| Err(CatalogueError { file: file.to_owned(), reason });
        for tool in &self.tools {
            if let Some(parameter) = tool.parameters.iter().find(|parameter| !sound(parameter, tool)) {
                return wrong("tools.toml", format!("the parameter {} of {} is not complete", parameter.name, tool.task_type));
            }
        }
        for provider in &self.providers {
            let known = KNOWN.contains(&provider.id.as_str()) && provider.id != EMBEDDED;
            let keys = match &provider.webhooks {
                Some(Webhooks::KeysAt(url)) => Some(url),
                _ => None,
            };
            let mut addresses = provider.base_url.iter().chain(&provider.other_regions).chain(keys);
            if !known || provider.concurrency == 0 || addresses.any(|url| url::Url::parse(url).is_err()) {
                return wrong("providers.toml", format!("{} is unknown or not complete", provider.id));
            }
        }
        for model in &self.models {
            if let Err(reason) = self.check_model(model) {
                return wrong("models.toml", format!("{} {reason}", model.id));
            }
        }
        if let Err((file, reason)) = prompts::check(&self.prompts, &self.tools) {
            return wrong(file, reason);
        }
        match self.styles.iter().find(|style| style.index >= engine::STYLE_COUNT) {
            Some(style) => {
                wrong("styles.toml", format!("{} has index {}, the engine has {} styles", style.id, style.index, engine::STYLE_COUNT))
            }
            None => Ok(()),
        }
    }

    /// # Errors
    /// What is wrong, to be read behind the model's id.
    fn check_model(&self, model: &AiModel) -> Result<(), String> {
        if let Some(unknown) = model.task_types.iter().find(|served| self.tool(served).is_none()) {
            return Err(format!("serves {unknown}, which is no tool"));
        }
        let Some(vendor) = model.vendor.as_ref() else {
            return if model.provider == EMBEDDED { Ok(()) } else { Err("has no [model.vendor]".to_owned()) };
        };
        let provider = self.providers.iter().find(|provider| provider.id == model.provider);
        let spoken = provider.is_some_and(|provider| providers::NAMES.contains(&provider.wire.as_str()));
        if !spoken {
            return Err(format!("names the provider {}, which this version does not have", model.provider));
        }
        if vendor.max_count == 0 || vendor.sizes.as_ref().is_some_and(|sizes| sizes.resolve(&Wanted::default()).is_none()) {
            return Err("makes no pictures or has no sizes".to_owned());
        }
        if vendor.cost.is_some_and(|cost| !cost.has_any()) {
            return Err("has a cost without a rate".to_owned());
        }
        if vendor.cost.is_some() && self.price_version.is_none() {
            return Err("has a cost, and the file no price_version".to_owned());
        }
        if let Some(other) = model.task_types.iter().filter_map(|served| self.tool(served)).find(|tool| !vendors_can(tool)) {
            return Err(format!("serves {}, which only the embedded engine can", other.task_type));
        }
        Ok(())
    }
}

/// Whether a tool says what vendors understand: all of it goes into one request.
const fn vendors_can(tool: &Tool) -> bool {
    tool.combines_inputs
}

/// The price of one picture in credits.
#[must_use]
pub fn price_of(price: Price, task_cost_credits: i64) -> i64 {
    match price {
        Price::Named(NamedPrice::Default) => task_cost_credits,
        Price::Credits(credits) => i64::from(credits),
    }
}

/// Whether a declaration has what its kind needs, and names only what there is.
fn sound(parameter: &Parameter, tool: &Tool) -> bool {
    let is_parameter = |name: &String| tool.parameters.iter().any(|other| &other.name == name);
    let named = |name: &Option<String>| name.as_ref().is_none_or(is_parameter);
    let mut needed = parameter.choices.iter().filter_map(|choice| choice.needs_pack.as_ref());
    let packed = needed.all(|needed| is_parameter(&needed.by) && needed.packs.values().all(|id| engine::packs::is_known(id)));
    let complete = match parameter.kind {
        ParameterKind::Choice | ParameterKind::IntegerChoice => !parameter.choices.is_empty(),
        ParameterKind::Number | ParameterKind::Integer => parameter.minimum.is_some() && parameter.maximum.is_some(),
        ParameterKind::Text => parameter.max_length.is_some(),
        ParameterKind::Boolean | ParameterKind::Color | ParameterKind::File | ParameterKind::Style => true,
    };
    complete && packed && named(&parameter.needs) && named(&parameter.excludes)
}

fn file<T: DeserializeOwned>(overrides: &Path, name: &str, built_in: &str) -> Result<T, CatalogueError> {
    let path = overrides.join(name);
    let wrong = |reason: String| CatalogueError { file: path.display().to_string(), reason };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => built_in.to_owned(),
        Err(error) => return Err(wrong(error.to_string())),
    };
    toml::from_str(&text).map_err(|error| wrong(error.to_string()))
}
