//! A forgotten password: asking for a link.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::client_address::ClientAddress;
use crate::middleware::json::Body;
use crate::models::user::Email;
use crate::services::accounts::reset;
use crate::services::mail;

/// Whose password was forgotten.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPasswordRequest {
    /// Address.
    email: String,
}

/// Sends a link to an address, if somebody has an account with it. The answer is the same for every address.
#[utoipa::path(post, operation_id = "forgotPassword", path = "/api/auth/forgot-password", tag = "auth", request_body = ForgotPasswordRequest, responses((status = 202), (status = 400, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn forgot(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Body(request): Body<ForgotPasswordRequest>,
) -> Result<StatusCode, Failure> {
    let email = Email::parse(&request.email)?;
    mail::required(&app)?;
    app.throttle.mail(address, email.as_str()).await?;
    reset::forgotten(&app, email).await?;
    Ok(StatusCode::ACCEPTED)
}
