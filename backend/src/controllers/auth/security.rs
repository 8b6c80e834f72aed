//! The caller's password and address.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::client_address::ClientAddress;
use crate::middleware::json::Body;
use crate::models::user::{Email, Password};
use crate::services::accounts::security;

/// Another password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ChangePasswordRequest {
    /// The present one.
    current_password: String,
    /// 8 to 128 characters.
    password: String,
}

/// Changes the caller's password and ends the other sessions.
#[utoipa::path(post, operation_id = "changePassword", path = "/api/me/password", tag = "auth", request_body = ChangePasswordRequest, responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn change_password(
    State(app): State<App>,
    caller: Caller,
    ClientAddress(address): ClientAddress,
    Body(request): Body<ChangePasswordRequest>,
) -> Result<StatusCode, Failure> {
    let next = Password::choose(request.password)?;
    security::change_password(&app, address, caller.user, caller.session, request.current_password, next).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another address.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ChangeEmailRequest {
    /// The present password.
    current_password: String,
    /// The new address.
    email: String,
}

/// Sends a link to the new address, and word to the present one. The address changes when the link is used.
#[utoipa::path(post, operation_id = "changeEmail", path = "/api/me/email", tag = "auth", request_body = ChangeEmailRequest, responses((status = 202), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn change_email(
    State(app): State<App>,
    caller: Caller,
    ClientAddress(address): ClientAddress,
    Body(request): Body<ChangeEmailRequest>,
) -> Result<StatusCode, Failure> {
    let next = Email::parse(&request.email)?;
    security::ask_for_email(&app, address, caller.user, request.current_password, next).await?;
    Ok(StatusCode::ACCEPTED)
}
