//! Counts for Prometheus.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::error::{Code, Failure, Problem};

/// Headers, and beginnings of headers, by which a proxy says that it asks for somebody else.
const FORWARDED: [&str; 14] = [
    "forwarded",
    "via",
    "x-forwarded",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-",
    "x-envoy-",
    "x-amzn-",
    "true-client-ip",
    "fastly-client-ip",
    "cf-",
    "cdn-",
    "fly-",
];
/// Prometheus' text form.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What this process counts, in Prometheus' text form. With `METRICS_TOKEN` for whoever sends it as a bearer token; without,
/// for programs on this machine. For everybody else there is nothing here.
#[utoipa::path(get, operation_id = "getMetrics", path = "/metrics", tag = "ops", responses((status = 200, body = str), (status = 404, body = Problem)))]
pub async fn show(State(app): State<App>, request: Request) -> Result<Response, Failure> {
    let settings = &app.config.observability;
    let allowed = match &settings.metrics_token {
        Some(token) => has_token(request.headers(), token.expose()),
        None => is_private(&app) && is_from_here(&request),
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

/// Whether this server is for this machine alone: with a public address or a proxy in front, a proxy that says nothing of
/// whom it asks for would look like a program of this machine.
fn is_private(app: &App) -> bool {
    let server = &app.config.server;
    server.trusted_proxies.is_empty() && server.domain.is_this_machine()
}

/// A program on this machine that asks for itself. A proxy on this machine has a local address too, and whom it asks for is
/// not known here; and a page of somebody else may have its own name lead to this machine, which `Host` shows.
fn is_from_here(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_forwarded = request.headers().keys().any(|name| FORWARDED.iter().any(|forwarded| name.as_str().starts_with(forwarded)));
    peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback())
        && !is_forwarded
        && names_this_machine(request.headers())
        && request.uri().host().is_none_or(is_loopback)
}

fn names_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| host.parse::<Authority>().is_ok_and(|host| is_loopback(host.host())))
}

fn is_loopback(host: &str) -> bool {
    let name = host.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}
