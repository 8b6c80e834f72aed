//! Answers: a picture, a task, or how a task stands.

use serde_json::Value;

use super::refusal::meaning;
use crate::coded::Coded;
use crate::delivery::{Delivery, Output};
use crate::error::{Began, Class, Error};
use crate::provider::{Handle, Progress};

/// Pictures of one call.
const COUNT: u32 = 1;
/// Levels of `content_filter` below this are said to be severe; this one is mild and comes with good pictures.
const MILD: u64 = 3;

/// The task of an answer to a submit.
///
/// # Errors
/// The failure that the answer tells of, or [`Began::Unknown`] when it tells of nothing.
pub fn accepted(body: &Value) -> Result<Handle, Error> {
    if let Some(id) = body["id"].as_str() {
        return Handle::checked(id);
    }
    Err(failure(body))
}

/// The picture of an answer: `[{"url"}]` in the field `list`.
///
/// # Errors
/// [`Began::Ended`] when there is none, [`Began::Unknown`] when the answer is not the vendor's.
pub fn pictures(body: &Value, list: &str) -> Result<Delivery, Error> {
    let links: Vec<&str> = body[list].as_array().into_iter().flatten().filter_map(|item| item["url"].as_str()).collect();
    if links.is_empty() {
        if body.get(list).is_none() {
            return Err(failure(body));
        }
        if let Some(error) = filtered(body) {
            return Err(error);
        }
    }
    Delivery::collect(links.into_iter().map(Output::linked), COUNT)
}

/// How a task stands.
///
/// # Errors
/// [`Began::Ended`] when it failed, [`Began::No`] when the answer says nothing about it.
pub fn progress(body: &Value) -> Result<Progress, Error> {
    match body["task_status"].as_str() {
        Some("PROCESSING") => Ok(Progress::Running { fraction: None }),
        Some("SUCCESS") => pictures(body, "image_result").map(|delivery| Progress::Done(Box::new(delivery))),
        Some("FAIL") => {
            let silent = || Error::new(Class::ProviderError, "the task failed without a reason").began(Began::Ended);
            Err(Coded::of(body).map(|said| said.failed(meaning)).or_else(|| filtered(body)).unwrap_or_else(silent))
        }
        Some(other) => {
            tracing::debug!(status = other, "unknown status of a task");
            Ok(Progress::Running { fraction: None })
        }
        None => Err(failure(body).began(Began::No)),
    }
}

/// What the content filter held back: what was made (`assistant`), or what was asked for.
fn filtered(body: &Value) -> Option<Error> {
    let mut judged = body["content_filter"].as_array()?.iter();
    let severe = judged.find(|judged| judged["level"].as_u64().is_some_and(|level| level < MILD))?;
    let class = if severe["role"] == "assistant" { Class::ContentPolicyOutput } else { Class::ContentPolicyInput };
    Some(Error::new(class, format!("held back by the content filter: {severe}")).began(Began::Ended))
}

/// What a 200 without a result means.
fn failure(body: &Value) -> Error {
    match Coded::of(body) {
        Some(said) => said.failed(meaning),
        None => Error::new(Class::ProviderError, "the answer is not one of this vendor").began(Began::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_filter_says_who_was_judged() {
        let class = |role, level| {
            let body = json!({ "data": [], "content_filter": [{ "role": role, "level": level }] });
            pictures(&body, "data").unwrap_err().class
        };
        assert_eq!(class("assistant", 0), Class::ContentPolicyOutput);
        assert_eq!(class("user", 1), Class::ContentPolicyInput);
        assert_eq!(class("assistant", 3), Class::EmptyResult);
    }

    #[test]
    fn states_of_a_task() {
        let end = |body| progress(&body).map(|_| ()).map_err(|error| (error.class, error.began));
        assert_eq!(end(json!({ "task_status": "FAIL" })), Err((Class::ProviderError, Began::Ended)));
        let refused = json!({ "task_status": "FAIL", "error": { "code": "1301", "message": "m" } });
        assert_eq!(end(refused), Err((Class::ContentPolicyOutput, Began::Ended)));
        assert_eq!(end(json!({ "error": { "code": "500" } })), Err((Class::ProviderError, Began::No)));
        assert_eq!(end(json!({ "task_status": "SLEEPING" })), Ok(()));
    }
}
