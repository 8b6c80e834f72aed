//! From what a caller asks to what will be done at which price: the tool, the model, the checked parameters, the
//! operation. Quotes and creation share this; the command line, which has neither prices nor stored files, does not.

use std::collections::HashMap;

use serde_json::Value;

use crate::app::App;
use crate::config::runtime::Runtime;
use crate::database::files::FileRow;
use crate::error::{Code, Failure};
use crate::models::catalogue::{AiModel, Style, Tool};
use crate::models::id::FileId;
use crate::models::locale::Locale;
use crate::models::prompt::{PromptDetails, PromptWarning};
use crate::models::task::NewTask;
use crate::models::user::{Role, User};
use crate::services::ai::accounts::VendorTurn;
use crate::services::ai::embedded;
use crate::services::catalogue::{Catalogue, Reader, choices, price_of, unavailable, unavailable_model};
use crate::services::prompt_builder::{self, Words};
use crate::services::tasks::parameters::{self, COUNT, Parameters};
use crate::services::tasks::picture_rules;

/// What will be done and what it costs.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// The tool.
    pub tool: &'a Tool,
    /// The model.
    pub model: &'a AiModel,
    /// All models that it may be run on, each with its price for a picture: that one first, then those that may stand in for
    /// it, which cost no more.
    pub routes: Vec<(&'a AiModel, i64)>,
    /// Among which vendors it was its vendor's turn, where several share what costs the same.
    pub turn: Option<VendorTurn>,
    /// The style, for tools that use styles.
    pub style: Option<&'a Style>,
    /// What is said to the models, for tools that take words.
    pub words: Option<Words<'a>>,
    /// What each of the models is told.
    pub told: PromptDetails,
    /// What is better known before a press.
    pub warnings: Vec<PromptWarning>,
    /// The parameters with defaults.
    pub parameters: Parameters,
    /// Pictures that will be made.
    pub count: i32,
    /// Credits for one of them.
    pub price: i64,
    /// How long the work itself takes, without waiting.
    pub estimated_seconds: f64,
}

impl Order<'_> {
    /// Credits for all of it.
    #[must_use]
    pub fn credits(&self) -> i64 {
        self.price * i64::from(self.count)
    }
}

/// Credits that somebody may spend on a task; `None` is no limit.
#[must_use]
pub fn spendable(user: &User, settings: &Runtime, balance: i64) -> Option<i64> {
    let unlimited = user.role == Role::Owner && settings.owner_unlimited;
    (!unlimited).then_some(balance)
}

/// All files that a task names, those worked on first.
#[must_use]
pub fn named_files(new: &NewTask) -> Vec<FileId> {
    let in_parameters = new.parameters.values().filter_map(|value| value.as_str()?.parse().ok());
    new.input_files.iter().cloned().chain(in_parameters).collect()
}

/// Checks everything about a task that needs no transaction. `files` are those of [`named_files`] that are the
/// caller's. `told_before` is what a task that is repeated told its models: they are told the same again. `spendable` are
/// the credits there are for it, see [`spendable`].
///
/// # Errors
/// `tool_unknown`, `tool_unavailable`, `model_unknown`, `provider_not_configured`, `style_unknown`, `template_unknown`,
/// `parameter_*`, `input_count`, `file_not_ready`, `image_too_large`, `output_too_large`.
pub fn resolve<'a>(
    app: &'a App,
    settings: &Runtime,
    new: &NewTask,
    files: &HashMap<String, FileRow>,
    told_before: Option<&PromptDetails>,
    spendable: Option<i64>,
    locale: Locale,
) -> Result<Order<'a>, Failure> {
    let catalogue = &app.catalogue;
    let tool = catalogue.tool(&new.task_type).ok_or_else(|| Failure::new(Code::ToolUnknown).with("tool", &new.task_type))?;
    let mut routes = choose_models(app, tool, new, locale)?;
    let turn = if new.model.is_none() {
        payable_first(settings, tool, new, spendable, &mut routes);
        take_turns(app, settings, &mut routes)
    } else {
        None
    };
    let model = *routes.first().ok_or_else(|| Failure::internal("an available tool without a model"))?;
    let parameters = parameters::check(catalogue, tool, model, &new.parameters, &|pack| app.has_pack(pack))?;
    let style = choose_style(catalogue, tool, model, new)?;
    count_inputs(tool, model, new, settings)?;
    let pictures = owned(&new.input_files, files)?;
    owned(&parameters.files, files)?;
    picture_rules::check(tool, model, &parameters.values, &pictures, files, locale)?;
    let estimated_seconds = match &model.vendor {
        Some(vendor) => vendor.seconds,
        None => embedded::estimate(app, &embedded::of_tool(catalogue, tool, &parameters.values, style)?, &pictures)?,
    };
    let price_of = |model: &AiModel| model.price.map(|price| price_of(price, settings.task_cost_credits)).unwrap_or_default();
    let price = price_of(model);
    routes.retain(|stand_in| price_of(stand_in) <= price);
    let prompt = prompt(app, tool, new, &parameters, &mut routes, told_before, locale)?;
    let Prompt { words, told, warnings } = prompt;
    let count = if tool.combines_inputs { parameters.count() } else { i32::try_from(new.input_files.len()).unwrap_or(i32::MAX) };
    let routes = routes.into_iter().map(|model| (model, price_of(model))).collect();
    Ok(Order { tool, model, routes, turn, style, words, told, warnings, parameters, count, price, estimated_seconds })
}

/// What the models are told.
#[derive(Default)]
struct Prompt<'a> {
    words: Option<Words<'a>>,
    told: PromptDetails,
    warnings: Vec<PromptWarning>,
}

/// A task that is repeated says what was said before, whatever the catalogue says now; on a model that was not told then,
/// the words are put together anew.
fn prompt<'a>(
    app: &'a App,
    tool: &Tool,
    new: &NewTask,
    parameters: &Parameters,
    routes: &mut Vec<&AiModel>,
    told_before: Option<&PromptDetails>,
    locale: Locale,
) -> Result<Prompt<'a>, Failure> {
    let first = *routes.first().ok_or_else(|| Failure::internal("a task without a model"))?;
    if let Some(told) = told_before.filter(|told| told.told(&first.id).is_some()) {
        routes.retain(|model| told.told(&model.id).is_some());
        return Ok(Prompt { told: told.clone(), ..Prompt::default() });
    }
    let Some(words) = Words::of(&app.catalogue, tool, new, &parameters.values)? else { return Ok(Prompt::default()) };
    let told = prompt_builder::tell(&words, routes, locale)?;
    let warnings = prompt_builder::warnings(app, tool, &words, first, &told.first, locale);
    Ok(Prompt { words: Some(words), told: told.details, warnings })
}

/// The model that is named, and no other; else those that can do it, in the order in which they are tried.
fn choose_models<'a>(app: &'a App, tool: &Tool, new: &NewTask, locale: Locale) -> Result<Vec<&'a AiModel>, Failure> {
    let able: Vec<&AiModel> = choices(app, &new.task_type).collect();
    if able.is_empty()
        && let Some(why) = unavailable(app, tool, Reader::Anybody, locale)
    {
        return Err(Failure::new(Code::ToolUnavailable)
            .with("tool", &new.task_type)
            .with("reason", format!("{} {}", why.reason, why.how_to)));
    }
    let Some(id) = &new.model else {
        let suited: Vec<&AiModel> = able.iter().copied().filter(|model| suits(tool, model, new)).collect();
        // What none of them takes is refused in the words of the first.
        return Ok(if suited.is_empty() { able } else { suited });
    };
    let model = app.catalogue.models_for(&new.task_type).find(|model| &model.id == id);
    let model = model.ok_or_else(|| Failure::new(Code::ModelUnknown).with("model", id).field("model", "unknown"))?;
    match unavailable_model(app, model, Reader::Anybody, locale) {
        Some(why) => {
            Err(Failure::new(Code::ProviderNotConfigured).with("model", id).with("reason", format!("{} {}", why.reason, why.how_to)))
        }
        None => Ok(vec![model]),
    }
}

/// Who has ten credits is not refused for want of twenty while a model for five would do: what can be paid comes first,
/// otherwise in the order of the catalogue.
fn payable_first(settings: &Runtime, tool: &Tool, new: &NewTask, spendable: Option<i64>, routes: &mut [&AiModel]) {
    let Some(spendable) = spendable else { return };
    let asked = new.parameters.get(COUNT).and_then(Value::as_i64).unwrap_or(1);
    let count = if tool.combines_inputs { asked } else { i64::try_from(new.input_files.len()).unwrap_or(i64::MAX) };
    let credits = |model: &AiModel| model.price.map_or(0, |price| price_of(price, settings.task_cost_credits).saturating_mul(count));
    routes.sort_by_key(|model| credits(model) > spendable);
}

/// Vendors with a weight share what costs the same: the model of the one whose turn it is comes first. Looking moves no
/// turn; a task that is accepted does.
fn take_turns(app: &App, settings: &Runtime, routes: &mut Vec<&AiModel>) -> Option<VendorTurn> {
    let weight_of = |model: &AiModel| app.catalogue.providers.iter().find(|known| known.id == model.provider)?.weight;
    let price_of = |model: &AiModel| model.price.map(|price| price_of(price, settings.task_cost_credits));
    let first = routes.first().copied().filter(|first| first.provider != app.config.providers.default)?;
    weight_of(first)?;
    let mut places = Vec::new();
    let mut sharing: Vec<(String, u32)> = Vec::new();
    for (place, model) in routes.iter().enumerate().filter(|(_, model)| price_of(model) == price_of(first)) {
        // Of each vendor the model that comes first.
        let known = sharing.iter().any(|(provider, _)| *provider == model.provider);
        if let Some(weight) = weight_of(model).filter(|_| !known) {
            places.push(place);
            sharing.push((model.provider.clone(), weight.get()));
        }
    }
    let turn = app.accounts.whose_turn(sharing)?;
    let model = routes.remove(places[turn.place]);
    routes.insert(0, model);
    Some(turn)
}

/// Whether a model takes what is asked for: as many pictures, these settings, and a style by name only where it is one of
/// the embedded engine's.
fn suits(tool: &Tool, model: &AiModel, new: &NewTask) -> bool {
    let styled = new.style.is_none() || model.vendor.is_none();
    styled && new.input_files.len() <= model.most_inputs(tool) && parameters::suits(tool, model, &new.parameters)
}

/// A tool that uses styles wants one by name or by picture, not both; another tool wants none. The names are those of the
/// embedded engine.
fn choose_style<'a>(catalogue: &'a Catalogue, tool: &Tool, model: &AiModel, new: &NewTask) -> Result<Option<&'a Style>, Failure> {
    let by_picture = new.parameters.get("styleImage").is_some_and(|value| !value.is_null());
    match &new.style {
        // A style of words; who looks for it is the prompt builder.
        Some(_) if !tool.uses_styles && tool.takes_words() => Ok(None),
        Some(_) if model.vendor.is_some() && tool.uses_styles => {
            let refused = Failure::new(Code::ParameterUnsupported).with("by", &model.id);
            Err(refused.with("parameter", "style").field("style", "not_by_model"))
        }
        None if model.vendor.is_some() && tool.uses_styles && !by_picture => {
            Err(Failure::new(Code::ParameterInvalid).field("parameters.styleImage", "required"))
        }
        Some(_) if !tool.uses_styles => {
            let refused = Failure::new(Code::ParameterUnsupported).with("by", &tool.task_type);
            Err(refused.with("parameter", "style").field("style", "unknown"))
        }
        Some(_) if by_picture => {
            Err(Failure::new(Code::ParameterInvalid).field("style", "excludes").field_with("other", "parameters.styleImage"))
        }
        Some(id) => {
            let style =
                catalogue.style(id).ok_or_else(|| Failure::new(Code::StyleUnknown).with("style", id).field("style", "not_a_style"))?;
            Ok(Some(style))
        }
        None if tool.uses_styles && !by_picture => Err(Failure::new(Code::ParameterInvalid).field("style", "required")),
        None => Ok(None),
    }
}

fn count_inputs(tool: &Tool, model: &AiModel, new: &NewTask, settings: &Runtime) -> Result<(), Failure> {
    let (min, max) = (tool.inputs.min, model.most_inputs(tool).min(settings.max_files_per_task as usize));
    let count = new.input_files.len();
    if (min..=max).contains(&count) {
        return Ok(());
    }
    Err(Failure::new(Code::InputCount)
        .with("min", min)
        .with("max", max)
        .with("count", count)
        .field("inputFiles", if count < min { "too_small" } else { "too_large" })
        .field_with("minimum", min)
        .field_with("maximum", max))
}

fn owned<'a>(ids: &[FileId], files: &'a HashMap<String, FileRow>) -> Result<Vec<&'a FileRow>, Failure> {
    let find = |id: &FileId| files.get(id.as_str()).ok_or_else(|| Failure::new(Code::FileNotReady).with("file", id));
    ids.iter().map(find).collect()
}
