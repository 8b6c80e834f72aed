//! Counts for Prometheus.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::error::{Code, Failure, Problem};

/// Headers by which a proxy says that it asks for somebody else.
const FORWARDED: [&str; 5] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];
/// Prometheus' text form.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What this process counts, in Prometheus' text form. With `METRICS_TOKEN` for whoever sends it as a bearer token; without,
/// for programs on this machine. For everybody else there is nothing here.
#[utoipa::path(get, operation_id = "getMetrics", path = "/metrics", tag = "ops", responses((status = 200, body = str), (status = 404, body = Problem)))]
pub async fn show(State(app): State<App>, request: Request) -> Result<Response, Failure> {
    let settings = &app.config.observability;
    let allowed = match &settings.metrics_token {
        Some(token) => has_token(request.headers(), token.expose()),
        None => is_from_here(&request),
    };
    if !settings.metrics || !allowed {
        return Err(Code::NotFound.into());
    }
    let text = app.metrics.render(app.accounts.health.ambiguous());
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}

fn has_token(headers: &HeaderMap, token: &str) -> bool {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    sent.is_some_and(|sent| sent.ct_eq(token.as_bytes()).into())
}

/// A proxy on this machine has a local address too; whom it asks for is not known here.
fn is_from_here(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback()) && !FORWARDED.iter().any(|name| request.headers().contains_key(*name))
}
