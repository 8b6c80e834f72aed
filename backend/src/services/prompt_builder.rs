//! The words kept with a task: the caller's own prompt, else the tool's sentence with the style's name filled in.
//! They describe the result in lists and to screen readers, and are found by search.

use serde_json::{Map, Value};

use crate::models::catalogue::{Style, Tool};
use crate::models::locale::Locale;

/// Builds the prompt of a task.
#[must_use]
pub fn build_prompt(tool: &Tool, parameters: &Map<String, Value>, style: Option<&Style>, locale: Locale) -> Option<String> {
    if let Some(Value::String(own)) = parameters.get("prompt") {
        return Some(own.clone());
    }
    let sentence = tool.prompt.as_ref()?.get(locale);
    let style = style?;
    Some(sentence.replace("{style}", style.name.get(locale)))
}
