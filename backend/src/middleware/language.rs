//! The language of a request: the account's choice, else what the browser prefers, else `DEFAULT_LOCALE`.

use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::models::locale::Locale;

/// The language to answer in.
#[derive(Debug, Clone, Copy)]
pub struct RequestLocale(pub Locale);

/// Where a handler's caller leaves the language of the account, so that errors are told in it too.
#[derive(Debug, Clone, Default)]
pub struct AccountLocale(pub Arc<OnceLock<Locale>>);

/// Reads the browser's preference.
pub async fn choose(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let fallback = app.config.app.default_locale;
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let locale = header.map_or(fallback, |header| Locale::from_accept_language(header, fallback));
    request.extensions_mut().insert(RequestLocale(locale));
    next.run(request).await
}

impl FromRequestParts<App> for RequestLocale {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<RequestLocale>().copied().unwrap_or(RequestLocale(app.config.app.default_locale)))
    }
}
