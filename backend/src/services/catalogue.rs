//! The catalogue in force: tools, models, vendors and styles.

use std::path::Path;
use std::time::Duration;

use crate::models::catalogue::{AiModel, NamedPrice, Price, Provider, Style, Tool};
use crate::models::pack::Pack;
use crate::models::prompt::Prompts;

mod check;
mod load;
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
    /// Credits for sale.
    pub packs: Vec<Pack>,
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

impl CatalogueError {
    fn new(file: impl ToString, reason: String) -> Self {
        Self { file: file.to_string(), reason }
    }
}

impl Catalogue {
    /// Reads the catalogue: what is compiled in, and the operator's files in `overrides`.
    ///
    /// # Errors
    /// Names the file and what is wrong with it.
    pub fn load(overrides: &Path) -> Result<Self, CatalogueError> {
        let catalogue = Self {
            tools: load::tools(overrides)?,
            models: load::models(overrides)?,
            styles: load::styles(overrides)?,
            providers: load::providers(overrides)?,
            packs: load::packs(overrides)?,
            prompts: prompts::load(overrides)?,
        };
        check::check(&catalogue)?;
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

    /// How long a vendor's model usually takes; `None` for the embedded engine and for models that are gone.
    #[must_use]
    pub fn usual_length(&self, provider: &str, model: &str) -> Option<Duration> {
        let found = self.models.iter().find(|found| found.id == model && found.provider == provider)?;
        found.vendor.as_ref().map(|vendor| Duration::from_secs_f64(vendor.seconds))
    }

    /// The pack of an id.
    #[must_use]
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id == id)
    }

    /// The style of an id.
    #[must_use]
    pub fn style(&self, id: &str) -> Option<&Style> {
        self.styles.iter().find(|style| style.id == id)
    }
}

/// The price of one picture in credits.
#[must_use]
pub fn price_of(price: Price, task_cost_credits: i64) -> i64 {
    match price {
        Price::Named(NamedPrice::Default) => task_cost_credits,
        Price::Credits(credits) => i64::from(credits),
    }
}
