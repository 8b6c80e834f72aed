//! What went wrong, in the words of all vendors.

use std::time::Duration;

use serde_json::Value;

use super::answer::Prediction;
use crate::error::{Began, Class, Error};
use crate::http::{LONGEST_WAIT, Refusal};

/// Words by which models say that content rules were broken; E005 is the vendor's own code for it, and says of neither
/// the input nor the output that it was the one.
const POLICY_WORDS: [&str; 5] = ["nsfw", "safety", "flagged", "sensitive", "e005"];

/// An answer to a paid request with a status that is no success. What failed on the way may have begun: the vendor's
/// clients ask again only after 429.
pub fn of_submit(refusal: &Refusal) -> Error {
    let error = read(refusal);
    let class = match error.class {
        Class::InvalidRequest if speaks_of_policy(&error.message) => Class::ContentPolicyInput,
        class => class,
    };
    let began = if refusal.status >= 500 { Began::Unknown } else { error.began };
    Error { class, began, ..error }
}

/// An answer to a question with a status that is no success.
pub fn of_question(refusal: &Refusal) -> Error {
    read(refusal).began(Began::No)
}

fn read(refusal: &Refusal) -> Error {
    let plain = refusal.plain();
    let body = refusal.json();
    let said = ["detail", "error", "title"].iter().find_map(|name| body[name].as_str().filter(|text| !text.is_empty()));
    let Some(said) = said else { return plain };
    let wait = plain.retry_after.or_else(|| (refusal.status == 429).then(|| told_wait(said)).flatten());
    Error::new(plain.class, format!("{}: {said}", refusal.status)).began(plain.began).retry_after(wait)
}

/// `Request was throttled. Your rate limit resets in ~30s.`
fn told_wait(said: &str) -> Option<Duration> {
    let (_, rest) = said.split_once("resets in")?;
    let rest = rest.trim_start_matches([' ', '~']);
    let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
    Some(Duration::from_secs(digits.parse().ok()?).min(LONGEST_WAIT))
}

/// A prediction that failed.
pub fn failed(error: &Value) -> Error {
    let said = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
    let class = if speaks_of_policy(&said) { Class::ContentPolicyOutput } else { Class::ProviderError };
    let error = match code(&said) {
        Some(code) => Error::new(class, said.as_str()).code(code),
        None => Error::new(class, said),
    };
    error.began(Began::Ended)
}

/// A success without the id of a prediction.
pub fn without_id(prediction: &Prediction, error: &Error) -> Error {
    let said = [&prediction.detail, &prediction.error].into_iter().find_map(Value::as_str).unwrap_or(&error.message);
    Error::new(Class::ProviderError, said).began(Began::Unknown)
}

fn speaks_of_policy(said: &str) -> bool {
    let said = said.to_lowercase();
    POLICY_WORDS.iter().any(|word| said.contains(word))
}

/// The vendor's code inside the words: `CUDA out of memory (E8765)`.
fn code(said: &str) -> Option<&str> {
    let words = said.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.into_iter().find(|word| {
        let digits = word.strip_prefix('E').unwrap_or_default();
        matches!(digits.len(), 3 | 4) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(status: u16, body: &str) -> Refusal {
        Refusal { status, headers: http::HeaderMap::new(), text: body.to_owned() }
    }

    #[test]
    fn a_create_may_have_begun_when_the_vendor_failed() {
        let submit = |status| of_submit(&refusal(status, r#"{"detail":"no"}"#));
        for (status, class, began) in [
            (401, Class::Auth, Began::No),
            (402, Class::ProviderBilling, Began::No),
            (404, Class::ModelUnavailable, Began::No),
            (422, Class::InvalidRequest, Began::No),
            (429, Class::RateLimited, Began::No),
            (500, Class::ProviderError, Began::Unknown),
            (503, Class::Overloaded, Began::Unknown),
            (302, Class::ProviderError, Began::Unknown),
        ] {
            assert_eq!((submit(status).class, submit(status).began), (class, began), "{status}");
        }
        assert_eq!(of_submit(&refusal(422, r#"{"detail":"prompt was flagged"}"#)).class, Class::ContentPolicyInput);
        assert_eq!(of_question(&refusal(503, "busy")).began, Began::No);
    }

    #[test]
    fn the_wait_is_read_from_the_words() {
        let said = |body: &str| of_submit(&refusal(429, body)).retry_after;
        assert_eq!(said(r#"{"detail":"Request was throttled. Your rate limit resets in ~30s."}"#), Some(Duration::from_secs(30)));
        assert_eq!(said(r#"{"detail":"Your rate limit resets in a while."}"#), None);
        assert_eq!(said(r#"{"detail":"resets in ~99999999999s"}"#), Some(LONGEST_WAIT));
    }

    #[test]
    fn a_failed_prediction_says_why_in_words() {
        let of = |said: &str| failed(&json!(said));
        assert_eq!(
            (of("CUDA out of memory (E8765)").class, of("CUDA out of memory (E8765)").code.as_deref()),
            (Class::ProviderError, Some("E8765"))
        );
        assert_eq!(of("The input or output was flagged as sensitive. (E005)").class, Class::ContentPolicyOutput);
        assert_eq!((failed(&Value::Null).class, failed(&Value::Null).began), (Class::ProviderError, Began::Ended));
    }
}
