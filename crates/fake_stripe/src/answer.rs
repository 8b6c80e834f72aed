//! Answers in Stripe's form.

use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use serde_json::{Value, json};

/// A status and a body.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub body: Value,
    /// Whether it was made for an earlier request with the same key.
    pub replayed: bool,
}

impl Answer {
    pub fn ok(body: Value) -> Self {
        Self { status: 200, body, replayed: false }
    }

    pub fn refused(status: u16, kind: &str, code: &str, message: impl Into<String>) -> Self {
        let body = json!({ "error": { "type": kind, "code": code, "message": message.into() } });
        Self { status, body, replayed: false }
    }

    /// There is no such object.
    pub fn missing(what: &str, id: &str) -> Self {
        Self::refused(404, "invalid_request_error", "resource_missing", format!("No such {what}: '{id}'"))
    }

    /// A parameter is wrong.
    pub fn wrong(code: &str, message: impl Into<String>) -> Self {
        Self::refused(400, "invalid_request_error", code, message)
    }

    pub fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body.to_string()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        headers.insert("request-id", header::HeaderValue::from_static("req_fake"));
        if self.replayed {
            headers.insert("idempotent-replayed", header::HeaderValue::from_static("true"));
        }
        response
    }
}
