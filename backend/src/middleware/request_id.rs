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

    /// What the request is logged under: never a query, which may hold a token, nor the token in the address that a vendor
    /// calls back.
    #[must_use]
    pub fn span(&self, request: &Request) -> Span {
        tracing::info_span!("request", id = self.0, method = %request.method(), path = without_token(request.uri().path()))
    }

    /// Puts the id into an answer.
    pub fn tell(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            headers.insert(HEADER, value);
        }
    }
}

/// Paths whose last part is a token.
const CALLED_BACK: &str = "/api/webhooks/";

fn without_token(path: &str) -> &str {
    match path.strip_prefix(CALLED_BACK).and_then(|rest| rest.find('/')) {
        Some(end) => &path[..CALLED_BACK.len() + end],
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_of_a_vendors_address_is_not_logged() {
        assert_eq!(without_token("/api/webhooks/fal/0f3c"), "/api/webhooks/fal");
        assert_eq!(without_token("/api/webhooks/fal/0f3c/more"), "/api/webhooks/fal");
        assert_eq!(without_token("/api/tasks/task_1"), "/api/tasks/task_1");
    }
}
