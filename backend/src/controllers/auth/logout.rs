//! Logging out.

use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::{ACCESS_COOKIE, no_cookies};
use crate::services::accounts::sessions;

/// Ends the session. Works for a suspended account too, and answers the same when there is no session.
#[utoipa::path(post, operation_id = "logout", path = "/api/auth/logout", tag = "auth", responses((status = 204), (status = 503, body = Problem)))]
pub async fn logout(State(app): State<App>, jar: CookieJar) -> Result<(StatusCode, CookieJar), Failure> {
    if let Some(token) = jar.get(ACCESS_COOKIE)
        && let Ok(signed_in) = sessions::authenticate(&app, token.value()).await
    {
        sessions::close(&app, &signed_in.session).await?;
    }
    Ok((StatusCode::NO_CONTENT, no_cookies(&app)))
}
