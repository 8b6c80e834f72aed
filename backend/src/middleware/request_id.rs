//! Each request has an id, which is in the answer, in the log and in every error.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tracing::Span;
use ulid::{ULID_LEN, Ulid};

/// The id of a request: a ULID in lower case.
#[derive(Debug, Clone)]
pub struct RequestId(String);

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

impl RequestId {
    /// A new one.
    #[must_use]
    pub fn draw() -> Self {
        let mut buffer = [0; ULID_LEN];
        let text = Ulid::generate().array_to_str(&mut buffer);
        text.make_ascii_lowercase();
        Self(text.to_owned())
    }

    /// The id itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the request is logged under. A path may hold a token only where a single-use or per-object token is the
    /// way in, so queries are never logged.
    #[must_use]
    pub fn span(&self, request: &Request) -> Span {
        tracing::info_span!("request", id = self.0, method = %request.method(), path = request.uri().path())
    }

    /// Puts the id into an answer.
    pub fn tell(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            headers.insert(HEADER, value);
        }
    }
}
