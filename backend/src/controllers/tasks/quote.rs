//! Asking what a task would cost.

use axum::Json;
use axum::extract::State;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::Body;
use crate::models::task::NewTask;
use crate::services::tasks::quote::{self, Quote};

/// What a task would cost. Checks all that creating it would check, and takes nothing.
#[utoipa::path(post, operation_id = "quoteTask", path = "/api/tasks/quote", tag = "tasks", request_body = NewTask, responses((status = 200, body = Quote), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn quote(State(app): State<App>, caller: Caller, Body(new): Body<NewTask>) -> Result<Json<Quote>, Failure> {
    Ok(Json(quote::quote(&app, &caller.user, caller.locale, &new).await?))
}
