//! What the caller's pictures take.

use axum::Json;
use axum::extract::State;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::services::uploads::quota::{self, Storage};

/// What the caller's pictures take, and what they may take.
#[utoipa::path(get, operation_id = "getStorage", path = "/api/me/storage", tag = "auth", responses((status = 200, body = Storage), (status = 401, body = Problem)))]
pub async fn show(State(app): State<App>, caller: Caller) -> Result<Json<Storage>, Failure> {
    Ok(Json(quota::of(&app, &caller.user).await?))
}
