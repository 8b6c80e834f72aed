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
    /// `ok` or `unavailable`, also while the process is stopping.
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

/// The process can serve: red only for the database, and once it has been asked to stop.
#[utoipa::path(get, operation_id = "getReadiness", path = "/readyz", tag = "ops", responses((status = 200, body = Health), (status = 503, body = Health)))]
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Health>) {
    let database: Result<bool, Failure> = setup::required(&app).await;
    let word = |good: bool, bad: &'static str| if good { "ok" } else { bad };
    let ready = database.is_ok() && !app.stopping.is_cancelled();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let health = Health {
        status: word(ready, "unavailable"),
        database: word(database.is_ok(), "unavailable"),
        storage: word(app.store.is_reachable().await, "degraded"),
    };
    (status, Json(health))
}
