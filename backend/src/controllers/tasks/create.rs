//! Asking for a task.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{accepted, idempotency_key};
use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::Body;
use crate::models::task::{NewTask, Task};
use crate::services::tasks::create::{self, Request};

/// The route that keys belong to.
const ROUTE: &str = "POST /api/tasks";

/// Accepts a task and takes its price. With an `Idempotency-Key` that was used before, the task of then.
#[utoipa::path(post, operation_id = "createTask", path = "/api/tasks", tag = "tasks", request_body = NewTask, params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 printable ASCII characters; kept 24 hours")), responses((status = 202, body = Task), (status = 400, body = Problem), (status = 401, body = Problem), (status = 402, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem), (status = 507, body = Problem)))]
pub async fn create(State(app): State<App>, caller: Caller, headers: HeaderMap, Body(new): Body<NewTask>) -> Result<Response, Failure> {
    let key = idempotency_key(&headers)?.map(|key| create::idempotency_key(ROUTE, key, &new)).transpose()?;
    let request = Request { user: caller.user.clone(), locale: caller.locale, new, key, retry_of: None, told_before: None };
    let snapshot = create::create(&app, request).await?;
    accepted(&app, &caller, &snapshot)
}
