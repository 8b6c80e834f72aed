//! Tasks over HTTP.

pub mod cancel;
pub mod create;
pub mod delete;
pub mod list;
pub mod quote;
pub mod retry;
pub mod show;
pub mod status;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::{Code, Failure};
use crate::middleware::auth::Caller;
use crate::models::id::TaskId;
use crate::models::task::Task;
use crate::services::tasks::view::{Snapshot, Viewer};

/// A task as the caller sees it.
fn present(app: &App, caller: &Caller, snapshot: &Snapshot) -> Result<Task, Failure> {
    Ok(snapshot.present(Viewer { links: &app.links, catalogue: &app.catalogue, now: app.clock.now(), locale: caller.locale })?)
}

/// An accepted task, with where to look for it.
fn accepted(app: &App, caller: &Caller, snapshot: &Snapshot) -> Result<Response, Failure> {
    let task = present(app, caller, snapshot)?;
    let location = HeaderValue::from_str(&format!("/api/tasks/{}", task.id)).map_err(Failure::internal)?;
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(task)).into_response())
}

/// The id in the path. What is no task id names no task.
fn task_id(text: &str) -> Result<TaskId, Failure> {
    text.parse().map_err(|_| Code::NotFound.into())
}

/// The key of a request that may be sent twice.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    value.to_str().map(|key| Some(key.to_owned())).map_err(|_| Code::IdempotencyKeyInvalid.into())
}
