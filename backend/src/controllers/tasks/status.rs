//! Many tasks at once: for pages that poll.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::present;
use crate::app::App;
use crate::database::tasks;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::{Query, invalid};
use crate::models::id::TaskId;
use crate::models::task::Task;
use crate::services::tasks::view;

/// Most tasks of one question.
const IDS_MAXIMUM: usize = 100;

/// Which tasks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatusQuery {
    /// Up to 100 ids with commas between.
    ids: String,
}

/// The tasks that were found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TaskStatuses {
    /// In no particular order; ids that are unknown or not the caller's are left out.
    pub items: Vec<Task>,
}

/// The present state of up to 100 of the caller's tasks.
#[utoipa::path(get, operation_id = "getTaskStatuses", path = "/api/tasks/status", tag = "tasks", params(StatusQuery), responses((status = 200, body = TaskStatuses), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn status(State(app): State<App>, caller: Caller, Query(query): Query<StatusQuery>) -> Result<Json<TaskStatuses>, Failure> {
    let named: Vec<&str> = query.ids.split(',').filter(|id| !id.is_empty()).collect();
    if named.len() > IDS_MAXIMUM {
        return Err(invalid("ids").field("ids", "too_large").field_with("maximum", IDS_MAXIMUM));
    }
    let ids: Vec<TaskId> = named.iter().filter_map(|id| id.parse().ok()).collect();
    let (user_id, now) = (caller.user.id.clone(), app.clock.now());
    let snapshots = app
        .database
        .read::<_, Failure, _>(move |conn| {
            let rows = tasks::many_of_user(conn, &user_id, &ids)?;
            Ok(view::snapshots(conn, rows, now)?)
        })
        .await?;
    let items = snapshots.iter().map(|snapshot| present(&app, &caller, snapshot)).collect::<Result<_, _>>()?;
    Ok(Json(TaskStatuses { items }))
}
