//! The caller's tasks.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use super::present;
use crate::app::App;
use crate::database::tasks::{self, TaskFilter};
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::Query;
use crate::models::page::{Page, Window};
use crate::models::task::{Task, TaskStatus};
use crate::services::tasks::view;

/// Which tasks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// At most so many, 1 to 100.
    limit: Option<i64>,
    /// Skip so many.
    offset: Option<i64>,
    /// Only those in this state.
    status: Option<TaskStatus>,
    /// Only those of this tool.
    task_type: Option<String>,
    /// Only those with all of these words in number, prompt, tool, style or names of pictures. Looks at the newest 10,000.
    q: Option<String>,
}

/// A page of the caller's tasks, newest first.
#[utoipa::path(get, operation_id = "listTasks", path = "/api/tasks", tag = "tasks", params(TaskQuery), responses((status = 200, body = Page<Task>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(State(app): State<App>, caller: Caller, Query(query): Query<TaskQuery>) -> Result<Json<Page<Task>>, Failure> {
    let window = Window::clamp(query.limit, query.offset);
    let words = query.q.as_deref().map(TaskFilter::words).unwrap_or_default();
    let filter = TaskFilter { status: query.status, task_type: query.task_type, words };
    let (user_id, now) = (caller.user.id.clone(), app.clock.now());
    let (snapshots, total) = app
        .database
        .read::<_, Failure, _>(move |conn| {
            let (rows, total) = tasks::page(conn, &user_id, &filter, window)?;
            Ok((view::snapshots(conn, rows, now)?, total))
        })
        .await?;
    let items = snapshots.iter().map(|snapshot| present(&app, &caller, snapshot)).collect::<Result<_, _>>()?;
    Ok(Json(Page { items, total, limit: window.limit, offset: window.offset }))
}
