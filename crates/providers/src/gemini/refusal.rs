//! What went wrong: `{"error":{"code","message","status","details":[…]}}`, sometimes as the only item of an array. The
//! `code` is only the HTTP status again; `status` and `details` say more.

use std::time::Duration;

use serde_json::Value;

use crate::error::{Began, Class, Error};
use crate::http::{LONGEST_WAIT, Refusal};

/// An answer with a status that is no success.
pub fn refused(refusal: &Refusal) -> Error {
    let plain = refusal.plain();
    let body = refusal.json();
    let error = if body.is_array() { &body[0]["error"] } else { &body["error"] };
    let Some(status) = error["status"].as_str() else { return plain };
    let class = meaning(status, error).filter(|_| refusal.status < 500).unwrap_or(plain.class);
    let wait = plain.retry_after.or_else(|| retry_delay(error));
    let message = format!("{}: {}", refusal.status, error["message"].as_str().unwrap_or_default());
    Error::new(class, message).code(status).began(plain.began).retry_after(wait)
}

/// The failure in a 200, if `error` is one: the work was begun and has ended.
pub fn failed(error: &Value) -> Option<Error> {
    let status = error["status"].as_str()?;
    let class = meaning(status, error).unwrap_or(Class::ProviderError);
    Some(Error::new(class, error["message"].as_str().unwrap_or_default()).code(status).began(Began::Ended))
}

fn meaning(status: &str, error: &Value) -> Option<Class> {
    let message = error["message"].as_str().unwrap_or_default().to_lowercase();
    let details = || error["details"].as_array().into_iter().flatten();
    match status {
        // A bad key is an invalid argument.
        "INVALID_ARGUMENT" => {
            let key = details().any(|detail| detail["reason"] == "API_KEY_INVALID") || message.contains("api key not valid");
            Some(if key { Class::Auth } else { Class::InvalidRequest })
        }
        // Either the country is not served or billing is not set up.
        "FAILED_PRECONDITION" => Some(if message.contains("location") { Class::Auth } else { Class::ProviderBilling }),
        "UNAUTHENTICATED" | "PERMISSION_DENIED" => Some(Class::Auth),
        "NOT_FOUND" => Some(Class::ModelUnavailable),
        "RESOURCE_EXHAUSTED" => {
            let used_up = details().flat_map(|detail| detail["violations"].as_array().into_iter().flatten()).any(is_used_up);
            Some(if used_up || message.contains("limit: 0") { Class::ProviderBilling } else { Class::RateLimited })
        }
        _ => None,
    }
}

/// A quota of the day, which no waiting refills today.
fn is_used_up(violation: &Value) -> bool {
    let names = ["quotaId", "quotaMetric"].iter().filter_map(|name| violation[name].as_str());
    names.into_iter().any(|name| name.contains("PerDay") || name.contains("per_day"))
}

/// `google.rpc.RetryInfo`: seconds with an `s` behind them.
fn retry_delay(error: &Value) -> Option<Duration> {
    let delay = error["details"].as_array()?.iter().find_map(|detail| detail["retryDelay"].as_str())?;
    let seconds: f64 = delay.strip_suffix('s')?.parse().ok()?;
    Some(Duration::try_from_secs_f64(seconds).ok()?.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused_with(status: u16, body: &Value) -> Error {
        refused(&Refusal { status, headers: http::HeaderMap::new(), text: body.to_string() })
    }

    #[test]
    fn limits_of_the_minute_and_of_the_day() {
        let body = |details: Value| json!({ "error": { "code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED", "details": details } });
        let minute = refused_with(429, &json!([body(json!([{ "retryDelay": "27.5s" }]))]));
        assert_eq!((minute.class, minute.retry_after), (Class::RateLimited, Some(Duration::from_millis(27_500))));
        let day = json!([{ "violations": [{ "quotaId": "GenerateRequestsPerDayPerProjectPerModel" }] }, { "retryDelay": "-1s" }]);
        let day = refused_with(429, &body(day));
        assert_eq!((day.class, day.retry_after), (Class::ProviderBilling, None));
    }

    #[test]
    fn a_bad_key_is_called_an_invalid_argument() {
        let body = |status: &str, message: &str| json!({ "error": { "code": 400, "message": message, "status": status } });
        assert_eq!(refused_with(400, &body("INVALID_ARGUMENT", "API key not valid.")).class, Class::Auth);
        assert_eq!(refused_with(400, &body("INVALID_ARGUMENT", "aspect ratio")).class, Class::InvalidRequest);
        assert_eq!(refused_with(400, &body("FAILED_PRECONDITION", "User location is not supported")).class, Class::Auth);
        assert_eq!(refused_with(503, &body("UNAVAILABLE", "")).class, Class::Overloaded);
    }
}
