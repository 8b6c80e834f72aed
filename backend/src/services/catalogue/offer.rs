//! The catalogue as it is shown: in one language, with prices, and with the reason where a tool cannot run.

use std::collections::BTreeMap;

use serde::Serialize;

use super::prompts::offer::{self as prompts, OfferedPromptStyle, OfferedTemplate};
use super::{price_of, schema};
use crate::app::App;
use crate::messages;
use crate::models::catalogue::{AiMark, AiModel, Bounds, InputCount, PromptLanguage, Tool};
use crate::models::locale::Locale;
use crate::models::user::{Role, User};
use crate::services::ai::accounts::{needed, provider_name};
use crate::services::prompt_model;

/// What the studio offers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Catalogue {
    /// The tools, in the order of the page.
    #[schema(inline = false)]
    pub tools: Vec<OfferedTool>,
    /// The styles, for tools that use them.
    pub styles: Vec<OfferedStyle>,
    /// The styles of words, for tools that take a prompt.
    pub prompt_styles: Vec<OfferedPromptStyle>,
    /// The templates of words.
    pub templates: Vec<OfferedTemplate>,
    /// Whether a text model is set up that improves and translates prompts.
    pub prompt_model: bool,
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
    /// How many pictures it works on; each gives one result, unless they are combined.
    pub inputs: InputCount,
    /// Whether all pictures go into one request, so that the parameter `count` says how many results come out.
    pub combines_inputs: bool,
    /// Credits for one picture on the model that is chosen when none is named.
    pub price: Option<i64>,
    /// Which mark its results carry.
    pub ai_mark: AiMark,
    /// Whether a task names a style.
    pub uses_styles: bool,
    /// JSON Schema of `parameters`; words that begin with `x-` help a form.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub parameters: serde_json::Value,
    /// The models that serve it, in the order in which they are chosen when none is named.
    pub models: Vec<OfferedModel>,
}

/// Why a tool or a model cannot run.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unavailable {
    /// `no_provider`, `no_price` or `no_key`.
    pub code: String,
    /// The reason in the reader's language.
    pub reason: String,
    /// What to do about it, for the owner; anybody else reads that the operator has not set it up.
    pub how_to: String,
}

/// A model.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = AiModel)]
#[serde(rename_all = "camelCase")]
pub struct OfferedModel {
    /// Stable name.
    pub id: String,
    /// Name in the reader's language.
    pub name: String,
    /// Who runs it.
    pub provider: String,
    /// What people call whoever runs it.
    pub provider_name: String,
    /// Whether it can run now.
    pub available: bool,
    /// Why not, and what to do about it.
    pub unavailable: Option<Unavailable>,
    /// Credits for one picture.
    pub price: Option<i64>,
    /// Those of the parameters marked `x-by-model` that it takes.
    pub parameters: Vec<String>,
    /// The values that it takes of a choice, where these are not all.
    pub choices: BTreeMap<String, Vec<String>>,
    /// Bounds of its own, where it takes less of a number, or fewer characters of a text, than the schema says.
    pub limits: BTreeMap<String, Bounds>,
    /// Most pictures of one task, for tools with the parameter `count`.
    pub max_count: Option<u32>,
    /// Most pictures that a task may bring.
    pub max_inputs: usize,
    /// Whether it has the styles of the catalogue, for tools that use styles; another one is given a picture of a style.
    pub named_styles: bool,
    /// Languages that it reads; empty for a model that reads no words.
    pub prompt_languages: Vec<PromptLanguage>,
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

/// Who reads why something cannot run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The owner, who is told what to set.
    Owner,
    /// Anybody else: how the server is set up is not their business.
    Anybody,
}

impl Reader {
    /// Somebody, or nobody who is logged in.
    #[must_use]
    pub fn of(user: Option<&User>) -> Self {
        if user.is_some_and(|user| user.role == Role::Owner) { Self::Owner } else { Self::Anybody }
    }
}

/// Shows the catalogue in a language at the prices in force.
#[must_use]
pub fn offer(app: &App, task_cost_credits: i64, reader: Reader, locale: Locale) -> Catalogue {
    let styles = app.catalogue.styles.iter().map(|style| OfferedStyle {
        id: style.id.clone(),
        name: style.name.get(locale).to_owned(),
        description: style.description.get(locale).to_owned(),
        preview_url: format!("/styles/{}.webp", style.id),
        tags: style.tags.clone(),
    });
    let tools = app.catalogue.tools.iter().map(|tool| offer_tool(app, tool, task_cost_credits, reader, locale));
    Catalogue {
        tools: tools.collect(),
        styles: styles.collect(),
        prompt_styles: prompts::styles(&app.catalogue.prompts, locale),
        templates: prompts::templates(&app.catalogue.prompts, locale),
        prompt_model: prompt_model::is_offered(app),
    }
}

fn offer_tool(app: &App, tool: &Tool, task_cost_credits: i64, reader: Reader, locale: Locale) -> OfferedTool {
    let models: Vec<&AiModel> = in_order(app, &tool.task_type).collect();
    let chosen = models.iter().find(|model| app.accounts.can_run(model));
    let unavailable = if chosen.is_some() { None } else { unavailable(app, tool, reader, locale) };
    let models = models.iter().map(|model| offer_model(app, tool, model, task_cost_credits, reader, locale)).collect();
    OfferedTool {
        task_type: tool.task_type.clone(),
        name: tool.name.get(locale).to_owned(),
        description: tool.description.get(locale).to_owned(),
        available: unavailable.is_none(),
        unavailable,
        inputs: tool.inputs,
        combines_inputs: tool.combines_inputs,
        price: chosen.and_then(|model| model.price).map(|price| price_of(price, task_cost_credits)),
        ai_mark: tool.ai_mark,
        uses_styles: tool.uses_styles,
        parameters: schema::render(tool, &|pack| app.has_pack(pack), locale),
        models,
    }
}

fn offer_model(app: &App, tool: &Tool, model: &AiModel, task_cost_credits: i64, reader: Reader, locale: Locale) -> OfferedModel {
    let taken = tool.parameters.iter().filter(|parameter| parameter.by_model && model.takes(&parameter.name));
    let vendor = model.vendor.as_ref();
    let unavailable = unavailable_model(app, model, reader, locale);
    OfferedModel {
        id: model.id.clone(),
        name: model.name.get(locale).to_owned(),
        provider: model.provider.clone(),
        provider_name: provider_name(&app.catalogue, &model.provider, locale),
        available: unavailable.is_none(),
        unavailable,
        price: model.price.map(|price| price_of(price, task_cost_credits)),
        parameters: taken.map(|parameter| parameter.name.clone()).collect(),
        choices: model.choices.clone(),
        limits: model.limits.clone(),
        max_count: vendor.map(|vendor| vendor.max_count),
        max_inputs: model.most_inputs(tool),
        named_styles: tool.uses_styles && vendor.is_none(),
        prompt_languages: model.reads().to_vec(),
    }
}

/// The models of a task type in the order in which they are chosen when none is named: those of DEFAULT_AI_PROVIDER before
/// the others, otherwise as the catalogue has them.
fn in_order<'a>(app: &'a App, task_type: &str) -> impl Iterator<Item = &'a AiModel> + use<'a> {
    let models = app.catalogue.models_for(task_type);
    let (first, others): (Vec<_>, Vec<_>) = models.partition(|model| model.provider == app.config.providers.default);
    first.into_iter().chain(others)
}

/// Those of them that can serve it here and now.
pub fn choices<'a>(app: &'a App, task_type: &str) -> impl Iterator<Item = &'a AiModel> + use<'a> {
    in_order(app, task_type).filter(|model| app.accounts.can_run(model))
}

/// Why a tool cannot run that none of its [`choices`] serves.
#[must_use]
pub fn unavailable(app: &App, tool: &Tool, reader: Reader, locale: Locale) -> Option<Unavailable> {
    if let Some(model) = app.catalogue.models_for(&tool.task_type).next() {
        return unavailable_model(app, model, reader, locale);
    }
    let unpriced = app.catalogue.models.iter().any(|model| model.task_types.contains(&tool.task_type));
    let code = if unpriced { "no_price" } else { "no_provider" };
    Some(Unavailable {
        code: code.to_owned(),
        reason: messages::plain(locale, &format!("tool.{code}")),
        how_to: how_to(reader, locale, &format!("tool.{code}_how"), ""),
    })
}

/// Why a model cannot run, if it cannot.
#[must_use]
pub fn unavailable_model(app: &App, model: &AiModel, reader: Reader, locale: Locale) -> Option<Unavailable> {
    if app.accounts.can_run(model) {
        return None;
    }
    let name = provider_name(&app.catalogue, &model.provider, locale);
    let variable = needed(&app.catalogue, &app.config, &model.provider).unwrap_or_default();
    Some(Unavailable {
        code: "no_key".to_owned(),
        reason: messages::text(locale, "tool.no_key", &[("provider", name.as_str())]),
        how_to: how_to(reader, locale, "tool.no_key_how", variable),
    })
}

/// What to do about it: the owner sets it up, anybody else waits for him.
fn how_to(reader: Reader, locale: Locale, key: &str, variable: &str) -> String {
    match reader {
        Reader::Owner => messages::text(locale, key, &[("variable", variable)]),
        Reader::Anybody => messages::plain(locale, "tool.not_set_up"),
    }
}
