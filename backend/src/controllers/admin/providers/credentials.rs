//! Accounts with vendors that the owner gives, changes and removes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Owner;
use crate::middleware::json::Body;
use crate::middleware::path::{PathId, PathIds};
use crate::services::ai::credentials::{self, CredentialRequest, CredentialView};

/// Keeps an account with a vendor, and uses it from now on.
#[utoipa::path(post, operation_id = "addProviderCredential", path = "/api/admin/providers/{provider}/credentials", tag = "admin", params(("provider" = String, Path)), request_body = CredentialRequest, responses((status = 201, body = CredentialView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn add(
    State(app): State<App>,
    Owner(owner): Owner,
    PathId(provider): PathId,
    Body(request): Body<CredentialRequest>,
) -> Result<(StatusCode, Json<CredentialView>), Failure> {
    let row = credentials::add(&app, &provider, request.check(owner.locale)?, &owner.user).await?;
    let view = credentials::show(&app, credentials::provider(&app, &provider)?, &row, owner.locale)?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Changes an account; what is absent stays.
#[utoipa::path(patch, operation_id = "changeProviderCredential", path = "/api/admin/providers/{provider}/credentials/{id}", tag = "admin", params(("provider" = String, Path), ("id" = String, Path)), request_body = CredentialRequest, responses((status = 200, body = CredentialView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn change(
    State(app): State<App>,
    Owner(owner): Owner,
    ids: PathIds<2>,
    Body(request): Body<CredentialRequest>,
) -> Result<Json<CredentialView>, Failure> {
    let PathIds([provider, id]) = ids;
    let row = credentials::change(&app, &provider, &id, request.check(owner.locale)?, &owner.user).await?;
    Ok(Json(credentials::show(&app, credentials::provider(&app, &provider)?, &row, owner.locale)?))
}

/// Removes an account with its key.
#[utoipa::path(delete, operation_id = "removeProviderCredential", path = "/api/admin/providers/{provider}/credentials/{id}", tag = "admin", params(("provider" = String, Path), ("id" = String, Path)), responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn remove(State(app): State<App>, Owner(owner): Owner, ids: PathIds<2>) -> Result<StatusCode, Failure> {
    let PathIds([provider, id]) = ids;
    credentials::remove(&app, &provider, &id, &owner.user).await?;
    Ok(StatusCode::NO_CONTENT)
}
