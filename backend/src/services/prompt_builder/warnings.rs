//! What is better known before a press: words that a model does not read, wishes that it has no field for.

use super::build::Text;
use super::language::is_read;
use super::words::Words;
use crate::app::App;
use crate::messages;
use crate::models::catalogue::{AiModel, NEGATIVE_PROMPT, Tool};
use crate::models::locale::Locale;
use crate::models::prompt::{PromptWarning, PromptWarningCode};
use crate::services::catalogue::choices;

/// The warnings about a text for a model, with the models that can be had now and would do better.
#[must_use]
pub fn warnings(app: &App, tool: &Tool, words: &Words<'_>, model: &AiModel, text: &Text, locale: Locale) -> Vec<PromptWarning> {
    let written = words.written();
    let better = |suits: &dyn Fn(&AiModel) -> bool| -> Vec<String> {
        let others = choices(app, &tool.task_type).filter(|other| other.id != model.id && suits(other));
        others.map(|other| other.id.clone()).collect()
    };
    let mut warnings = Vec::new();
    if !is_read(&written, model) {
        warnings.push(PromptWarning {
            code: PromptWarningCode::PromptLanguage,
            message: messages::text(locale, "prompt_warning.prompt_language", &[("model", model.name.get(locale))]),
            alternatives: better(&|other| is_read(&written, other)),
        });
    }
    if let Some(dropped) = &text.dropped {
        let values = [("model", model.name.get(locale)), ("dropped", dropped.as_str())];
        warnings.push(PromptWarning {
            code: PromptWarningCode::NegativePromptDropped,
            message: messages::text(locale, "prompt_warning.negative_prompt_dropped", &values),
            alternatives: better(&|other| other.takes(NEGATIVE_PROMPT)),
        });
    }
    warnings
}
