//! What went wrong: `{"detail": "…"}`, or a list of `{loc, msg}` as FastAPI writes it, or `{"message"}`.

use std::time::Duration;

use serde_json::Value;

use crate::error::{Class, Error};
use crate::http::Refusal;

/// 429 means too many requests under way, so the time until one of them ends counts; the vendor's own default.
const UNTIL_ONE_ENDS: Duration = Duration::from_secs(5);

/// An answer with a status that is no success.
pub fn refused(refusal: &Refusal) -> Error {
    let mut error = refusal.plain();
    // The list may repeat the values that were sent, pictures included; only what is said about them is kept.
    if let Some(words) = words(refusal.text.as_bytes()) {
        error = Error { message: Error::new(error.class, format!("{}: {words}", refusal.status)).message, unquoted: None, ..error };
    }
    if error.class == Class::RateLimited {
        error.retry_after = error.retry_after.or(Some(UNTIL_ONE_ENDS));
    }
    error
}

/// What a body says of a failure, if it says anything.
pub fn words(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    match &body["detail"] {
        Value::String(detail) => Some(detail.clone()),
        Value::Array(faults) => Some(faults.iter().map(fault).collect::<Vec<_>>().join("; ")),
        _ => body["message"].as_str().map(str::to_owned),
    }
}

fn fault(fault: &Value) -> String {
    let parts = fault["loc"].as_array().map(Vec::as_slice).unwrap_or_default();
    let place: Vec<String> = parts.iter().map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned)).collect();
    format!("{} {}", place.join("."), fault["msg"].as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, body: &str) -> Error {
        refused(&Refusal { status, headers: http::HeaderMap::new(), text: body.to_owned() })
    }

    #[test]
    fn all_shapes_are_understood_and_nothing_sent_is_repeated() {
        let error =
            refusal(422, r#"{"detail":[{"loc":["body","width"],"msg":"too large","input":"SECRET"},{"loc":["body",0],"msg":"bad"}]}"#);
        assert_eq!((error.class, error.message.as_str()), (Class::InvalidRequest, "422: body.width too large; body.0 bad"));
        assert_eq!(refusal(403, r#"{"detail":"Not authenticated"}"#).class, Class::Auth);
        assert_eq!(refusal(402, r#"{"message":"Insufficient credits"}"#).message, "402: Insufficient credits");
        assert_eq!(refusal(404, "nothing").message, "404: nothing");
    }

    #[test]
    fn too_many_at_once_waits_for_one_to_end() {
        assert_eq!(refusal(429, r#"{"detail":"24 active tasks"}"#).retry_after, Some(UNTIL_ONE_ENDS));
        assert_eq!(refusal(503, "").retry_after, None);
    }
}
