//! What a hosted model calls the things that it can be asked for. Vendors that host other people's models have no field
//! names of their own: each model has its own, and they are data of the catalogue ([`crate::Model::inputs`]).
//!
//! ```toml
//! inputs.prompt = "prompt"
//! inputs.width = "image_size.width"        # a field inside an object
//! inputs.images = "image_urls[]"           # a list; several parameters may add to it
//! inputs.output_format = { field = "output_format", values = { jpeg = "jpg", png = "png" } }
//! inputs.mask = { field = "mask", mask_form = "black" }
//! inputs.prompt = { field = "prompt", syntax = ["angle_tags", "choice"] }
//! ```
//!
//! What a request has and the model has no name for is refused. Where `values` are given, they are all that the model
//! takes: ours on the left, as a text, its own on the right. `syntax` names what the model's program reads in words
//! besides words ([`crate::syntax`]); without it tags that load files are taken out, which are words to no model. Fields that are the same in every request stand in the
//! model's option `fields`.

mod asked;
mod fill;

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

pub use fill::{Piece, fill};

use crate::error::{Class, Error};
use crate::mask::MaskForm;
use crate::syntax::{Syntax, neutralise};

/// The names of a model's fields, by the parameters of the vocabulary.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Inputs(HashMap<Parameter, Input>);

/// Something that a request can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the vocabulary")]
pub enum Parameter {
    /// The user's words as they are.
    Prompt,
    /// In place of [`Parameter::Prompt`]: the task said in words, for models that do what they are told.
    Instruction,
    NegativePrompt,
    SearchPrompt,
    Images,
    Mask,
    References,
    StyleImage,
    /// `1024x768`.
    Size,
    Width,
    Height,
    /// `16:9`, where the model's sizes are ratios.
    Ratio,
    /// `1k`, where they have tiers.
    Tier,
    Count,
    Seed,
    Quality,
    Strength,
    Steps,
    Guidance,
    Sampler,
    Scheduler,
    StylePreset,
    Creativity,
    ControlStrength,
    /// Pixels. Where a model has no field for borders they become a canvas and a mask.
    ExpandLeft,
    ExpandRight,
    ExpandTop,
    ExpandBottom,
    Scale,
    UpscaleMode,
    Background,
    OutputFormat,
    OutputCompression,
    Moderation,
    SafetyLevel,
    EndUser,
}

/// How a model wants a parameter.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Input {
    Named(String),
    Described(Description),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    field: String,
    #[serde(default)]
    values: Option<Map<String, Value>>,
    #[serde(default)]
    mask_form: MaskForm,
    #[serde(default)]
    syntax: Option<Vec<Syntax>>,
}

/// What is taken out of words for a model of which nothing is said.
const COMMON_SYNTAX: [Syntax; 1] = [Syntax::AngleTags];

impl Inputs {
    /// Whether the model has a field for it.
    fn has(&self, parameter: Parameter) -> bool {
        self.0.contains_key(&parameter)
    }

    /// The name of the model's field.
    ///
    /// # Errors
    /// [`Class::InvalidRequest`] when it has none.
    fn field(&self, parameter: Parameter) -> Result<&str, Error> {
        match self.0.get(&parameter) {
            Some(Input::Named(field) | Input::Described(Description { field, .. })) => Ok(field),
            None => Err(Error::new(Class::InvalidRequest, format!("the model cannot be asked for: {parameter:?}"))),
        }
    }

    /// A value as the model writes it.
    ///
    /// # Errors
    /// [`Class::InvalidRequest`] for one that it has no word for.
    fn value(&self, parameter: Parameter, value: Value) -> Result<Value, Error> {
        let Some(Input::Described(Description { values: Some(values), .. })) = self.0.get(&parameter) else { return Ok(value) };
        let ours = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let unknown = || Error::new(Class::InvalidRequest, format!("the model cannot be asked for: {parameter:?} {ours}"));
        values.get(&ours).cloned().ok_or_else(unknown)
    }

    /// The words without the meaning that the model's program would see in them besides words.
    fn plain(&self, parameter: Parameter, words: &str) -> String {
        let syntax = match self.0.get(&parameter) {
            Some(Input::Described(Description { syntax: Some(syntax), .. })) => syntax.as_slice(),
            _ => &COMMON_SYNTAX,
        };
        neutralise(words, syntax)
    }

    fn mask_form(&self) -> MaskForm {
        match self.0.get(&Parameter::Mask) {
            Some(Input::Described(description)) => description.mask_form,
            _ => MaskForm::default(),
        }
    }
}

/// Puts a value into its field: `seed`, `image_size.width` or `image_urls[]`.
pub fn place(fields: &mut Map<String, Value>, path: &str, value: Value) {
    if let Some((outer, inner)) = path.split_once('.') {
        let object = fields.entry(outer).or_insert_with(|| json!({}));
        match object {
            Value::Object(object) => place(object, inner, value),
            other => {
                *other = json!({});
                place(fields, path, value);
            }
        }
        return;
    }
    let Some(name) = path.strip_suffix("[]") else {
        fields.insert(path.to_owned(), value);
        return;
    };
    match fields.get_mut(name) {
        Some(Value::Array(list)) => list.push(value),
        _ => _ = fields.insert(name.to_owned(), json!([value])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(json: &Value) -> Inputs {
        serde_json::from_value(json.clone()).unwrap()
    }

    #[test]
    fn values_go_where_the_path_leads() {
        let mut fields = json!({ "image_size": "square" }).as_object().cloned().unwrap();
        for (path, value) in [("seed", 7), ("image_size.width", 1), ("image_size.height", 2), ("images[]", 3), ("images[]", 4)] {
            place(&mut fields, path, json!(value));
        }
        assert_eq!(Value::from(fields), json!({ "image_size": { "width": 1, "height": 2 }, "seed": 7, "images": [3, 4] }));
    }

    #[test]
    fn a_list_of_values_is_all_that_the_model_takes() {
        let values = json!({ "jpeg": "jpg" });
        let inputs = inputs(
            &json!({ "output_format": { "field": "format", "values": values }, "scale": { "field": "by", "values": { "2": "2x" } } }),
        );
        assert_eq!(inputs.value(Parameter::OutputFormat, json!("jpeg")).unwrap(), json!("jpg"));
        assert_eq!(inputs.value(Parameter::Scale, json!(2)).unwrap(), json!("2x"));
        assert_eq!(inputs.value(Parameter::OutputFormat, json!("webp")).unwrap_err().class, Class::InvalidRequest);
        assert_eq!(inputs.field(Parameter::OutputFormat).unwrap(), "format");
        assert_eq!(inputs.field(Parameter::Seed).unwrap_err().class, Class::InvalidRequest);
    }

    #[test]
    fn words_lose_the_meaning_that_the_models_program_would_see_in_them() {
        let plain = |input: Value| inputs(&json!({ "prompt": input })).plain(Parameter::Prompt, "a <lora:x:1> {b|c} [d:e:2]");
        assert_eq!(plain(json!("prompt")), "a ‹lora:x:1> {b|c} [d:e:2]");
        let described = json!({ "field": "prompt", "syntax": ["angle_tags", "choice"] });
        assert_eq!(plain(described), "a ‹lora:x:1> ｛b|c｝ [d:e:2]");
        assert_eq!(plain(json!({ "field": "prompt", "syntax": [] })), "a <lora:x:1> {b|c} [d:e:2]");
    }

    #[test]
    fn masks_are_white_unless_the_model_has_them_otherwise() {
        assert_eq!(inputs(&json!({ "mask": "mask" })).mask_form(), MaskForm::White);
        assert_eq!(inputs(&json!({ "mask": { "field": "mask", "mask_form": "black" } })).mask_form(), MaskForm::Black);
    }

    #[test]
    fn a_misspelt_parameter_is_found_when_the_catalogue_is_read() {
        for wrong in [json!({ "promt": "prompt" }), json!({ "mask": { "field": "mask", "form": "black" } }), json!({ "seed": 7 })] {
            assert!(serde_json::from_value::<Inputs>(wrong).is_err());
        }
    }
}
