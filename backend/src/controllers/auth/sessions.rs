//! Where the caller is logged in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::App;
use crate::database::sessions;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::path::PathId;
use crate::models::id::SessionId;
use crate::models::timestamp::Timestamp;
use crate::services::accounts::sessions::close_own;

/// A browser in which the caller is logged in.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub struct SessionView {
    /// Its id.
    id: SessionId,
    /// What the browser called itself.
    user_agent: Option<String>,
    /// When it was logged in.
    created_at: Timestamp,
    /// When it was last seen, to a quarter of an hour.
    last_seen_at: Timestamp,
    /// Whether it is the one that asks.
    is_current: bool,
}

/// Where somebody is logged in, the one used last first.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Sessions {
    /// At most 100.
    items: Vec<SessionView>,
}

/// Where the caller is logged in.
#[utoipa::path(get, operation_id = "listSessions", path = "/api/me/sessions", tag = "auth", responses((status = 200, body = Sessions), (status = 401, body = Problem)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Sessions>, Failure> {
    let (id, now) = (caller.user.id, app.clock.now());
    let open = app.database.read::<_, Failure, _>(move |conn| Ok(sessions::open_of(conn, &id, now)?)).await?;
    let view = |session: sessions::OpenSession| SessionView {
        is_current: session.id == caller.session,
        id: session.id,
        user_agent: session.user_agent,
        created_at: session.created_at,
        last_seen_at: session.refreshed_at,
    };
    Ok(Json(Sessions { items: open.into_iter().map(view).collect() }))
}

/// Logs the caller out elsewhere.
#[utoipa::path(delete, operation_id = "endSession", path = "/api/me/sessions/{id}", tag = "auth", params(("id" = String, Path)), responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn end(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<StatusCode, Failure> {
    let id = id.parse().map_err(|_| Code::NotFound)?;
    close_own(&app, caller.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
