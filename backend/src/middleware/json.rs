//! JSON bodies and queries whose errors are ours: a clear reason, unknown fields by name.

use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::{Code, Failure};

/// A JSON body.
pub struct Body<T>(pub T);

/// The query of the address.
pub struct Query<T>(pub T);

/// Longest JSON body: a hundred times the largest sensible task.
pub const BODY_MAXIMUM: usize = 256 << 10;
/// Longest time for a JSON body to arrive: the largest one over the slowest phone line.
pub const BODY_PATIENCE: Duration = Duration::from_secs(30);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(invalid("Content-Type: application/json"));
        }
        let arriving = app.clock.within(BODY_PATIENCE, axum::body::to_bytes(request.into_body(), BODY_MAXIMUM));
        let arrived = arriving.await.ok_or_else(|| Failure::new(Code::Timeout).with("limit", BODY_PATIENCE.as_secs()))?;
        let bytes = arrived.map_err(|_| Failure::new(Code::BodyTooLarge).with("limit", BODY_MAXIMUM >> 10))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| malformed(&error.to_string()))
    }
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        query.map(|axum::extract::Query(value)| Self(value)).map_err(|error| {
            let text = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            malformed(&text)
        })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// What the parser says, with unknown fields under a code of their own.
fn malformed(text: &str) -> Failure {
    let unknown = text.split_once("unknown field `").and_then(|(_, rest)| rest.split_once('`')).map(|(field, _)| field);
    match unknown {
        Some(field) => Failure::new(Code::UnknownField).with("field", field).field(field, "unknown"),
        None => invalid(text),
    }
}

/// A request that does not have the documented form.
#[must_use]
pub fn invalid(reason: &str) -> Failure {
    Failure::new(Code::InvalidRequest).with("reason", reason)
}
