//! Logging in.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{Account, SignedIn, sign_in};
use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::client_address::ClientAddress;
use crate::middleware::json::Body;
use crate::services::accounts::login;

/// E-mail and password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// Address.
    email: String,
    /// Password.
    password: String,
}

/// Logs in.
#[utoipa::path(post, operation_id = "login", path = "/api/auth/login", tag = "auth", request_body = LoginRequest, responses((status = 200, body = Account), (status = 401, body = Problem), (status = 403, body = Problem), (status = 429, body = Problem)))]
pub async fn login(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Body(request): Body<LoginRequest>,
) -> Result<SignedIn, Failure> {
    app.throttle.login_address(address).await?;
    let proven = login::login(&app, address, &request.email, request.password).await?;
    sign_in(&app, &headers, StatusCode::OK, proven.user, Some(proven.hash)).await
}
