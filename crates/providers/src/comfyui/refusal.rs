//! What went wrong, in the words of all vendors.

use serde_json::Value;

use super::template::Template;
use crate::error::{Class, Error};
use crate::http::Refusal;

/// A graph that was refused: `{"error":{"type","message",…},"node_errors":{"<node>":{"errors":[{"type","details",
/// "extra_info":{"input_name"}}]}}}`. When all that is wrong stands in slots that a user fills, the value is wrong;
/// anything else (a missing model file, a missing node) only the operator can mend.
pub fn refused(template: &Template, refusal: &Refusal) -> Error {
    let body = refusal.json();
    let error = plain(refusal);
    if refusal.status != 400 || !body["error"].is_object() {
        return error;
    }
    let mut wrong = Vec::new();
    for (node, said) in body["node_errors"].as_object().into_iter().flatten() {
        for error in said["errors"].as_array().into_iter().flatten() {
            let input = error["extra_info"]["input_name"].as_str().unwrap_or_default();
            let slot = template.slot_of(node, input).filter(|slot| !["model", "request_id"].contains(slot));
            wrong.push((slot, format!("{node}.{input}: {} {}", text(&error["type"]), text(&error["details"]))));
        }
    }
    let by_user = !wrong.is_empty() && wrong.iter().all(|(slot, _)| slot.is_some());
    let class = if by_user { Class::InvalidRequest } else { Class::ModelUnavailable };
    let details: Vec<String> = wrong.into_iter().map(|(_, detail)| detail).collect();
    Error::new(class, format!("{}; {}", error.message, details.join("; "))).code(text(&body["error"]["type"]))
}

/// Any other answer with a status that is no success.
pub fn plain(refusal: &Refusal) -> Error {
    let (plain, body) = (refusal.plain(), refusal.json());
    match body["error"]["message"].as_str() {
        Some(message) => Error { message: format!("{}: {message}", refusal.status), unquoted: None, ..plain },
        None => plain,
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
