//! Moderations: enough for a product that checks prompts with the same key.

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Served};
use crate::call::Call;
use crate::check::Fields;

const CATEGORIES: [&str; 13] = [
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
];

/// Flags every text with the word `[flagged]`.
pub(super) fn moderate(call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&["model", "input"])?;
    fields
        .one_of("model", &["omni-moderation-latest", "omni-moderation-2024-09-26", "text-moderation-latest", "text-moderation-stable"])?;
    let inputs = match fields.get("input") {
        Some(Value::String(_)) => 1,
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => items.len(),
        Some(Value::Array(_)) => 1,
        _ => return Err(Denial::field("input", "is required")),
    };
    let flagged = fields.get("input").is_some_and(|input| input.to_string().contains("[flagged]"));
    let categories: serde_json::Map<String, Value> =
        CATEGORIES.iter().map(|name| ((*name).to_owned(), json!(flagged && *name == "violence"))).collect();
    let scores: serde_json::Map<String, Value> =
        CATEGORIES.iter().map(|name| ((*name).to_owned(), json!(if flagged && *name == "violence" { 0.97 } else { 0.01 }))).collect();
    let result = json!({ "flagged": flagged, "categories": categories, "category_scores": scores, "category_applied_input_types": {} });
    let body = json!({ "id": "modr-1", "model": "omni-moderation-latest", "results": vec![result; inputs] });
    Ok(Served::plain(Answer::ok(body)))
}
