//! The vendors with their accounts.

use axum::Json;
use axum::extract::State;

use super::Providers;
use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Owner;
use crate::services::ai::credentials::show_all;

/// Every vendor of the catalogue, with the accounts that environment and page give.
#[utoipa::path(get, operation_id = "listProviders", path = "/api/admin/providers", tag = "admin", responses((status = 200, body = Providers), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn list(State(app): State<App>, Owner(owner): Owner) -> Result<Json<Providers>, Failure> {
    Ok(Json(Providers { items: show_all(&app, owner.locale).await? }))
}
