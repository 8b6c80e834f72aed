//! The catalogue as it is shown: in one language, with prices, and with the reason where a tool cannot run.

use serde::Serialize;

use super::{Catalogue as Loaded, EMBEDDED, price_of, schema};
use crate::messages;
use crate::models::catalogue::{AiMark, InputCount, Tool};
use crate::models::locale::Locale;

/// What the studio offers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Catalogue {
    /// The tools, in the order of the page.
    #[schema(inline = false)]
    pub tools: Vec<OfferedTool>,
    /// The styles, for tools that use them.
    pub styles: Vec<OfferedStyle>,
}

/// A tool.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Tool)]
#[serde(rename_all = "camelCase")]
pub struct OfferedTool {
    /// Stable name.
    pub task_type: String,
    /// Name in the reader's language.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Whether it can run here now.
    pub available: bool,
    /// Why not, and what to do about it.
    pub unavailable: Option<Unavailable>,
    /// How many pictures it works on; each gives one result.
    pub inputs: InputCount,
    /// Credits for one picture on the model that is chosen when none is named.
    pub price: Option<i64>,
    /// Which mark its results carry.
    pub ai_mark: AiMark,
    /// Whether a task names a style.
    pub uses_styles: bool,
    /// JSON Schema of `parameters`; words that begin with `x-` help a form.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub parameters: serde_json::Value,
    /// The models that serve it.
    pub models: Vec<OfferedModel>,
}

/// Why a tool cannot run.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unavailable {
    /// `no_provider` or `no_price`.
    pub code: String,
    /// The reason in the reader's language.
    pub reason: String,
    /// What to do about it.
    pub how_to: String,
}

/// A model.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = AiModel)]
pub struct OfferedModel {
    /// Stable name.
    pub id: String,
    /// Name in the reader's language.
    pub name: String,
    /// Who runs it.
    pub provider: String,
    /// Whether it can run now.
    pub available: bool,
    /// Credits for one picture.
    pub price: Option<i64>,
}

/// A style.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Style)]
#[serde(rename_all = "camelCase")]
pub struct OfferedStyle {
    /// Stable name.
    pub id: String,
    /// Name in the reader's language.
    pub name: String,
    /// What it looks like.
    pub description: String,
    /// A picture painted in it.
    pub preview_url: String,
    /// Words to find it by.
    pub tags: Vec<String>,
}

/// Shows the catalogue in a language at the prices in force. `has_pack` says whether a model pack is installed, for the
/// choices that need one.
#[must_use]
pub fn offer(catalogue: &Loaded, task_cost_credits: i64, has_pack: &dyn Fn(&str) -> bool, locale: Locale) -> Catalogue {
    let styles = catalogue.styles.iter().map(|style| OfferedStyle {
        id: style.id.clone(),
        name: style.name.get(locale).to_owned(),
        description: style.description.get(locale).to_owned(),
        preview_url: format!("/styles/{}.webp", style.id),
        tags: style.tags.clone(),
    });
    let tool = |tool: &Tool| {
        let models: Vec<OfferedModel> = catalogue
            .models_for(&tool.task_type)
            .map(|model| OfferedModel {
                id: model.id.clone(),
                name: model.name.get(locale).to_owned(),
                provider: model.provider.clone(),
                available: model.provider == EMBEDDED,
                price: model.price.map(|price| price_of(price, task_cost_credits)),
            })
            .collect();
        OfferedTool {
            task_type: tool.task_type.clone(),
            name: tool.name.get(locale).to_owned(),
            description: tool.description.get(locale).to_owned(),
            available: !models.is_empty(),
            unavailable: unavailable(catalogue, tool, locale),
            inputs: tool.inputs,
            price: models.first().and_then(|model| model.price),
            ai_mark: tool.ai_mark,
            uses_styles: tool.uses_styles,
            parameters: schema::render(tool, has_pack, locale),
            models,
        }
    };
    Catalogue { tools: catalogue.tools.iter().map(tool).collect(), styles: styles.collect() }
}

/// Why a tool cannot run, if it cannot.
#[must_use]
pub fn unavailable(catalogue: &Loaded, tool: &Tool, locale: Locale) -> Option<Unavailable> {
    if catalogue.models_for(&tool.task_type).next().is_some() {
        return None;
    }
    let unpriced = catalogue.models.iter().any(|model| model.task_types.contains(&tool.task_type));
    let code = if unpriced { "no_price" } else { "no_provider" };
    Some(Unavailable {
        code: code.to_owned(),
        reason: messages::plain(locale, &format!("tool.{code}")),
        how_to: messages::plain(locale, &format!("tool.{code}_how")),
    })
}
