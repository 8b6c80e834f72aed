//! Tests an account with a vendor.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Owner;
use crate::middleware::json::Body;
use crate::middleware::path::PathId;
use crate::services::ai::credentials::{self, CredentialRequest, TestView, present};

/// What to test: a stored account, or a key before it is kept; neither means the account that the settings give.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ProviderTestRequest {
    /// A stored account. With another key, `baseUrl` and `proxy` are those of the account as far as they are absent; without
    /// one, nothing else goes with it.
    credential_id: Option<String>,
    /// A key.
    api_key: Option<String>,
    /// Where the vendor's interface is, if not at its usual place.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    base_url: Option<Option<String>>,
    /// A proxy to it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    proxy: Option<Option<String>>,
}

/// Tests an account with a call that costs nothing, and says who answered or what is wrong.
#[utoipa::path(post, operation_id = "testProvider", path = "/api/admin/providers/{provider}/test", tag = "admin", params(("provider" = String, Path)), request_body = ProviderTestRequest, responses((status = 200, body = TestView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn test(
    State(app): State<App>,
    Owner(owner): Owner,
    PathId(provider): PathId,
    Body(request): Body<ProviderTestRequest>,
) -> Result<Json<TestView>, Failure> {
    let trial = CredentialRequest::of_test(request.api_key, request.base_url, request.proxy).check(owner.locale)?;
    Ok(Json(credentials::tested(&app, &provider, request.credential_id.as_deref(), trial, owner.locale).await?))
}
