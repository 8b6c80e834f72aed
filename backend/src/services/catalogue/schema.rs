//! A tool's parameters as a JSON Schema (2020-12), in one language, for forms and for the API's readers.

use serde_json::{Map, Value, json};

use crate::models::catalogue::{Choice, Parameter, ParameterKind, Tool};
use crate::models::locale::Locale;

/// The schema of a tool's `parameters`.
#[must_use]
pub fn render(tool: &Tool, has_pack: &dyn Fn(&str) -> bool, locale: Locale) -> Value {
    let properties: Map<String, Value> =
        tool.parameters.iter().map(|parameter| (parameter.name.clone(), property(parameter, has_pack, locale))).collect();
    let order: Vec<&str> = tool.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let required: Vec<&str> =
        tool.parameters.iter().filter(|parameter| parameter.required).map(|parameter| parameter.name.as_str()).collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties, "required": required, "x-order": order })
}

fn property(parameter: &Parameter, has_pack: &dyn Fn(&str) -> bool, locale: Locale) -> Value {
    let mut schema = Map::new();
    let mut put = |key: &str, value: Value| drop(schema.insert(key.to_owned(), value));
    put("title", parameter.title.get(locale).into());
    if let Some(description) = &parameter.description {
        put("description", description.get(locale).into());
    }
    put("type", json_type(parameter.kind).into());
    if let Some(format) = format(parameter.kind) {
        put("format", format.into());
    }
    if !parameter.choices.is_empty() {
        put("oneOf", parameter.choices.iter().filter_map(|choice| option(choice, has_pack, locale)).collect());
    }
    // The step is one of the slider only: values in between are taken, so it is no `multipleOf`.
    for (key, bound) in [("minimum", parameter.minimum), ("maximum", parameter.maximum), ("x-step", parameter.step)] {
        if let Some(bound) = bound {
            put(key, number(parameter.kind, bound));
        }
    }
    if let Some(max_length) = parameter.max_length {
        put("maxLength", max_length.into());
    }
    if let Some(default) = &parameter.default {
        put("default", default.clone());
    }
    for (key, holds) in [("x-by-model", parameter.by_model), ("x-mask", parameter.kind == ParameterKind::Mask)] {
        if holds {
            put(key, true.into());
        }
    }
    if parameter.advanced {
        put("x-advanced", true.into());
    }
    if !parameter.visible_when.is_empty() {
        put("x-visible-when", json!(parameter.visible_when));
    }
    if let Some(needs) = &parameter.needs {
        put("x-needs", needs.as_str().into());
    }
    if let Some(excludes) = &parameter.excludes {
        put("x-excludes", excludes.as_str().into());
    }
    Value::Object(schema)
}

/// A choice, with the values of the other parameter beside which its pack is installed; `None` when none is.
fn option(choice: &Choice, has_pack: &dyn Fn(&str) -> bool, locale: Locale) -> Option<Value> {
    let mut option = json!({ "const": choice.value, "title": choice.title.get(locale) });
    if let Some(needed) = &choice.needs_pack {
        let open: Vec<&String> = needed.packs.iter().filter(|(_, pack)| has_pack(pack)).map(|(value, _)| value).collect();
        if open.is_empty() {
            return None;
        }
        option["x-visible-when"] = json!({ &needed.by: open });
    }
    Some(option)
}

const fn json_type(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::Number => "number",
        ParameterKind::Integer | ParameterKind::IntegerChoice => "integer",
        ParameterKind::Boolean => "boolean",
        ParameterKind::Choice | ParameterKind::Color | ParameterKind::Text | ParameterKind::Line => "string",
        ParameterKind::File | ParameterKind::Mask | ParameterKind::Style => "string",
    }
}

const fn format(kind: ParameterKind) -> Option<&'static str> {
    match kind {
        ParameterKind::Color => Some("color"),
        ParameterKind::Text => Some("prompt"),
        ParameterKind::File | ParameterKind::Mask => Some("file-id"),
        ParameterKind::Style => Some("style-id"),
        _ => None,
    }
}

/// Whole numbers without a decimal point.
#[expect(clippy::cast_possible_truncation, reason = "bounds of whole-number parameters are small whole numbers")]
fn number(kind: ParameterKind, bound: f64) -> Value {
    if matches!(kind, ParameterKind::Integer) { json!(bound as i64) } else { json!(bound) }
}
