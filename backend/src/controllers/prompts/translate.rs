//! Asking for a prompt in another language.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::Body;
use crate::models::catalogue::PromptLanguage;
use crate::services::prompt_model::proposal::Proposal;
use crate::services::prompt_model::translate::translate as ask;

/// A prompt to translate.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TranslateRequest {
    /// The words, no longer than a prompt may be.
    prompt: String,
    /// The language wanted.
    to: PromptLanguage,
}

/// The words in another language, by the operator's text model. Costs nothing and stores nothing.
#[utoipa::path(post, operation_id = "translatePrompt", path = "/api/prompts/translate", tag = "prompts", request_body = TranslateRequest, responses((status = 200, body = Proposal), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 502, body = Problem), (status = 503, body = Problem), (status = 504, body = Problem)))]
pub async fn translate(State(app): State<App>, caller: Caller, Body(wish): Body<TranslateRequest>) -> Result<Json<Proposal>, Failure> {
    Ok(Json(ask(&app, &caller.user.id, &wish.prompt, wish.to).await?))
}
