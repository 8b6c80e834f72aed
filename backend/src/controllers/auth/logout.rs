//! Logging out.

use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;

use crate::app::App;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::{ACCESS_COOKIE, REFRESH_COOKIE, no_cookies};
use crate::models::id::SessionId;
use crate::services::accounts::sessions;

/// Ends the session. Works for a suspended account too, and answers the same when there is no session.
#[utoipa::path(post, operation_id = "logout", path = "/api/auth/logout", tag = "auth", responses((status = 204), (status = 503, body = Problem)))]
pub async fn logout(State(app): State<App>, jar: CookieJar) -> Result<(StatusCode, CookieJar), Failure> {
    if let Some(session) = session(&app, &jar).await? {
        sessions::close(&app, &session).await?;
    }
    Ok((StatusCode::NO_CONTENT, no_cookies(&app)))
}

/// The session of a browser: named by its short token, or by the long one when the short one is over.
async fn session(app: &App, jar: &CookieJar) -> Result<Option<SessionId>, Failure> {
    if let Some(token) = jar.get(ACCESS_COOKIE) {
        match sessions::authenticate(app, token.value()).await {
            Ok(signed_in) => return Ok(Some(signed_in.session)),
            Err(failure) if failure.code == Code::Unauthenticated => {}
            Err(failure) => return Err(failure),
        }
    }
    match jar.get(REFRESH_COOKIE) {
        Some(token) => sessions::by_refresh_token(app, token.value()).await,
        None => Ok(None),
    }
}
