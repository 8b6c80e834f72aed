//! Asking what a model would be told.

use axum::Json;
use axum::extract::State;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::Body;
use crate::models::task::NewTask;
use crate::services::prompt_builder::preview::{self, PromptPreview};

/// What a model would be told. The body is that of a task, whose pictures are not looked at; nothing is taken.
#[utoipa::path(post, operation_id = "previewPrompt", path = "/api/prompts/preview", tag = "prompts", request_body = NewTask, responses((status = 200, body = PromptPreview), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn preview(State(app): State<App>, caller: Caller, Body(new): Body<NewTask>) -> Result<Json<PromptPreview>, Failure> {
    Ok(Json(preview::preview(&app, &new, caller.locale)?))
}
