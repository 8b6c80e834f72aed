//! Makes a file of what was put by a link.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::path::PathId;
use crate::models::file::File;
use crate::models::id::UploadId;
use crate::services::uploads::presigned;

/// Checks what was put and makes a file of it. Sent again, it answers with the same file.
#[utoipa::path(post, operation_id = "completeUpload", path = "/api/uploads/{id}/complete", tag = "uploads", params(("id" = String, Path)), responses((status = 201, body = File), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem), (status = 507, body = Problem)))]
pub async fn complete(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<(StatusCode, Json<File>), Failure> {
    let id: UploadId = id.parse().map_err(|_| Code::NotFound)?;
    let file = presigned::complete(&app, &caller.user, caller.locale, &id).await?;
    Ok((StatusCode::CREATED, Json(file)))
}
