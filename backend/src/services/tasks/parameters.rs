//! Checks a task's parameters against what its tool declares and fills in defaults. Nothing is ignored: what a
//! tool does not take is refused by name.

use serde_json::{Map, Value};

use crate::error::{Code, Failure};
use crate::models::catalogue::{AiModel, Bounds, Choice, Parameter, ParameterKind, Tool};
use crate::models::id::FileId;
use crate::services::catalogue::Catalogue;
use crate::services::prompt_builder::language;

/// The parameter that says how many pictures come out of a tool that combines its inputs.
pub const COUNT: &str = "count";

/// Checked parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// As asked, with defaults.
    pub values: Map<String, Value>,
    /// The files that they name.
    pub files: Vec<FileId>,
}

impl Parameters {
    /// How many pictures come out of a tool that combines its inputs.
    #[must_use]
    pub fn count(&self) -> i32 {
        self.values.get(COUNT).and_then(Value::as_i64).and_then(|count| i32::try_from(count).ok()).unwrap_or(1)
    }
}

/// Checks `given` against the declaration of `tool` and what `model` takes of it. `has_pack` opens the choices that need
/// a model pack.
///
/// # Errors
/// `parameter_unsupported` for a name that tool or model do not have, `parameter_invalid` with one entry for each
/// wrong value.
pub fn check(
    catalogue: &Catalogue,
    tool: &Tool,
    model: &AiModel,
    given: &Map<String, Value>,
    has_pack: &dyn Fn(&str) -> bool,
) -> Result<Parameters, Failure> {
    if let Some(unknown) = given.keys().find(|name| tool.parameters.iter().all(|parameter| &parameter.name != *name)) {
        let tool = Failure::new(Code::ParameterUnsupported).with("by", &tool.task_type);
        return Err(tool.with("parameter", unknown).field(path(unknown), "unknown"));
    }
    if let Some(other) = not_taken(tool, model, given) {
        let model = Failure::new(Code::ParameterUnsupported).with("by", &model.id);
        return Err(model.with("parameter", other).field(path(other), "not_by_model"));
    }
    let mut failure = Failure::new(Code::ParameterInvalid);
    let mut checked = Parameters { values: Map::new(), files: Vec::new() };
    for parameter in tool.parameters.iter().filter(|parameter| !parameter.by_model || model.takes(&parameter.name)) {
        let applies = applies(parameter, &checked.values, given);
        match value(given, &parameter.name) {
            Some(_) if !applies => failure = failure.field(path(&parameter.name), "needs").field_with("other", condition(parameter)),
            Some(value) => match accept(catalogue, parameter, model, value, &|choice| is_open(choice, &checked.values, has_pack)) {
                Ok(()) => drop(checked.values.insert(parameter.name.clone(), value.clone())),
                Err((code, values)) => {
                    failure = failure.field(path(&parameter.name), code);
                    for (name, value) in values {
                        failure = failure.field_with(name, value);
                    }
                }
            },
            None if parameter.required => failure = failure.field(path(&parameter.name), "required"),
            None => {
                if let (true, Some(default)) = (applies, model.default_of(parameter)) {
                    checked.values.insert(parameter.name.clone(), default.clone());
                }
            }
        }
        if let Some(other) = parameter.excludes.as_ref().filter(|other| value(given, &parameter.name).and(value(given, other)).is_some()) {
            failure = failure.field(path(&parameter.name), "excludes").field_with("other", other);
        }
    }
    if !failure.fields.is_empty() {
        return Err(failure);
    }
    checked.files = files(tool, &checked.values);
    Ok(checked)
}

/// What was given under a name; null is nothing.
fn value<'a>(given: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    given.get(name).filter(|value| !value.is_null())
}

fn path(name: &str) -> String {
    format!("parameters.{name}")
}

/// Whether a parameter means anything beside the others.
fn applies(parameter: &Parameter, checked: &Map<String, Value>, given: &Map<String, Value>) -> bool {
    let shown = parameter.visible_when.iter().all(|(other, values)| {
        let value = checked.get(other).or_else(|| given.get(other));
        value.and_then(Value::as_str).is_some_and(|value| values.iter().any(|allowed| allowed == value))
    });
    shown && parameter.needs.as_ref().is_none_or(|other| value(given, other).is_some())
}

/// What a parameter needs beside it, in words.
fn condition(parameter: &Parameter) -> String {
    let shown = parameter.visible_when.iter().map(|(other, values)| format!("{other} = {}", values.join(" | ")));
    parameter.needs.iter().cloned().chain(shown).collect::<Vec<_>>().join(", ")
}

type Wrong = (&'static str, Vec<(&'static str, String)>);

fn accept(
    catalogue: &Catalogue,
    parameter: &Parameter,
    model: &AiModel,
    value: &Value,
    is_open: &dyn Fn(&Choice) -> bool,
) -> Result<(), Wrong> {
    let wrong = |code| Err((code, Vec::new()));
    match parameter.kind {
        ParameterKind::Choice | ParameterKind::IntegerChoice => {
            choice(parameter, value, &|choice| is_open(choice) && model.makes(&parameter.name, &choice.value))
        }
        ParameterKind::Text | ParameterKind::Line => {
            value.as_str().map_or_else(|| wrong("not_a_text"), |text| words(parameter, model, text))
        }
        ParameterKind::Integer if parameter.name == COUNT => count(parameter, model, value),
        ParameterKind::Number => value.as_f64().map_or_else(|| wrong("not_a_number"), |number| between(model.bounds_of(parameter), number)),
        ParameterKind::Integer if value.is_i64() || value.is_u64() => {
            between(model.bounds_of(parameter), value.as_f64().unwrap_or(f64::NAN))
        }
        ParameterKind::Integer => wrong("not_an_integer"),
        ParameterKind::Boolean if value.is_boolean() => Ok(()),
        ParameterKind::Boolean => wrong("not_a_boolean"),
        ParameterKind::Color if value.as_str().and_then(color).is_some() => Ok(()),
        ParameterKind::Color => wrong("not_a_color"),
        ParameterKind::File | ParameterKind::Mask if file(value).is_some() => Ok(()),
        ParameterKind::File | ParameterKind::Mask => wrong("not_a_file"),
        ParameterKind::Style if value.as_str().is_some_and(|id| catalogue.style(id).is_some()) => Ok(()),
        ParameterKind::Style => wrong("not_a_style"),
    }
}

/// Whether the model pack that a choice needs beside the other values is installed.
fn is_open(choice: &Choice, checked: &Map<String, Value>, has_pack: &dyn Fn(&str) -> bool) -> bool {
    choice.needs_pack.as_ref().is_none_or(|needed| {
        let beside = checked.get(&needed.by).and_then(Value::as_str);
        beside.and_then(|value| needed.packs.get(value)).is_some_and(|pack| has_pack(pack))
    })
}

/// A parameter that the tool has and this model does not take.
fn not_taken<'a>(tool: &'a Tool, model: &AiModel, given: &Map<String, Value>) -> Option<&'a str> {
    let not_taken = tool.parameters.iter().filter(|parameter| parameter.by_model && !model.takes(&parameter.name));
    not_taken.map(|parameter| parameter.name.as_str()).find(|name| value(given, name).is_some())
}

/// Whether a model takes all that was given and wants nothing that was not, as far as that depends on the model.
#[must_use]
pub fn suits(tool: &Tool, model: &AiModel, given: &Map<String, Value>) -> bool {
    let asked = given.get(COUNT).and_then(Value::as_u64).unwrap_or(1);
    let enough = model.vendor.as_ref().is_none_or(|vendor| asked <= u64::from(vendor.max_count));
    let taken = tool.parameters.iter().filter(|parameter| !parameter.by_model || model.takes(&parameter.name));
    let mut suited = taken.map(|parameter| match value(given, &parameter.name) {
        Some(value) if !parameter.choices.is_empty() => model.makes(&parameter.name, value),
        Some(value) => {
            let bounded = value.as_f64().or_else(|| value.as_str().map(|text| text.chars().count() as f64));
            bounded.is_none_or(|number| between(model.bounds_of(parameter), number).is_ok())
        }
        None => !parameter.required,
    });
    enough && suited.all(|suits| suits) && not_taken(tool, model, given).is_none()
}

/// How many pictures; the model may make fewer at once than the tool allows.
fn count(parameter: &Parameter, model: &AiModel, value: &Value) -> Result<(), Wrong> {
    if !value.is_i64() && !value.is_u64() {
        return Err(("not_an_integer", Vec::new()));
    }
    let most = model.vendor.as_ref().map(|vendor| f64::from(vendor.max_count));
    let bounds = model.bounds_of(parameter);
    let maximum = bounds.maximum.into_iter().chain(most).reduce(f64::min);
    between(Bounds { maximum, ..bounds }, value.as_f64().unwrap_or(f64::NAN))
}

/// Words that must be there have to say something.
fn words(parameter: &Parameter, model: &AiModel, text: &str) -> Result<(), Wrong> {
    if parameter.required && language::is_blank(text) {
        return Err(("required", Vec::new()));
    }
    match model.bounds_of(parameter).maximum {
        Some(most) if text.chars().count() as f64 > most => Err(("too_long", vec![("maximum", most.to_string())])),
        _ => Ok(()),
    }
}

fn choice(parameter: &Parameter, value: &Value, is_open: &dyn Fn(&Choice) -> bool) -> Result<(), Wrong> {
    let mut open = parameter.choices.iter().filter(|choice| is_open(choice));
    if open.clone().any(|choice| &choice.value == value) {
        return Ok(());
    }
    let names: Vec<String> = open.by_ref().map(|choice| choice.value.to_string()).collect();
    Err(("not_a_choice", vec![("choices", names.join(", "))]))
}

fn between(bounds: Bounds, number: f64) -> Result<(), Wrong> {
    let (minimum, maximum) = (bounds.minimum.unwrap_or(f64::MIN), bounds.maximum.unwrap_or(f64::MAX));
    // JSON has no NaN, so one of the three holds.
    if number < minimum {
        Err(("too_small", vec![("minimum", minimum.to_string())]))
    } else if number > maximum {
        Err(("too_large", vec![("maximum", maximum.to_string())]))
    } else {
        Ok(())
    }
}

/// Reads `#rrggbb`.
#[must_use]
pub fn color(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let bytes = hex::decode(digits).ok()?;
    bytes.try_into().ok()
}

fn file(value: &Value) -> Option<FileId> {
    value.as_str()?.parse().ok()
}

fn files(tool: &Tool, values: &Map<String, Value>) -> Vec<FileId> {
    let named = tool.parameters.iter().filter(|parameter| matches!(parameter.kind, ParameterKind::File | ParameterKind::Mask));
    named.filter_map(|parameter| file(values.get(&parameter.name)?)).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn checked(task_type: &str, given: Value) -> Result<Map<String, Value>, Failure> {
        let catalogue = Catalogue::load(Path::new("/nonexistent")).unwrap();
        let tool = catalogue.tool(task_type).unwrap();
        let model = catalogue.models_for(task_type).next().unwrap();
        check(&catalogue, tool, model, given.as_object().unwrap(), &|_| false).map(|parameters| parameters.values)
    }

    #[test]
    fn defaults_are_filled_in_where_they_mean_something() {
        let values = checked("remove_background", json!({})).unwrap();
        assert_eq!(Value::Object(values), json!({ "background": "transparent", "refineEdges": true, "outputFormat": "png" }));
        let values = checked("remove_background", json!({ "background": "color" })).unwrap();
        assert_eq!(values["color"], "#ffffff");
    }

    #[test]
    fn nothing_is_ignored() {
        let unknown = checked("upscale", json!({ "credits": 0 })).unwrap_err();
        assert_eq!((unknown.code, unknown.fields[0].field.as_str()), (Code::ParameterUnsupported, "parameters.credits"));
        let hidden = checked("remove_background", json!({ "color": "#000000" })).unwrap_err();
        assert_eq!(hidden.fields[0].code, "needs");
        let alone = checked("style_transfer", json!({ "blendAmount": 0.5 })).unwrap_err();
        assert_eq!(alone.fields[0].code, "needs");
    }

    #[test]
    fn a_parameter_that_is_null_is_absent_for_every_rule() {
        let (style, file) = ("lavender-honey", FileId::new());
        checked("style_transfer", json!({ "blendStyle": style, "styleImage": null })).unwrap();
        checked("style_transfer", json!({ "blendStyle": null, "styleImage": file })).unwrap();
        let both = checked("style_transfer", json!({ "blendStyle": style, "styleImage": file })).unwrap_err();
        assert_eq!(both.fields[0].code, "excludes");
        let alone = checked("style_transfer", json!({ "blendAmount": 0.5, "blendStyle": null })).unwrap_err();
        assert_eq!(alone.fields[0].code, "needs");
    }

    #[test]
    fn wrong_values_are_named_one_by_one() {
        let failure = checked("remove_background", json!({ "background": "blur", "blurRadius": 1, "refineEdges": "yes" })).unwrap_err();
        let found: Vec<(&str, &str)> = failure.fields.iter().map(|field| (field.field.as_str(), field.code.as_ref())).collect();
        assert_eq!(found, [("parameters.blurRadius", "too_small"), ("parameters.refineEdges", "not_a_boolean")]);
        assert!(checked("upscale", json!({ "scale": 3 })).is_err());
        assert!(checked("upscale", json!({ "scale": "2" })).is_err());
        assert!(checked("upscale", json!({ "quality": "high" })).is_err());
        assert!(checked("style_transfer", json!({ "strength": 1.5 })).is_err());
        assert!(checked("style_transfer", json!({ "styleImage": "../../etc/passwd" })).is_err());
    }
}
