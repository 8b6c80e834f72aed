//! What went wrong, in the words of all vendors. A model's error is a list in `detail`, each with a `type`; the vendor's
//! machines say a text in `detail` and an `error_type`, or a header of that name.

use serde_json::Value;

use crate::error::{Began, Class, Error};
use crate::http::Refusal;

/// Types of errors, from the vendor's pages on model errors and request errors. Any other one is about the input.
const TYPES: [(&str, Class); 9] = [
    ("content_policy_violation", Class::ContentPolicyInput),
    ("no_media_generated", Class::EmptyResult),
    ("generation_timeout", Class::Timeout),
    ("downstream_service_error", Class::ProviderError),
    ("downstream_service_unavailable", Class::ProviderError),
    ("internal_server_error", Class::ProviderError),
    ("request_timeout", Class::Timeout),
    ("startup_timeout", Class::Timeout),
    ("runner_scheduling_failure", Class::Overloaded),
];
/// The other types of the machines: `runner_disconnected`, `runner_server_error` and so on.
const MACHINES: &str = "runner_";
/// Words of a 403 that is about money: `User is locked. Reason: Exhausted balance.`
const LOCKED: &str = "locked";

/// What the vendor says of a failure.
struct Said {
    kind: Option<String>,
    /// The part of the request that is meant: `body.prompt`.
    place: String,
    message: String,
}

impl Said {
    fn of(detail: &Value, error_type: Option<&str>) -> Option<Self> {
        if let Some(message) = detail.as_str() {
            return Some(Self { kind: error_type.map(str::to_owned), place: String::new(), message: message.to_owned() });
        }
        let first = detail.as_array()?.first()?;
        let parts = first["loc"].as_array().into_iter().flatten();
        let place: Vec<String> = parts.map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned)).collect();
        let text = |name: &str| first[name].as_str().map(str::to_owned);
        Some(Self { kind: text("type"), place: place.join("."), message: text("msg").unwrap_or_default() })
    }

    fn of_refusal(refusal: &Refusal) -> Option<Self> {
        let body = refusal.json();
        let header = refusal.headers.get("x-fal-error-type").and_then(|kind| kind.to_str().ok());
        Self::of(&body["detail"], body["error_type"].as_str().or(header))
    }

    fn class(&self) -> Option<Class> {
        let kind = self.kind.as_deref()?;
        match TYPES.iter().find(|(known, _)| *known == kind) {
            // Only the input has a place in the body of the request.
            Some((_, Class::ContentPolicyInput)) if !self.place.is_empty() && !self.place.starts_with("body") => {
                Some(Class::ContentPolicyOutput)
            }
            Some((_, class)) => Some(*class),
            None => kind.starts_with(MACHINES).then_some(Class::ProviderError),
        }
    }

    fn error(&self, class: Class, before: &str) -> Error {
        let message = [before, &self.place, &self.message].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
        match &self.kind {
            Some(kind) => Error::new(class, message).code(kind),
            None => Error::new(class, message),
        }
    }
}

/// An answer to a paid request with a status that is no success.
pub fn of_submit(refusal: &Refusal) -> Error {
    read(refusal)
}

/// An answer to a question with a status that is no success.
pub fn of_question(refusal: &Refusal) -> Error {
    read(refusal).began(Began::No)
}

/// An answer in place of a result. Most are the model's own failure; what speaks of the key or the pace, or comes from
/// a server before the vendor's, says nothing of the request.
pub fn of_result(refusal: &Refusal) -> Error {
    let nobody_of_the_vendor = refusal.status >= 500 && Said::of_refusal(refusal).is_none();
    match refusal.status {
        404 | 410 => unknown_request(),
        300..=399 | 401..=403 | 408 | 409 | 429 => of_question(refusal),
        _ if nobody_of_the_vendor => of_question(refusal),
        _ => read(refusal).began(Began::Ended),
    }
}

fn read(refusal: &Refusal) -> Error {
    let plain = refusal.plain();
    let Some(said) = Said::of_refusal(refusal) else { return plain };
    let class = match (said.class(), refusal.status) {
        (_, 499) => Class::Cancelled,
        (Some(class), _) => class,
        (None, 403) if said.message.contains(LOCKED) => Class::ProviderBilling,
        (None, 409) => Class::Overloaded,
        (None, _) => plain.class,
    };
    said.error(class, &refusal.status.to_string()).began(plain.began).retry_after(plain.retry_after)
}

/// An error that came with a success: the work has ended.
pub fn of_words(detail: &Value, error_type: &Value) -> Option<Error> {
    let said = Said::of(detail, error_type.as_str())?;
    Some(said.error(said.class().unwrap_or(Class::ProviderError), "").began(Began::Ended))
}

/// The failure of the vendor's machines that a status tells of: then there is no result that would say more.
pub fn of_machines(error: &Value, error_type: &Value) -> Option<Error> {
    let kind = error_type.as_str()?;
    let said = Said { kind: Some(kind.to_owned()), place: String::new(), message: error.as_str().unwrap_or_default().to_owned() };
    Some(said.error(said.class()?, "").began(Began::Ended))
}

/// A picture that was painted black because of its content.
pub fn blackened() -> Error {
    Error::new(Class::ContentPolicyOutput, "the model found the picture unsafe and blackened it").began(Began::Ended)
}

/// A request that the vendor does not know, or not any more.
pub fn unknown_request() -> Error {
    Error::new(Class::Expired, "the request is not known any more").began(Began::Ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, body: &str) -> Refusal {
        Refusal { status, headers: http::HeaderMap::new(), text: body.to_owned() }
    }

    fn list(place: &str, kind: &str) -> String {
        format!(r#"{{"detail":[{{"loc":["{place}","prompt"],"msg":"m","type":"{kind}"}}]}}"#)
    }

    #[test]
    fn the_type_says_more_than_the_status() {
        let result = |status, body: &str| {
            let error = of_result(&refusal(status, body));
            (error.class, error.began)
        };
        use Began::{Ended, No};
        assert_eq!(result(422, &list("body", "content_policy_violation")), (Class::ContentPolicyInput, Ended));
        assert_eq!(result(422, &list("output", "content_policy_violation")), (Class::ContentPolicyOutput, Ended));
        assert_eq!(result(422, &list("body", "image_too_large")), (Class::InvalidRequest, Ended));
        assert_eq!(result(422, &list("body", "no_media_generated")), (Class::EmptyResult, Ended));
        assert_eq!(result(504, &list("body", "generation_timeout")), (Class::Timeout, Ended));
        assert_eq!(result(400, &list("body", "downstream_service_error")), (Class::ProviderError, Ended));
        assert_eq!(result(503, r#"{"detail":"no runner","error_type":"runner_scheduling_failure"}"#), (Class::Overloaded, Ended));
        assert_eq!(result(499, r#"{"detail":"Request was cancelled by the client."}"#), (Class::Cancelled, Ended));
        assert_eq!(result(404, r#"{"detail":"Request not found"}"#), (Class::Expired, Ended));
        assert_eq!(result(502, "<html>nginx</html>"), (Class::ProviderError, No));
        assert_eq!(result(429, r#"{"detail":"slow down"}"#), (Class::RateLimited, No));
    }

    #[test]
    fn a_locked_account_has_no_money() {
        let submit = |status, body: &str| of_submit(&refusal(status, body)).class;
        assert_eq!(submit(403, r#"{"detail":"User is locked. Reason: Exhausted balance."}"#), Class::ProviderBilling);
        assert_eq!(submit(403, r#"{"detail":"Forbidden"}"#), Class::Auth);
        assert_eq!(submit(409, r#"{"detail":"busy"}"#), Class::Overloaded);
    }

    #[test]
    fn the_header_names_the_type_where_the_body_does_not() {
        let mut refusal = refusal(500, r#"{"detail":"gone"}"#);
        refusal.headers.insert("x-fal-error-type", http::HeaderValue::from_static("runner_disconnected"));
        let error = of_submit(&refusal);
        assert_eq!((error.class, error.began, error.code.as_deref()), (Class::ProviderError, Began::Ended, Some("runner_disconnected")));
    }

    #[test]
    fn only_a_failure_of_the_machines_has_no_result() {
        let text = |text: &str| Value::from(text);
        assert_eq!(of_machines(&text("crashed"), &text("runner_server_error")).map(|error| error.class), Some(Class::ProviderError));
        assert!(of_machines(&text("Invalid status code: 422"), &Value::Null).is_none());
        assert!(of_machines(&Value::Null, &text("something new")).is_none());
    }
}
