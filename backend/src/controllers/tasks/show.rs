//! One task.

use axum::Json;
use axum::extract::State;

use super::{present, task_id};
use crate::app::App;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::path::PathId;
use crate::models::task::Task;
use crate::services::tasks::view;

/// One of the caller's tasks.
#[utoipa::path(get, operation_id = "getTask", path = "/api/tasks/{id}", tag = "tasks", params(("id" = String, Path)), responses((status = 200, body = Task), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn show(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Json<Task>, Failure> {
    let (id, user_id, now) = (task_id(&id)?, caller.user.id.clone(), app.clock.now());
    let found = app.database.query::<_, Failure, _>(move |conn| Ok(view::of_user(conn, &user_id, &id, now)?)).await?;
    Ok(Json(present(&app, &caller, &found.ok_or(Code::NotFound)?)?))
}
