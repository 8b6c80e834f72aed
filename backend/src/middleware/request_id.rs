//! Gives each request an id, which is in the answer, in the log and in every error.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use ulid::Ulid;

/// The id of a request.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Draws the id and logs the request under it. A path may hold a token only where a single-use or per-object token
/// is the way in, so queries are never logged.
pub async fn assign(mut request: Request, next: Next) -> Response {
    let id = Ulid::generate().to_string().to_ascii_lowercase();
    let span = tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}
