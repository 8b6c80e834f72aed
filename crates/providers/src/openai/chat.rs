//! Chat completions: one question to a text model, one answer, as OpenAI and the servers that imitate it take it
//! (`POST chat/completions`; spec of 2026-08). No pictures, no tools, no stream.

use std::time::Duration;

use egress::Limits;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::dialect::Dialect;
use super::refusal::{self, Said};
use super::rooted;
use crate::account::Account;
use crate::error::{Began, Class, Error};
use crate::http as wire;

/// Longest wait for an answer: somebody sits before it.
const PATIENCE: Duration = Duration::from_secs(60);
/// Most of an answer: a few thousand characters, their escapes, and what models say of their own thinking.
const ANSWER_BYTES: u64 = 256 << 10;

/// A question to a text model.
#[derive(Debug, Clone, Copy)]
pub struct Chat<'a> {
    /// The model's name at the vendor.
    pub model: &'a str,
    /// What it is to do with the text: ours.
    pub instruction: &'a str,
    /// The text: somebody else's.
    pub text: &'a str,
}

/// What a text model said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its words, without what it says to itself.
    pub text: String,
    /// Whether it was cut off at the vendor's limit.
    pub cut: bool,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    error: Value,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    message: Option<Message>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

/// Asks. Only what every server takes is sent: newer models refuse `max_tokens` and `temperature`, older servers do not
/// know their successors. What it may cost is bounded by the time and the size of the answer.
///
/// # Errors
/// [`Class::ContentPolicyOutput`] when the model refuses, [`Class::EmptyResult`] when it says nothing, otherwise as every
/// call to a vendor; without the key in them.
pub async fn ask(account: &Account, chat: &Chat<'_>) -> Result<Reply, Error> {
    send(account, chat).await.map_err(|error| account.conceal(error))
}

async fn send(account: &Account, chat: &Chat<'_>) -> Result<Reply, Error> {
    let account = &rooted(account);
    let body = json!({
        "model": chat.model,
        "messages": [{ "role": "system", "content": chat.instruction }, { "role": "user", "content": chat.text }],
    });
    let call = account.call(Method::POST, "chat/completions").json(&body).map_err(|error| wire::of_submit(&error))?;
    let call = account.with_bearer(call)?.limits(limits(account));
    let answer = account.egress.send(call).await.map_err(|error| wire::of_submit(&error))?;
    if !answer.status.is_success() {
        return Err(refusal::refused(&Dialect::GATEWAY, &wire::Refusal::read(account, answer).await));
    }
    read(&answer.bytes().await.map_err(|error| wire::of_submit(&error))?)
}

fn limits(account: &Account) -> Limits {
    let api = account.limits.api;
    Limits {
        first_byte: api.first_byte.min(PATIENCE),
        total: api.total.min(PATIENCE),
        max_body_bytes: api.max_body_bytes.min(ANSWER_BYTES),
        ..api
    }
}

fn read(body: &[u8]) -> Result<Reply, Error> {
    let answer: Answer = wire::read_json(body)?;
    let Some(choice) = answer.choices.and_then(|choices| choices.into_iter().next()) else {
        let said = Said::of_parts(&answer.error, &Value::Null, &Value::Null);
        return Err(said.map_or_else(nothing, |said| refusal::failed(&Dialect::GATEWAY, &said)));
    };
    let Message { content, refusal } = choice.message.unwrap_or(Message { content: None, refusal: None });
    let refused = refusal.filter(|words| !words.trim().is_empty());
    if refused.is_some() || choice.finish_reason.as_deref() == Some("content_filter") {
        return Err(Error::new(Class::ContentPolicyOutput, refused.unwrap_or_default()).began(Began::Ended));
    }
    let content = content.unwrap_or_default();
    let text = without_thinking(&content).trim();
    if text.is_empty() {
        return Err(nothing());
    }
    Ok(Reply { text: text.to_owned(), cut: choice.finish_reason.as_deref() == Some("length") })
}

fn nothing() -> Error {
    Error::new(Class::EmptyResult, "the text model said nothing").began(Began::Ended)
}

/// Some servers put what a model says to itself before its answer.
fn without_thinking(content: &str) -> &str {
    match content.trim_start().strip_prefix("<think>") {
        Some(thinking) => thinking.split_once("</think>").map_or("", |(_, answer)| answer),
        None => content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(body: &Value) -> Class {
        read(body.to_string().as_bytes()).unwrap_err().class
    }

    #[test]
    fn the_answer_is_the_words_without_the_thinking() {
        let body = |content: &str, reason: &str| json!({ "choices": [{ "message": { "content": content }, "finish_reason": reason }] });
        let text = |content| read(body(content, "stop").to_string().as_bytes()).unwrap().text;
        assert_eq!(text("  a cat \n"), "a cat");
        assert_eq!(text("<think>a cat? yes</think>\n\na cat"), "a cat");
        assert!(read(body("a cat", "length").to_string().as_bytes()).unwrap().cut);
        assert_eq!(class(&body("<think>for ever", "length")), Class::EmptyResult);
    }

    #[test]
    fn silence_refusals_and_errors_with_200_are_told_apart() {
        assert_eq!(class(&json!({ "choices": [] })), Class::EmptyResult);
        assert_eq!(class(&json!({ "choices": null })), Class::EmptyResult);
        assert_eq!(class(&json!({ "choices": [{ "message": null }] })), Class::EmptyResult);
        assert_eq!(class(&json!({ "choices": [{ "message": { "content": null, "refusal": "no" } }] })), Class::ContentPolicyOutput);
        assert_eq!(
            class(&json!({ "choices": [{ "message": { "content": "x" }, "finish_reason": "content_filter" }] })),
            Class::ContentPolicyOutput
        );
        assert_eq!(class(&json!({ "error": { "message": "no money", "code": "insufficient_quota" } })), Class::ProviderBilling);
        assert_eq!(class(&json!({ "choices": [{ "message": { "content": 7 } }] })), Class::ProviderError);
    }
}
