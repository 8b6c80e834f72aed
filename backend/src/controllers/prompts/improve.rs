//! Asking for a better wording.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::Body;
use crate::models::locale::Locale;
use crate::services::prompt_model::improve::improve as ask;
use crate::services::prompt_model::proposal::Proposal;

/// A prompt to improve.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImproveRequest {
    /// The words, no longer than a prompt may be.
    prompt: String,
    /// What they are for.
    task_type: String,
    /// The language to answer in when the words have none; the reader's when absent.
    locale: Option<Locale>,
}

/// A better wording, as the operator's text model sees it. Costs nothing and stores nothing.
#[utoipa::path(post, operation_id = "improvePrompt", path = "/api/prompts/improve", tag = "prompts", request_body = ImproveRequest, responses((status = 200, body = Proposal), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 502, body = Problem), (status = 503, body = Problem), (status = 504, body = Problem)))]
pub async fn improve(State(app): State<App>, caller: Caller, Body(wish): Body<ImproveRequest>) -> Result<Json<Proposal>, Failure> {
    let locale = wish.locale.unwrap_or(caller.locale);
    Ok(Json(ask(&app, &caller.user.id, &wish.prompt, &wish.task_type, locale).await?))
}
