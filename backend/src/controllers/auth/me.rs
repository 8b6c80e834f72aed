//! The caller's account.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use super::Account;
use crate::app::App;
use crate::database::users;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::Body;
use crate::models::locale::Locale;
use crate::models::username::Username;
use crate::services::accounts::register::taken;
use crate::services::accounts::sessions;

/// The caller's account.
#[utoipa::path(get, operation_id = "getMe", path = "/api/me", tag = "auth", responses((status = 200, body = Account), (status = 401, body = Problem)))]
pub async fn show(caller: Caller) -> Json<Account> {
    Json(Account { user: caller.user })
}

/// Changes to the account; what is absent stays.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileRequest {
    /// 2 to 32 letters of one script, digits, `-` or `_`.
    username: Option<String>,
    /// The language to be answered in.
    locale: Option<Locale>,
}

/// Changes the caller's name or language.
#[utoipa::path(patch, operation_id = "changeMe", path = "/api/me", tag = "auth", request_body = ProfileRequest, responses((status = 200, body = Account), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn change(State(app): State<App>, caller: Caller, Body(request): Body<ProfileRequest>) -> Result<Json<Account>, Failure> {
    let username = request.username.as_deref().map(Username::parse).transpose()?;
    let (id, now) = (caller.user.id, app.clock.now());
    let user = app
        .database
        .write::<_, Failure, _>(move |conn| {
            users::change_profile(conn, &id, username.as_ref(), request.locale, now).map_err(taken)?;
            users::by_id(conn, &id)?.ok_or_else(|| Code::Unauthenticated.into())
        })
        .await?;
    sessions::changed(&app, &caller.session).await;
    Ok(Json(Account { user }))
}
