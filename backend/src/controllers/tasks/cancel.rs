//! Cancelling a task.

use axum::extract::State;
use axum::response::Response;

use super::{accepted, task_id};
use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::path::PathId;
use crate::models::task::Task;
use crate::services::tasks::cancel;

/// Cancels a task: at once while it waits, within a tile while it runs. What is not delivered is refunded.
#[utoipa::path(post, operation_id = "cancelTask", path = "/api/tasks/{id}/cancel", tag = "tasks", params(("id" = String, Path)), responses((status = 202, body = Task), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn cancel(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Response, Failure> {
    let snapshot = cancel::cancel(&app, &caller.user.id, &task_id(&id)?).await?;
    accepted(&app, &caller, &snapshot)
}
