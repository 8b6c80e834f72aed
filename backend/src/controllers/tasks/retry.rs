//! Asking for a task again.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{accepted, idempotency_key, task_id};
use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::path::PathId;
use crate::models::task::Task;
use crate::services::tasks::retry;

/// Makes a new, newly charged task that asks for the same; `retryOf` names the old one.
#[utoipa::path(post, operation_id = "retryTask", path = "/api/tasks/{id}/retry", tag = "tasks", params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 202, body = Task), (status = 400, body = Problem), (status = 401, body = Problem), (status = 402, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem), (status = 507, body = Problem)))]
pub async fn retry(State(app): State<App>, caller: Caller, PathId(id): PathId, headers: HeaderMap) -> Result<Response, Failure> {
    let key = idempotency_key(&headers)?;
    let snapshot = retry::retry(&app, caller.user.clone(), caller.locale, &task_id(&id)?, key).await?;
    accepted(&app, &caller, &snapshot)
}
