//! A good answer, which need not hold a picture: then the reason decides. Enums from google-genai 3.4.0.

use serde::Deserialize;
use serde_json::Value;

use super::refusal;
use crate::account::Account;
use crate::delivery::{Delivery, Output, Usage};
use crate::encoded::Encoded;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::request::ImageRequest;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow, default)]
    candidates: Option<Vec<Candidate<'a>>>,
    #[serde(default)]
    prompt_feedback: Value,
    #[serde(default)]
    usage_metadata: Value,
    #[serde(default)]
    error: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate<'a> {
    #[serde(borrow, default)]
    content: Option<Content<'a>>,
    #[serde(default)]
    finish_reason: Option<String>,
    #[serde(default)]
    finish_message: Option<String>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow, default)]
    parts: Option<Vec<Part<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(default)]
    text: Option<String>,
    #[serde(borrow, default)]
    inline_data: Option<Inline<'a>>,
    /// A draft that the model made while it thought.
    #[serde(default)]
    thought: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inline<'a> {
    #[serde(default)]
    mime_type: String,
    #[serde(borrow)]
    data: Encoded<'a>,
}

/// Reads the body of a 200.
///
/// # Errors
/// [`Began::No`] when the words were refused, [`Began::Unknown`] when the answer is not the vendor's; otherwise
/// [`Began::Ended`].
pub fn read(account: &Account, request: &ImageRequest, body: &[u8]) -> Result<Delivery, Error> {
    let answer: Answer<'_> = wire::read_json(body)?;
    if let Some(reason) = answer.prompt_feedback["blockReason"].as_str() {
        let why = answer.prompt_feedback["blockReasonMessage"].as_str().unwrap_or("the prompt was blocked");
        return Err(Error::new(Class::ContentPolicyInput, why).code(reason));
    }
    let Some(candidates) = answer.candidates else { return Err(without_candidates(&answer.error, &answer.usage_metadata)) };
    let (mut pictures, mut why, mut said) = (Vec::new(), None, Vec::new());
    for candidate in candidates {
        why = why.or(candidate.finish_reason);
        said.extend(candidate.finish_message);
        let parts = candidate.content.and_then(|content| content.parts).unwrap_or_default();
        for part in parts.into_iter().filter(|part| part.thought != Some(true)) {
            said.extend(part.text);
            pictures.extend(part.inline_data.filter(|inline| inline.mime_type.starts_with("image/")));
        }
    }
    if pictures.is_empty() {
        return Err(no_picture(account, why.as_deref().unwrap_or("no reason"), &said.join(" ")));
    }
    let mut delivery = Delivery::collect(pictures.into_iter().map(|inline| inline.data.decode().map(Output::bytes)), request.count)?;
    delivery.usage = usage(&answer.usage_metadata);
    Ok(delivery)
}

/// A 200 that is an error, or nobody's.
fn without_candidates(error: &Value, usage: &Value) -> Error {
    match (refusal::failed(error), usage.is_null()) {
        (Some(error), _) => error,
        (None, true) => Error::new(Class::ProviderError, "the answer is not one of this vendor").began(Began::Unknown),
        (None, false) => Error::new(Class::EmptyResult, "the answer has no candidates").began(Began::Ended),
    }
}

/// Why there is no picture, by the reason of the end; `said` is what the model said instead.
fn no_picture(account: &Account, reason: &str, said: &str) -> Error {
    let class = match reason {
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "MODEL_ARMOR" | "ESCALATION" => Class::ContentPolicyOutput,
        "IMAGE_SAFETY" | "IMAGE_PROHIBITED_CONTENT" | "IMAGE_RECITATION" => Class::ContentPolicyOutput,
        // The account is limited for abuse.
        "PUP_LIMITED_DISABLED" => Class::Auth,
        // More of the same ends the same.
        "MAX_TOKENS" | "CONTINUATION" | "MISSING_THOUGHT_SIGNATURE" => Class::InvalidRequest,
        "STOP" | "NO_IMAGE" | "IMAGE_OTHER" | "OTHER" | "MALFORMED_RESPONSE" => Class::EmptyResult,
        other => {
            tracing::debug!(account = account.id, reason = other, "unknown reason");
            Class::EmptyResult
        }
    };
    Error::new(class, format!("no picture, {reason}: {said}")).code(reason).began(Began::Ended)
}

/// Tokens by kind. Without a kind those sent are words, which cost less, and those made are pictures.
fn usage(stated: &Value) -> Usage {
    let of = |details: &str, kind: &str| {
        let counts = stated[details].as_array().into_iter().flatten();
        let mut counts = counts.filter(|count| count["modality"] == kind);
        counts.find_map(|count| Usage::tokens(&count["tokenCount"]))
    };
    Usage {
        input_text_tokens: of("promptTokensDetails", "TEXT").or_else(|| Usage::tokens(&stated["promptTokenCount"])),
        input_image_tokens: of("promptTokensDetails", "IMAGE"),
        output_tokens: of("candidatesTokensDetails", "IMAGE").or_else(|| Usage::tokens(&stated["candidatesTokenCount"])),
        ..Usage::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_decides_when_there_is_no_picture() {
        let account = Account {
            id: "test".to_owned(),
            base_url: url::Url::parse("https://example.com").unwrap(),
            key: None,
            webhook_secret: None,
            webhook_keys_url: None,
            callback: None,
            egress: egress::Egress::new(egress::Options::new("test")).unwrap(),
            route: egress::Route::Direct,
            limits: crate::CallLimits::default(),
        };
        let class = |reason| no_picture(&account, reason, "").class;
        assert_eq!(class("IMAGE_RECITATION"), Class::ContentPolicyOutput);
        assert_eq!(class("PUP_LIMITED_DISABLED"), Class::Auth);
        assert_eq!(class("MAX_TOKENS"), Class::InvalidRequest);
        assert_eq!(class("SOMETHING_NEW"), Class::EmptyResult);
        assert_eq!(no_picture(&account, "STOP", "I would rather not").message, "no picture, STOP: I would rather not");
    }
}
