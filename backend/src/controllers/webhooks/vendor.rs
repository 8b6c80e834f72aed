//! A vendor of AI models says that a request has ended.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;

use crate::app::App;
use crate::error::{Code, Failure, Problem};
use crate::services::webhooks;

/// Largest call that is read. Pictures come as links; what repeats long inputs is refused, and asking finds the end.
const BODY_MAXIMUM: usize = 1 << 20;

/// Takes a vendor's call that a request of ours has ended. The address is one of those that were given to vendors; any other
/// is unknown. A right call is answered with 200 whatever it is about, and makes the server ask the vendor once more.
#[utoipa::path(post, operation_id = "receiveVendorCall", path = "/api/webhooks/{provider}/{token}", tag = "webhooks", params(("provider" = String, Path), ("token" = String, Path)), request_body(content = String, description = "As the vendor sends it.", content_type = "application/json"), responses((status = 200), (status = 401, body = Problem), (status = 404, body = Problem), (status = 408, body = Problem), (status = 413, body = Problem), (status = 503, body = Problem)))]
pub async fn receive(State(app): State<App>, path: Result<Path<(String, String)>, PathRejection>, request: Request) -> Result<(), Failure> {
    // Nothing has a name that is not text.
    let Path((provider, token)) = path.map_err(|_| Code::NotFound)?;
    let seat = app.accounts.called_back(&provider, &token).ok_or(Code::NotFound)?;
    let headers = text_of(request.headers());
    let body = super::body(&app, request, BODY_MAXIMUM).await?;
    webhooks::receive(&app, &seat, &headers, &body).await
}

/// Headers that are text; no signature is anything else.
fn text_of(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter_map(text).collect()
}
