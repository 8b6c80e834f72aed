//! What is known of a picture.

use axum::Json;
use axum::extract::State;

use crate::app::App;
use crate::database::files;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::path::PathId;
use crate::models::file::File;
use crate::models::id::FileId;
use crate::services::media;

/// One of the caller's pictures, with fresh links.
#[utoipa::path(get, operation_id = "getFile", path = "/api/files/{id}", tag = "files", params(("id" = String, Path)), responses((status = 200, body = File), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn show(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Json<File>, Failure> {
    let id: FileId = id.parse().map_err(|_| Code::NotFound)?;
    let found = app.database.query::<_, Failure, _>(move |conn| Ok(files::of_user(conn, &caller.user.id, &id)?)).await?;
    let row = found.ok_or(Code::NotFound)?;
    Ok(Json(media::present(&row, &app.links, app.clock.now())?))
}
