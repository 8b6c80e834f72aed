//! What went wrong, in the words of all vendors: `{"id","name","errors":[…]}`, in v1 with `message`.

use std::time::Duration;

use serde_json::Value;

use crate::error::{Began, Class, Error};
use crate::http::Refusal;

/// The one name that says more than its status: 403 is otherwise a matter of keys.
const MODERATION: &str = "content_moderation";
/// Who exceeds the limit is locked out for a minute, and no header says so.
const LOCK_OUT: Duration = Duration::from_secs(60);

/// A paid request that was answered with a status that is no success.
pub fn refused(refusal: &Refusal) -> Error {
    let plain = refusal.plain();
    let class = plain.class;
    let wait = plain.retry_after.or_else(|| (class == Class::RateLimited).then_some(LOCK_OUT));
    let body = refusal.json();
    let error = match body["name"].as_str() {
        Some(name) => {
            let class = if name == MODERATION { Class::ContentPolicyInput } else { class };
            Error::new(class, format!("{}: {}", refusal.status, words(&body))).code(name).began(plain.began)
        }
        None => plain,
    };
    error.retry_after(wait)
}

/// A question about a request that was answered so. Only what says that the request itself has ended ends it.
pub fn of_question(refusal: &Refusal) -> Error {
    let error = refused(refusal);
    match (error.class, refusal.status) {
        (Class::ContentPolicyInput, _) => Error { class: Class::ContentPolicyOutput, ..error }.began(Began::Ended),
        // Unknown, older than 24 hours, or of another key.
        (_, 404 | 410) => Error { class: Class::Expired, ..error }.began(Began::Ended),
        _ => error.began(Began::No),
    }
}

/// An error that came with a 200: the work was begun and has ended.
pub fn failed(body: &[u8]) -> Error {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let name = body["name"].as_str().unwrap_or_default();
    let class = if name == MODERATION { Class::ContentPolicyOutput } else { Class::ProviderError };
    Error::new(class, words(&body)).code(name).began(Began::Ended)
}

fn words(body: &Value) -> String {
    let errors = body["errors"].as_array().map(|errors| errors.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "));
    errors.unwrap_or_else(|| body["message"].as_str().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, body: &str) -> Refusal {
        Refusal { status, headers: http::HeaderMap::new(), text: body.to_owned() }
    }

    fn class(status: u16, name: &str) -> Class {
        refused(&refusal(status, &format!(r#"{{"id":"a1","name":"{name}","errors":["one","two"]}}"#))).class
    }

    #[test]
    fn only_moderation_is_known_by_its_name() {
        assert_eq!(class(403, "content_moderation"), Class::ContentPolicyInput);
        assert_eq!(class(403, "permission_denied"), Class::Auth);
        assert_eq!(class(400, "bad_request"), Class::InvalidRequest);
        assert_eq!(class(402, "payment_required"), Class::ProviderBilling);
        assert_eq!(class(413, "payload_too_large"), Class::InvalidRequest);
        assert_eq!(class(500, "internal_error"), Class::ProviderError);
    }

    #[test]
    fn words_are_found_in_both_shapes() {
        let message = |body| refused(&refusal(400, body)).message;
        assert_eq!(message(r#"{"name":"bad_request","errors":["one","two"]}"#), "400: one; two");
        assert_eq!(message(r#"{"name":"bad_request","message":"old"}"#), "400: old");
        assert_eq!(message("<html>"), "400: <html>");
    }

    #[test]
    fn who_asked_too_often_waits_out_the_lock() {
        assert_eq!(refused(&refusal(429, r#"{"name":"rate_limit_exceeded","errors":[]}"#)).retry_after, Some(LOCK_OUT));
        assert_eq!(refused(&refusal(500, "")).retry_after, None);
    }

    #[test]
    fn a_question_that_fails_does_not_end_the_request() {
        let asked = |status, name: &str| {
            let error = of_question(&refusal(status, &format!(r#"{{"name":"{name}","errors":[]}}"#)));
            (error.class, error.began)
        };
        assert_eq!(asked(500, "internal_error"), (Class::ProviderError, Began::No));
        assert_eq!(asked(429, "rate_limit_exceeded"), (Class::RateLimited, Began::No));
        assert_eq!(asked(404, "not_found"), (Class::Expired, Began::Ended));
        assert_eq!(asked(403, "content_moderation"), (Class::ContentPolicyOutput, Began::Ended));
    }
}
