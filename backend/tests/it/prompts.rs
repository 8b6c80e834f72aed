//! Words for pictures: what models are told, and what is said about it before a press.

mod helper;
mod language;
mod preview;
mod stored;

use serde_json::{Value, json};

/// A task of these words; `more` are further fields of it.
fn order(prompt: &str, more: Value) -> Value {
    let mut order = json!({ "taskType": "text_to_image", "parameters": { "prompt": prompt } });
    order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    order
}
