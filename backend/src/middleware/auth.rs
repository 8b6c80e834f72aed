//! Who asks. `Caller` in a handler's signature means: logged in and not suspended.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::language::Language;
use crate::app::App;
use crate::error::{Code, Failure};
use crate::models::id::SessionId;
use crate::models::locale::Locale;
use crate::models::user::{Role, User};
use crate::services::accounts::sessions::{self, ACCESS_LIFETIME, SESSION_LIFETIME, Tokens};

/// Holds the short signed token.
pub const ACCESS_COOKIE: &str = "danqing_session";
/// Holds the refresh token; only routes that begin, renew or end a session see it.
pub const REFRESH_COOKIE: &str = "danqing_refresh";
/// Where the refresh cookie is sent: to be renewed, and to be ended when the short token is over already.
pub const REFRESH_PATH: &str = "/api/auth";

/// Somebody who is logged in and not suspended.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account.
    pub user: User,
    /// The session.
    pub session: SessionId,
    /// The language to answer in.
    pub locale: Locale,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let jar = CookieJar::from_headers(&parts.headers);
        let token = jar.get(ACCESS_COOKIE).map(Cookie::value).ok_or(Code::Unauthenticated)?;
        let signed_in = sessions::authenticate(app, token).await?;
        let language = parts.extensions.get::<Language>();
        if let (Some(own), Some(language)) = (signed_in.user.locale, language) {
            language.choose(own);
        }
        if !signed_in.user.is_active {
            return Err(Code::AccountSuspended.into());
        }
        let fallback = || language.map_or(app.config.app.default_locale, Language::chosen);
        let locale = signed_in.user.locale.unwrap_or_else(fallback);
        Ok(Self { user: signed_in.user, session: signed_in.session, locale })
    }
}

impl OptionalFromRequestParts<App> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Self::Rejection> {
        Ok(<Caller as FromRequestParts<App>>::from_request_parts(parts, app).await.ok())
    }
}

/// The owner of the studio, logged in. To everybody else there is nothing here.
#[derive(Debug, Clone)]
pub struct Owner(pub Caller);

impl FromRequestParts<App> for Owner {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let caller = <Caller as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        match caller.user.role {
            Role::Owner => Ok(Self(caller)),
            Role::User => Err(Code::NotFound.into()),
        }
    }
}

/// The cookies of a session. They reach no script and no other site; `Secure` follows DOMAIN.
pub fn cookies(app: &App, tokens: Tokens) -> CookieJar {
    let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    let jar = CookieJar::new().add(cookie(app, ACCESS_COOKIE, "/", tokens.access, seconds(ACCESS_LIFETIME)));
    match tokens.refresh {
        Some(refresh) => jar.add(cookie(app, REFRESH_COOKIE, REFRESH_PATH, refresh, seconds(SESSION_LIFETIME))),
        None => jar,
    }
}

/// Cookies that take those of a session away.
pub fn no_cookies(app: &App) -> CookieJar {
    CookieJar::new().add(cookie(app, ACCESS_COOKIE, "/", String::new(), 0)).add(cookie(app, REFRESH_COOKIE, REFRESH_PATH, String::new(), 0))
}

fn cookie(app: &App, name: &'static str, path: &'static str, value: String, max_age_seconds: i64) -> Cookie<'static> {
    Cookie::build((name, value))
        .path(path)
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.config.server.domain.is_https())
        .max_age(time::Duration::seconds(max_age_seconds))
        .build()
}
