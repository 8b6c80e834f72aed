//! The language of a request: the account's choice, else what the browser prefers, else `DEFAULT_LOCALE`.

use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;

use crate::app::App;
use crate::models::locale::Locale;

/// The languages that a request may be answered in.
#[derive(Debug, Clone)]
pub struct Language {
    /// What the browser prefers.
    preferred: Locale,
    /// The account's, left here once the caller is known, so that errors are told in it too.
    of_account: Arc<OnceLock<Locale>>,
}

impl Language {
    /// Reads the browser's preference.
    #[must_use]
    pub fn of(app: &App, headers: &HeaderMap) -> Self {
        let fallback = app.config.app.default_locale;
        let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let preferred = header.map_or(fallback, |header| Locale::from_accept_language(header, fallback));
        Self { preferred, of_account: Arc::default() }
    }

    /// Leaves the account's own choice. The first one stands.
    pub fn choose(&self, own: Locale) {
        self.of_account.get_or_init(|| own);
    }

    /// The language to answer in.
    #[must_use]
    pub fn chosen(&self) -> Locale {
        self.of_account.get().copied().unwrap_or(self.preferred)
    }
}

/// The language that the browser prefers.
#[derive(Debug, Clone, Copy)]
pub struct RequestLocale(pub Locale);

impl FromRequestParts<App> for RequestLocale {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<Language>().map_or(app.config.app.default_locale, |language| language.preferred)))
    }
}
