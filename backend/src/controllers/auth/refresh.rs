//! Renewing the short token.

use axum::Json;
use axum::extract::State;
use axum_extra::extract::CookieJar;

use super::Account;
use crate::app::App;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::{REFRESH_COOKIE, cookies};
use crate::services::accounts::sessions;

/// Exchanges the refresh cookie for fresh cookies.
#[utoipa::path(post, operation_id = "refresh", path = "/api/auth/refresh", tag = "auth", responses((status = 200, body = Account), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn refresh(State(app): State<App>, jar: CookieJar) -> Result<(CookieJar, Json<Account>), Failure> {
    let token = jar.get(REFRESH_COOKIE).ok_or(Code::Unauthenticated)?;
    let (user, tokens) = sessions::refresh(&app, token.value()).await?;
    Ok((cookies(&app, tokens), Json(Account { user })))
}
