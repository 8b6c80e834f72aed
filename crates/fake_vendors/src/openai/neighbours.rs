//! Moderations and chat completions: enough for a product that checks or improves prompts with the same key.

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, SYNC, Served};
use crate::call::Call;
use crate::check::Fields;
use crate::fault::Phase;
use crate::shop::{Shop, now};

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

/// Answers with the last message of the user behind `English:`.
pub(super) fn chat(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    let model = fields.required("model", 100)?;
    let messages = fields.get("messages").and_then(Value::as_array).ok_or_else(|| Denial::field("messages", "must be an array"))?;
    let said = messages.iter().rev().find(|message| message["role"] == "user").and_then(|message| message["content"].as_str());
    let said = said.ok_or_else(|| Denial::field("messages", "no message of the user has a text"))?;
    let faults = shop.faults(said);
    shop.gate(call, said, &faults, Phase::Submit)?;
    let message = json!({ "role": "assistant", "content": format!("English: {said}") });
    let body = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": now(), "model": model,
        "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 20, "completion_tokens": 20, "total_tokens": 40 },
    });
    Ok(Served::under(Answer::ok(body), &faults, SYNC).items("/choices"))
}
