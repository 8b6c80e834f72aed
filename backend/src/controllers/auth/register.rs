//! Registering.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{Account, SignedIn, sign_in};
use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::client_address::ClientAddress;
use crate::middleware::json::Body;
use crate::middleware::language::RequestLocale;
use crate::models::user::{Email, Password};
use crate::models::username::Username;
use crate::services::accounts::register::{self, Applicant};
use crate::services::mail;

/// Somebody who wants an account.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterRequest {
    /// Address.
    email: String,
    /// 8 to 128 characters.
    password: String,
    /// 2 to 32 letters of one script, digits, `-` or `_`.
    username: Option<String>,
    /// From an invitation link.
    invitation: Option<String>,
}

/// Makes an account and logs it in.
#[utoipa::path(post, operation_id = "register", path = "/api/auth/register", tag = "auth", request_body = RegisterRequest, responses((status = 201, body = Account), (status = 400, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn register(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    RequestLocale(locale): RequestLocale,
    headers: HeaderMap,
    Body(request): Body<RegisterRequest>,
) -> Result<SignedIn, Failure> {
    let applicant = Applicant {
        email: Email::parse(&request.email)?,
        password: Password::choose(request.password)?,
        username: request.username.as_deref().filter(|name| !name.trim().is_empty()).map(Username::parse).transpose()?,
        invitation: request.invitation,
        locale: Some(locale),
    };
    app.throttle.register_address(address).await?;
    if mail::is_on(&app) {
        app.throttle.mail(address, applicant.email.as_str()).await?;
    }
    let user = register::register(&app, applicant).await?;
    sign_in(&app, &headers, StatusCode::CREATED, user, None).await
}
