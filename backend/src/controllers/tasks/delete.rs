//! Deleting a task, and taking that back.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::{present, task_id};
use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::path::PathId;
use crate::models::id::TaskId;
use crate::models::task::Task;
use crate::models::timestamp::Timestamp;
use crate::services::tasks::delete;

/// A deleted task.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deleted {
    /// Its id.
    pub id: TaskId,
    /// Until when it can be restored.
    pub undo_until: Timestamp,
}

/// Deletes a finished task. It can be restored until `undoUntil`; then its words and pictures are wiped.
#[utoipa::path(delete, operation_id = "deleteTask", path = "/api/tasks/{id}", tag = "tasks", params(("id" = String, Path)), responses((status = 200, body = Deleted), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Json<Deleted>, Failure> {
    let id = task_id(&id)?;
    let undo_until = delete::delete(&app, &caller.user.id, &id).await?;
    Ok(Json(Deleted { id, undo_until }))
}

/// Takes a deletion back.
#[utoipa::path(post, operation_id = "restoreTask", path = "/api/tasks/{id}/restore", tag = "tasks", params(("id" = String, Path)), responses((status = 200, body = Task), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn restore(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Json<Task>, Failure> {
    let snapshot = delete::restore(&app, &caller.user.id, &task_id(&id)?).await?;
    Ok(Json(present(&app, &caller, &snapshot)?))
}
