//! Whether the process lives and can serve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::App;
use crate::error::Failure;
use crate::services::accounts::setup;

/// Whether the process can serve.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok` or `unavailable`.
    pub status: &'static str,
    /// `ok` or `unavailable`.
    pub database: &'static str,
    /// `ok` or `degraded`: with the store gone, pictures are missing but everything else works.
    pub storage: &'static str,
}

/// The process lives.
#[utoipa::path(get, operation_id = "getLiveness", path = "/healthz", tag = "ops", responses((status = 200, body = str)))]
pub async fn live() -> &'static str {
    "ok"
}

/// The process can serve: red only for the database.
#[utoipa::path(get, operation_id = "getReadiness", path = "/readyz", tag = "ops", responses((status = 200, body = Health), (status = 503, body = Health)))]
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Health>) {
    let database: Result<bool, Failure> = setup::required(&app).await;
    let storage = tokio::fs::metadata(app.temporary_folder()).await.is_ok();
    let word = |good: bool, bad: &'static str| if good { "ok" } else { bad };
    let ready = database.is_ok();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let health = Health { status: word(ready, "unavailable"), database: word(ready, "unavailable"), storage: word(storage, "degraded") };
    (status, Json(health))
}
