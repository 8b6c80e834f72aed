//! What is done around every request. It is one layer, not one for each concern: for every request axum boxes and
//! copies all that lies inside a layer, so each further layer costs about as much as finding the route.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use storage::Bucket;
use tracing::Instrument;

use super::language::Language;
use super::request_id::RequestId;
use super::{csrf, headers, host, nul, problem};
use crate::app::App;
use crate::config::address::BaseUrl;
use crate::error::Failure;

/// What the frame needs.
#[derive(Clone)]
pub struct Frame {
    app: App,
    policy: HeaderValue,
}

impl Frame {
    /// For this application.
    #[must_use]
    pub fn new(app: &App) -> Self {
        let bucket = app.public_bucket().map(Bucket::origin);
        let policy = headers::page_policy(app.config.storage.cdn_url.as_ref().map(BaseUrl::as_str), bucket);
        Self { app: app.clone(), policy }
    }
}

/// Gives the request its id and language, refuses what no route takes, gives failures their words and every answer its
/// headers.
pub async fn around(State(frame): State<Frame>, mut request: Request, next: Next) -> Response {
    let id = RequestId::draw();
    let span = id.span(&request);
    let of_api = headers::is_of_api(request.uri());
    let language = Language::of(&frame.app, request.headers());
    request.extensions_mut().insert(language.clone());
    let refusal = host::refusal(&request).or_else(|| csrf::refusal(&request)).or_else(|| nul::refusal(request.uri()));
    let mut response = match refusal {
        Some(failure) => failure.into_response(),
        None => next.run(request).instrument(span.clone()).await,
    };
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        response = problem::describe(&failure, &response, id.as_str(), language.chosen());
    }
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    id.tell(response.headers_mut());
    headers::secure(response.headers_mut(), of_api, &frame.policy);
    response
}
