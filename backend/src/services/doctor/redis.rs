//! Whether the Redis server answers.

use std::time::Duration;

use hints::PingError;
use url::Url;

use super::{Line, State};
use crate::config::Secret;
use crate::models::locale::Locale;

/// A server beside us answers at once.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says how it is.
pub async fn line(url: &Secret, locale: Locale) -> Line {
    // The settings were checked: this is an address with a host.
    let address = Url::parse(url.expose()).ok();
    let host = address.and_then(|address| Some(format!("{}:{}", address.host_str()?, address.port().unwrap_or(6379)))).unwrap_or_default();
    let line = |state, what: &str, reason: &str| Line::new(locale, "redis", state, what, &[("host", host.as_str()), ("reason", reason)]);
    match hints::ping(url.expose(), PATIENCE).await {
        Ok(()) => line(State::Ok, "answers", ""),
        Err(PingError::Refused(reason)) => line(State::Failure, "refused", &reason),
        Err(PingError::Unreachable(reason)) => line(State::Failure, "unreachable", &reason),
    }
}
