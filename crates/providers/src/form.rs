//! Fields and pictures as parts of a form.

use egress::Form;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::http as wire;
use crate::request::Picture;

/// The fields as the text parts of a form.
#[must_use]
pub fn of(fields: &Map<String, Value>) -> Form {
    fields.iter().fold(Form::new(), |form, (name, value)| match value {
        Value::String(text) => form.text(name, text.as_str()),
        other => form.text(name, other.to_string()),
    })
}

/// The form with a picture in the part `name`, its file named by `stem`.
///
/// # Errors
/// When the picture's type may not stand in a header.
pub fn with_file(form: Form, name: &str, stem: &str, picture: &Picture) -> Result<Form, Error> {
    form.file(name, &picture.file_name(stem), picture.mime, picture.bytes.clone()).map_err(|error| wire::of_submit(&error))
}
