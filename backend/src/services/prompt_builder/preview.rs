//! The final prompt, shown before anything is charged.

use serde::Serialize;

use super::{Words, tell, warnings};
use crate::app::App;
use crate::error::{Code, Failure};
use crate::models::catalogue::{AiModel, PROMPT, PromptLanguage};
use crate::models::locale::Locale;
use crate::models::prompt::{PromptWarning, Used};
use crate::models::task::NewTask;
use crate::services::catalogue::choices;
use crate::services::tasks::parameters;

/// What a model would be told.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromptPreview {
    /// The final prompt.
    pub prompt: String,
    /// What to leave out, for a model that has a field for it.
    pub negative_prompt: Option<String>,
    /// The model that would be told so.
    pub model: String,
    /// The template, with its version.
    pub template: Option<Used>,
    /// The style, with its version.
    pub style: Option<Used>,
    /// The language of what was added to the own words.
    pub language: PromptLanguage,
    /// Characters of the final prompt.
    pub length: usize,
    /// Most characters that the model takes, where the catalogue says so.
    pub max_length: Option<usize>,
    /// What is better known before a press.
    pub warnings: Vec<PromptWarning>,
}

/// Builds the prompt of a task as creating it would, without looking at its pictures. A model that cannot be had now is
/// no hindrance.
///
/// # Errors
/// `tool_unknown`, `model_unknown`, `template_unknown`, `style_unknown`, `parameter_*`.
pub fn preview(app: &App, new: &NewTask, locale: Locale) -> Result<PromptPreview, Failure> {
    let tool = app.catalogue.tool(&new.task_type).ok_or_else(|| Failure::new(Code::ToolUnknown).with("tool", &new.task_type))?;
    let model = model(app, new)?;
    let checked = parameters::check(&app.catalogue, tool, model, &new.parameters, &|pack| app.has_pack(pack))?;
    let words = Words::of(&app.catalogue, tool, new, &checked.values)?;
    let words = words.ok_or_else(|| Failure::new(Code::ParameterUnsupported).with("by", &tool.task_type).with("parameter", "prompt"))?;
    let told = tell(&words, &mut vec![model], locale)?;
    Ok(PromptPreview {
        length: told.first.prompt.chars().count(),
        max_length: model.most_characters(PROMPT),
        warnings: warnings(app, tool, &words, model, &told.first, locale),
        prompt: told.first.prompt,
        negative_prompt: told.first.negative_prompt,
        model: model.id.clone(),
        template: told.details.template,
        style: told.details.style,
        language: told.first.language,
    })
}

/// The model that is named, else the one that would be chosen, else any that could do it with a key.
fn model<'a>(app: &'a App, new: &NewTask) -> Result<&'a AiModel, Failure> {
    let tool = app.catalogue.tool(&new.task_type);
    if let Some(id) = &new.model {
        let named = app.catalogue.models_for(&new.task_type).find(|model| &model.id == id);
        return named.ok_or_else(|| Failure::new(Code::ModelUnknown).with("model", id).field("model", "unknown"));
    }
    let suits = |model: &&AiModel| tool.is_some_and(|tool| parameters::suits(tool, model, &new.parameters));
    let able = || choices(app, &new.task_type);
    let chosen = able().find(suits).or_else(|| able().next()).or_else(|| app.catalogue.models_for(&new.task_type).next());
    chosen.ok_or_else(|| Failure::new(Code::ToolUnavailable).with("tool", &new.task_type).with("reason", ""))
}
