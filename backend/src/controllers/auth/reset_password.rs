//! A forgotten password: choosing a new one.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::client_address::ClientAddress;
use crate::middleware::json::Body;
use crate::models::user::Password;
use crate::services::accounts::reset;

/// A new password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPasswordRequest {
    /// From the link.
    token: String,
    /// 8 to 128 characters.
    password: String,
}

/// Gives the link's account a new password and ends its sessions. The link works once.
#[utoipa::path(post, operation_id = "resetPassword", path = "/api/auth/reset-password", tag = "auth", request_body = ResetPasswordRequest, responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 429, body = Problem)))]
pub async fn reset(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Body(request): Body<ResetPasswordRequest>,
) -> Result<StatusCode, Failure> {
    let password = Password::choose(request.password)?;
    app.throttle.login_address(address).await?;
    reset::reset(&app, &request.token, password).await?;
    Ok(StatusCode::NO_CONTENT)
}
