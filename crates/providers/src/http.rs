//! What all adapters say of HTTP alike: how a failed exchange is classified, and when to come back.

use std::time::{Duration, SystemTime};

use egress::{Answer, Reached};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::Deserialize;

use crate::account::Account;
use crate::error::{Began, Class, Error, Way};

/// Most of an error answer that is read: the words are for a log.
pub const ERROR_BYTES: usize = 16 << 10;
/// Longest wait that a vendor can ask for; beyond it the request fails rather than hold its place.
pub const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// An exchange of a paid request that failed: whether the vendor may be at work depends on how far it got.
pub fn of_submit(error: &egress::Error) -> Error {
    let began = match error.reached() {
        Reached::No => Began::No,
        Reached::Maybe => Began::Unknown,
    };
    of_exchange(error).began(began)
}

/// An exchange of a question that costs nothing and may be asked again.
pub fn of_question(error: &egress::Error) -> Error {
    of_exchange(error)
}

/// A result that could not be fetched: the request itself has ended.
pub fn of_fetch(error: &egress::Error) -> Error {
    of_exchange(error).began(Began::Lost)
}

fn of_exchange(error: &egress::Error) -> Error {
    use egress::Error as E;
    let class = match error {
        E::ConnectTimeout { .. } | E::NoAnswer { .. } | E::Stalled { .. } | E::TooSlow { .. } => Class::Timeout,
        E::Protocol { .. }
        | E::HeadersTooLarge { .. }
        | E::BodyTooLarge { .. }
        | E::EventTooLarge { .. }
        | E::Encoding { .. }
        | E::Json { .. }
        | E::Redirect { .. }
        // A link that may not be followed: asking again gives the same.
        | E::Address(_)
        | E::PlainHttp { .. }
        | E::Forbidden { .. } => Class::ProviderError,
        _ => Class::Network,
    };
    let way = match error {
        E::Dns { .. } => Some(Way::Name),
        E::Connect { .. } | E::ConnectTimeout { .. } => Some(Way::Connection),
        E::Tls { .. } => Some(Way::Tls),
        E::Proxy { .. } => Some(Way::Proxy),
        E::Write(_) => Some(Way::Writing),
        _ => None,
    };
    Error { way, ..Error::new(class, error.to_string()) }
}

/// Reads the whole of a successful answer to a paid request. Nesting deeper than 128 is refused by the reader, before
/// it can exhaust the stack; the size was capped when the body was read.
///
/// # Errors
/// [`Class::ProviderError`], [`Began::Unknown`]: whoever wrote this, the vendor may have done the work. The text says
/// where the fault is and never what stands there.
pub fn read_json<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| {
        let message = format!("the answer is not the expected JSON, at line {} column {}", error.line(), error.column());
        Error::new(Class::ProviderError, message).began(Began::Unknown)
    })
}

/// Whether the answer comes as server-sent events.
pub fn is_stream(answer: &Answer) -> bool {
    let kind = answer.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().starts_with("text/event-stream"))
}

/// The status and the first words of an answer that is no success.
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// The first of its body, at most [`ERROR_BYTES`].
    pub text: String,
}

impl Refusal {
    /// Reads what there is. The key is taken out here, before a message is cut and half of it might stay.
    pub async fn read(account: &Account, answer: Answer) -> Self {
        let (status, headers) = (answer.status.as_u16(), answer.headers.clone());
        Self { status, headers, text: account.without_key(answer.text_prefix(ERROR_BYTES).await) }
    }

    /// The body as JSON, when it is.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// When to come back.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers, SystemTime::now())
    }

    /// The meaning of the status when the body says nothing better.
    pub fn plain(&self) -> Error {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()?.split(';').next());
        let kind = kind.unwrap_or("without a content type");
        let unquoted = of_status(self.status, format!("{}, {kind}", self.status)).message;
        let error = of_status(self.status, format!("{}: {}", self.status, self.text.trim())).retry_after(self.retry_after());
        Error { unquoted: Some(unquoted), ..error }
    }
}

/// The usual meaning of a status that refuses a paid request.
pub fn of_status(status: u16, message: impl Into<String>) -> Error {
    match status {
        400 | 405 | 406 | 409 | 411 | 413..=418 | 422 => Error::new(Class::InvalidRequest, message),
        401 | 403 => Error::new(Class::Auth, message),
        402 => Error::new(Class::ProviderBilling, message),
        404 | 410 => Error::new(Class::ModelUnavailable, message),
        408 => Error::new(Class::Timeout, message).began(Began::Ended),
        429 => Error::new(Class::RateLimited, message),
        503 => Error::new(Class::Overloaded, message).began(Began::Ended),
        // A redirect is never followed with a key in hand, and none is expected. These say that the request belongs
        // elsewhere (RFC 9110 §15.4); the others may be the answer to work that was done.
        301 | 307 | 308 => Error::new(Class::ProviderError, format!("redirect, check the base address: {}", message.into())),
        300..=399 => Error::new(Class::ProviderError, format!("unexpected redirect: {}", message.into())).began(Began::Unknown),
        // An answer of 5xx says that it failed. A gateway's time-out says only that nobody waited any longer.
        504 | 524 => Error::new(Class::Timeout, message).began(Began::Unknown),
        _ => Error::new(Class::ProviderError, message).began(Began::Ended),
    }
}

/// The error of the free test of an account. `elsewhere` says what to change when what is asked for is not there.
pub fn of_check(error: Error, elsewhere: &str) -> Error {
    match error.class {
        Class::Auth => error.reworded(|message| format!("the key was refused ({message})")),
        Class::ModelUnavailable => Error::new(Class::InvalidRequest, elsewhere),
        _ => error,
    }
}

/// `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110 §10.2.3), at most an hour.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let millis = text("retry-after-ms").and_then(|value| value.parse::<f64>().ok()).map(|millis| millis / 1000.0);
    let seconds = millis.or_else(|| text("retry-after")?.parse::<f64>().ok());
    let wait = match seconds {
        Some(seconds) if seconds.is_finite() && seconds >= 0.0 => Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_WAIT),
        _ => {
            let date = httpdate::parse_http_date(text("retry-after")?).ok()?;
            date.duration_since(now).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn both_forms_of_retry_after_are_understood_and_bounded() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let wait = |name, value| retry_after(&headers(name, value), now);
        assert_eq!(wait("retry-after", "7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"), Some(Duration::from_secs(10)));
        assert_eq!(wait("retry-after", "Sun, 06 Nov 1994 08:49:27 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("retry-after-ms", "250"), Some(Duration::from_millis(250)));
        assert_eq!(wait("retry-after", "99999999999999999999"), Some(LONGEST_WAIT));
        for nonsense in ["-1", "NaN", "soon", ""] {
            assert_eq!(wait("retry-after", nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn only_a_refusal_at_the_door_lets_another_vendor_be_asked() {
        for status in [400, 401, 402, 403, 404, 413, 422, 429] {
            assert_eq!(of_status(status, "").began, Began::No, "{status}");
        }
        for status in [500, 502, 503] {
            assert_eq!(of_status(status, "").began, Began::Ended, "{status}");
        }
        for (status, began) in [(504, Began::Unknown), (302, Began::Unknown), (303, Began::Unknown), (308, Began::No)] {
            assert_eq!(of_status(status, "").began, began, "{status}");
        }
    }

    #[test]
    fn what_has_no_shape_of_the_vendors_errors_can_be_told_without_its_text() {
        let told = |status, kind, text: &str| {
            let refusal = Refusal { status, headers: headers("content-type", kind), text: text.to_owned() };
            let error = of_check(refusal.plain(), "elsewhere");
            (error.message.clone(), error.without_quote().message)
        };
        let (logged, shown) = told(403, "text/html; charset=utf-8", "<p>secret");
        assert_eq!((logged.as_str(), shown.as_str()), ("the key was refused (403: <p>secret)", "the key was refused (403, text/html)"));
        let (logged, shown) = told(301, "text/plain", "secret");
        assert!(logged.ends_with("base address: 301: secret") && shown.ends_with("base address: 301, text/plain"), "{logged} {shown}");
        assert_eq!(told(404, "text/plain", "secret").1, "elsewhere");
    }

    #[test]
    fn deep_or_broken_json_is_an_error_that_quotes_nothing() {
        let deep = [vec![b'['; 1 << 20], vec![b']'; 1 << 20]].concat();
        for body in [deep.as_slice(), b"{\"secret\":", b"", b"<html>"] {
            let error = read_json::<serde_json::Value>(body).unwrap_err();
            assert_eq!((error.class, error.began), (Class::ProviderError, Began::Unknown));
            assert!(!error.message.contains("secret"));
        }
    }
}
