//! Confirming an address: with the link that was sent there, and asking for another one.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::client_address::ClientAddress;
use crate::middleware::json::Body;
use crate::services::accounts::{security, verify};

/// A link that came by mail.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// From the link.
    token: String,
}

/// Confirms the address that a link was sent to.
#[utoipa::path(post, operation_id = "verifyEmail", path = "/api/auth/verify-email", tag = "auth", request_body = LinkRequest, responses((status = 204), (status = 403, body = Problem), (status = 429, body = Problem)))]
pub async fn verify(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Body(request): Body<LinkRequest>,
) -> Result<StatusCode, Failure> {
    app.throttle.login_address(address).await?;
    verify::confirm(&app, &request.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes the address that a link was sent to the account's.
#[utoipa::path(post, operation_id = "confirmNewEmail", path = "/api/auth/change-email", tag = "auth", request_body = LinkRequest, responses((status = 204), (status = 403, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn change(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Body(request): Body<LinkRequest>,
) -> Result<StatusCode, Failure> {
    app.throttle.login_address(address).await?;
    security::change_email(&app, &request.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends the caller another link to confirm the address; nothing when it is confirmed.
#[utoipa::path(post, operation_id = "sendVerification", path = "/api/me/verification", tag = "auth", responses((status = 202), (status = 401, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn send(State(app): State<App>, caller: Caller, ClientAddress(address): ClientAddress) -> Result<StatusCode, Failure> {
    verify::send_again(&app, address, caller.user).await?;
    Ok(StatusCode::ACCEPTED)
}
