//! What somebody wants said, checked against the catalogue: own words, a template with its slots, a style.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::language::is_blank;
use crate::error::{Code, Failure};
use crate::models::catalogue::{NEGATIVE_PROMPT, PROMPT, PROMPT_LENGTH, PromptLanguage, Tool};
use crate::models::prompt::{Frame, PromptStyle, Slot, Template};
use crate::models::task::NewTask;
use crate::services::catalogue::Catalogue;

/// What somebody wants said.
#[derive(Debug, Clone)]
pub struct Words<'a> {
    /// The own words.
    pub own: String,
    /// What to leave out, in own words.
    pub negative: String,
    /// The template.
    pub template: Option<&'a Template>,
    /// What is filled into its slots, without those that are left to their default.
    pub slots: BTreeMap<String, String>,
    /// The style.
    pub style: Option<&'a PromptStyle>,
    /// How all of it is joined.
    pub frame: Option<&'a Frame>,
    /// Whether what to leave out is said in words where a model has no field for it.
    pub avoid_in_words: bool,
    /// What was written before it was improved or translated.
    pub original: Option<String>,
}

impl<'a> Words<'a> {
    /// The words of a task; none for a tool that takes none, or may do without and was given none. `parameters` are
    /// checked.
    ///
    /// # Errors
    /// `template_unknown`, `style_unknown`; `parameter_unsupported` for slots that the template does not have and for a
    /// tool without words; `parameter_invalid` for values.
    pub fn of(catalogue: &'a Catalogue, tool: &Tool, new: &NewTask, parameters: &Map<String, Value>) -> Result<Option<Self>, Failure> {
        let text = |name: &str| parameters.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let given = [PROMPT, NEGATIVE_PROMPT].into_iter().any(|name| !is_blank(&text(name)));
        if !tool.takes_words() || !given {
            return no_words(tool, new).map(|()| None);
        }
        let template = template(catalogue, tool, new)?;
        check_slots(template, &new.slots)?;
        let original = new.original_prompt.clone().filter(|text| !is_blank(text));
        if original.as_ref().is_some_and(|text| text.chars().count() > PROMPT_LENGTH) {
            return Err(invalid("originalPrompt", "too_long").field_with("maximum", PROMPT_LENGTH));
        }
        let mut slots = new.slots.clone();
        slots.retain(|_, value| !is_blank(value));
        Ok(Some(Self {
            own: text(PROMPT),
            negative: text(NEGATIVE_PROMPT),
            template,
            slots,
            style: style(catalogue, tool, new)?,
            frame: catalogue.prompts.frame(&tool.task_type),
            avoid_in_words: new.avoid_in_words,
            original,
        }))
    }

    /// What stands in a slot, in a language.
    #[must_use]
    pub fn slot(&self, slot: &Slot, language: PromptLanguage) -> String {
        let (given, locale) = (self.slots.get(&slot.id), language.locale());
        if slot.choices.is_empty() {
            let default = || slot.default.as_ref().map(|words| words.get(locale).to_owned()).unwrap_or_default();
            return given.map_or_else(default, |words| words.trim().to_owned());
        }
        let chosen = slot.choices.iter().find(|choice| Some(&choice.value) == given).or(slot.choices.first());
        chosen.map(|choice| choice.words.get(locale).to_owned()).unwrap_or_default()
    }

    /// All that a person wrote, for a look at the language.
    #[must_use]
    pub fn written(&self) -> String {
        let texts = self.template.into_iter().flat_map(|template| &template.slots).filter(|slot| slot.choices.is_empty());
        let slots = texts.filter_map(|slot| self.slots.get(&slot.id).map(String::as_str));
        std::iter::once(self.own.as_str()).chain(slots).collect::<Vec<_>>().join(" ")
    }
}

fn no_words(tool: &Tool, new: &NewTask) -> Result<(), Failure> {
    let given = [
        ("style", new.style.is_some() && !tool.uses_styles),
        ("template", new.template.is_some()),
        ("slots", !new.slots.is_empty()),
        ("avoidInWords", new.avoid_in_words),
        ("originalPrompt", new.original_prompt.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(unsupported(&tool.task_type, name)),
        None => Ok(()),
    }
}

fn template<'a>(catalogue: &'a Catalogue, tool: &Tool, new: &NewTask) -> Result<Option<&'a Template>, Failure> {
    let Some(id) = &new.template else { return Ok(None) };
    let found = catalogue.prompts.template(id, &tool.task_type);
    found.map(Some).ok_or_else(|| Failure::new(Code::TemplateUnknown).with("template", id).field("template", "not_a_template"))
}

fn style<'a>(catalogue: &'a Catalogue, tool: &Tool, new: &NewTask) -> Result<Option<&'a PromptStyle>, Failure> {
    let Some(id) = new.style.as_ref().filter(|_| !tool.uses_styles) else { return Ok(None) };
    let found = catalogue.prompts.style(id, &tool.task_type);
    found.map(Some).ok_or_else(|| Failure::new(Code::StyleUnknown).with("style", id).field("style", "not_a_style"))
}

/// Nothing is ignored: a slot that the template does not have is refused by name.
fn check_slots(template: Option<&Template>, given: &BTreeMap<String, String>) -> Result<(), Failure> {
    let known = template.map(|template| template.slots.as_slice()).unwrap_or_default();
    if let Some(unknown) = given.keys().find(|name| known.iter().all(|slot| &slot.id != *name)) {
        let by = template.map_or("no template", |template| &template.id);
        return Err(unsupported(by, &format!("slots.{unknown}")));
    }
    let mut failure = Failure::new(Code::ParameterInvalid);
    for slot in known {
        let path = format!("slots.{}", slot.id);
        let value = given.get(&slot.id).map(|value| value.trim()).filter(|value| !value.is_empty());
        match value {
            None if slot.choices.is_empty() && slot.default.is_none() => failure = failure.field(path, "required"),
            None => {}
            Some(value) if slot.choices.is_empty() && value.chars().count() > slot.max_length => {
                failure = failure.field(path, "too_long").field_with("maximum", slot.max_length);
            }
            Some(value) if !slot.choices.is_empty() && slot.choices.iter().all(|choice| choice.value != value) => {
                let choices: Vec<&str> = slot.choices.iter().map(|choice| choice.value.as_str()).collect();
                failure = failure.field(path, "not_a_choice").field_with("choices", choices.join(", "));
            }
            Some(_) => {}
        }
    }
    if failure.fields.is_empty() { Ok(()) } else { Err(failure) }
}

fn invalid(field: &str, code: &'static str) -> Failure {
    Failure::new(Code::ParameterInvalid).field(field, code)
}

fn unsupported(by: &str, name: &str) -> Failure {
    Failure::new(Code::ParameterUnsupported).with("by", by).with("parameter", name).field(name, "unknown")
}
