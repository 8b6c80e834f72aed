//! The catalogue: tools, models, styles, prices.

use axum::Json;
use axum::extract::State;

use crate::app::App;
use crate::error::Failure;
use crate::middleware::auth::Caller;
use crate::middleware::language::RequestLocale;
use crate::services::catalogue::{OfferedCatalogue, Reader, offer};

/// What the studio offers, in the reader's language.
#[utoipa::path(get, operation_id = "listTools", path = "/api/tools", tag = "catalogue", responses((status = 200, body = OfferedCatalogue)))]
pub async fn list(
    State(app): State<App>,
    RequestLocale(preferred): RequestLocale,
    caller: Option<Caller>,
) -> Result<Json<OfferedCatalogue>, Failure> {
    let settings = app.settings.current(&app).await?;
    let locale = caller.as_ref().map_or(preferred, |caller| caller.locale);
    let reader = Reader::of(caller.as_ref().map(|caller| &caller.user));
    Ok(Json(offer(&app, settings.task_cost_credits, reader, locale)))
}
