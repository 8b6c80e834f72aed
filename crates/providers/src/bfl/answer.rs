//! What the vendor answers: that it took a request, and how one stands.

use serde::Deserialize;
use serde_json::Value;

use super::{link, refusal};
use crate::account::Account;
use crate::delivery::{Delivery, Output, Usage};
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::provider::{Handle, Progress};

/// Longer than any id or link.
const LONGEST_TEXT: usize = 2083;

/// `{"id","polling_url","cost","input_mp","output_mp"}`.
#[derive(Deserialize)]
struct Accepted {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    polling_url: Value,
    #[serde(default)]
    cost: Value,
    #[serde(default)]
    input_mp: Value,
    #[serde(default)]
    output_mp: Value,
}

/// Reads the body of a 200 to a paid request.
///
/// # Errors
/// [`Class::ProviderError`]: [`Began::Ended`] when it says that something failed, else [`Began::Unknown`].
pub fn accepted(account: &Account, body: &[u8]) -> Result<Handle, Error> {
    let answer: Accepted = wire::read_json(body)?;
    let Some(id) = text(&answer.id) else {
        let unknown = || Error::new(Class::ProviderError, "the answer has no id").began(Began::Unknown);
        return Err(refusal::words(body).map_or_else(unknown, |words| Error::new(Class::ProviderError, words).began(Began::Ended)));
    };
    let status_url = text(&answer.polling_url);
    if status_url.is_some_and(|url| link::trusted(account, url).is_none()) {
        // The work has begun, but the key does not go where it could be followed.
        return Err(Error::new(Class::ProviderError, "the link to the state is not on the account's hosts").began(Began::Unknown));
    }
    let usage = Usage {
        credits: Usage::amount(&answer.cost),
        input_megapixels: Usage::amount(&answer.input_mp),
        output_megapixels: Usage::amount(&answer.output_mp),
        ..Usage::default()
    };
    let usage = (usage != Usage::default()).then(|| Box::new(usage));
    Ok(Handle { status_url: status_url.map(str::to_owned), usage, ..Handle::id(id) })
}

/// `{"status","result":{"sample","seed"},"progress","details"}`; some replies say `state`.
#[derive(Deserialize)]
struct State {
    #[serde(default)]
    status: Value,
    #[serde(default)]
    state: Value,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    progress: Value,
    #[serde(default)]
    details: Value,
}

/// Reads how a request stands.
///
/// # Errors
/// [`Began::Ended`] when it has failed, [`Began::No`] when the answer cannot be understood: asking again costs nothing.
pub fn progress(handle: &Handle, body: &[u8]) -> Result<Progress, Error> {
    let state: State = wire::read_json(body).map_err(|error| error.began(Began::No))?;
    let word = text(&state.status).or_else(|| text(&state.state));
    let word = word.ok_or_else(|| Error::new(Class::ProviderError, "the answer states no status"))?;
    let fraction = state.progress.as_f64().filter(|done| (0.0..=1.0).contains(done)).map(|done| done as f32);
    match meaning(word) {
        Meaning::Ready => delivery(handle, &state.result).map(|delivery| Progress::Done(Box::new(delivery))),
        Meaning::Queued => Ok(Progress::Queued { position: None }),
        Meaning::Running => Ok(Progress::Running { fraction }),
        Meaning::Failed(class) => {
            let details = if state.details.is_null() { String::new() } else { format!(" {}", state.details) };
            Err(Error::new(class, format!("{word}{details}")).code(word).began(Began::Ended))
        }
    }
}

enum Meaning {
    Ready,
    Queued,
    Running,
    Failed(Class),
}

/// The words that the vendor documents, and by their parts those that it might say instead: a word for an end that is
/// taken for "running" would be asked about for ever.
fn meaning(word: &str) -> Meaning {
    let lower = word.to_lowercase();
    let speaks_of = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    match lower.as_str() {
        "ready" => Meaning::Ready,
        "queued" => Meaning::Queued,
        "pending" | "processing" => Meaning::Running,
        "request moderated" => Meaning::Failed(Class::ContentPolicyInput),
        "content moderated" => Meaning::Failed(Class::ContentPolicyOutput),
        _ if speaks_of(&["moderat"]) => Meaning::Failed(Class::ContentPolicyOutput),
        _ if speaks_of(&["not found", "expired"]) => Meaning::Failed(Class::Expired),
        _ if speaks_of(&["error", "fail", "cancel", "abort", "reject"]) => Meaning::Failed(Class::ProviderError),
        _ => {
            tracing::warn!(word, "unknown status, taken for running");
            Meaning::Running
        }
    }
}

fn delivery(handle: &Handle, result: &Value) -> Result<Delivery, Error> {
    let output = text(&result["sample"]).map(|link| {
        let seed = result["seed"].as_u64().and_then(|seed| u32::try_from(seed).ok());
        Ok(Output { seed, ..Output::linked(link)? })
    });
    let delivery = Delivery::collect(output, 1)?;
    Ok(Delivery { usage: handle.usage.as_deref().copied().unwrap_or_default(), ..delivery })
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| (1..=LONGEST_TEXT).contains(&text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(body: &str) -> Result<Progress, (Class, Began)> {
        progress(&Handle::id("1"), body.as_bytes()).map_err(|error| (error.class, error.began))
    }

    #[test]
    fn every_word_for_an_end_ends_it() {
        for (word, class) in [
            ("Request Moderated", Class::ContentPolicyInput),
            ("Content Moderated", Class::ContentPolicyOutput),
            ("Output Moderated", Class::ContentPolicyOutput),
            ("Task not found", Class::Expired),
            ("Error", Class::ProviderError),
            ("Failed", Class::ProviderError),
            ("Cancelled", Class::ProviderError),
        ] {
            assert_eq!(state(&format!(r#"{{"status":"{word}"}}"#)).unwrap_err(), (class, Began::Ended), "{word}");
        }
        for word in ["Pending", "Processing", "Contemplating"] {
            assert!(
                matches!(state(&format!(r#"{{"state":"{word}","progress":null}}"#)), Ok(Progress::Running { fraction: None })),
                "{word}"
            );
        }
        assert!(matches!(state(r#"{"status":"Queued"}"#), Ok(Progress::Queued { position: None })));
    }

    #[test]
    fn progress_is_a_fraction_or_nothing() {
        let fraction = |text: &str| match state(&format!(r#"{{"status":"Pending","progress":{text}}}"#)) {
            Ok(Progress::Running { fraction }) => fraction,
            other => panic!("{other:?}"),
        };
        assert_eq!(fraction("0.4"), Some(0.4));
        for nonsense in ["-1", "40", "null", "\"half\""] {
            assert_eq!(fraction(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn an_answer_that_is_none_does_not_end_the_request() {
        for body in ["<html>", "{}", r#"{"detail":"Internal error."}"#] {
            assert_eq!(state(body).unwrap_err(), (Class::ProviderError, Began::No), "{body}");
        }
    }

    #[test]
    fn ready_without_a_picture_is_an_empty_result() {
        for result in ["null", "{}", r#"{"sample":null}"#, r#"{"sample":""}"#] {
            let body = format!(r#"{{"status":"Ready","result":{result}}}"#);
            assert_eq!(state(&body).unwrap_err(), (Class::EmptyResult, Began::Ended), "{result}");
        }
        assert_eq!(state(r#"{"status":"Ready","result":{"sample":"x"}}"#).unwrap_err(), (Class::ProviderError, Began::Lost));
    }
}
