//! Deleting a picture that nothing was made of.

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::path::PathId;
use crate::models::id::FileId;
use crate::services::uploads;

/// Deletes one of the caller's pictures that no task holds; those that tasks hold go with their tasks.
#[utoipa::path(delete, operation_id = "deleteFile", path = "/api/files/{id}", tag = "files", params(("id" = String, Path)), responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<StatusCode, Failure> {
    let id: FileId = id.parse().map_err(|_| Code::NotFound)?;
    uploads::delete(&app, &caller.user.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
