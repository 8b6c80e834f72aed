//! Making the owner account through the set-up link.

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
use crate::services::accounts::register::Applicant;
use crate::services::accounts::setup;

/// The owner to be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// From the set-up link.
    token: String,
    /// Address.
    email: String,
    /// 8 to 128 characters.
    password: String,
}

/// Makes the owner account and logs it in.
#[utoipa::path(post, operation_id = "setup", path = "/api/auth/setup", tag = "auth", request_body = SetupRequest, responses((status = 201, body = Account), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn setup(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    RequestLocale(locale): RequestLocale,
    headers: HeaderMap,
    Body(request): Body<SetupRequest>,
) -> Result<SignedIn, Failure> {
    app.throttle.register_address(address).await?;
    let applicant = Applicant {
        email: Email::parse(&request.email)?,
        password: Password::choose(request.password)?,
        username: None,
        invitation: None,
        locale: Some(locale),
    };
    let user = setup::setup(&app, &request.token, applicant).await?;
    sign_in(&app, &headers, StatusCode::CREATED, user, None).await
}
