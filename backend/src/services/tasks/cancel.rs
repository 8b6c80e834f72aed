//! Cancelling. A task that waits ends at once with everything refunded; one that runs is asked to stop, and its
//! worker ends it within a tile.

use jobs::JobRef;

use super::settle::{self, Ending};
use super::view::{self, Snapshot};
use crate::app::App;
use crate::database::{attempts, tasks};
use crate::error::{Code, Failure};
use crate::models::id::{TaskId, UserId};
use crate::models::payload::RunTask;
use crate::services::catalogue::EMBEDDED;

/// Cancels an account's task.
///
/// # Errors
/// `not_found`; `task_final` when it has ended.
pub async fn cancel(app: &App, user_id: &UserId, id: &TaskId) -> Result<Snapshot, Failure> {
    let now = app.clock.now();
    let (owner, task_id) = (user_id.clone(), id.clone());
    let snapshot = app
        .database
        .write::<_, Failure, _>(move |conn| {
            let row = tasks::of_user(conn, &owner, &task_id)?.ok_or(Code::NotFound)?;
            if row.status()?.is_final() {
                return Err(Code::TaskFinal.into());
            }
            // Where a vendor may be at work, the worker that takes the task up asks it to stop.
            let at_vendor = row.ai_provider != EMBEDDED && attempts::has_open(conn, &task_id)?;
            if !at_vendor && jobs::cancel_ready(conn, JobRef::Key(&RunTask::unique_key(&task_id)))? {
                settle::settle(conn, &row, &Ending::Cancelled { delivered: Vec::new() }, now)?;
            } else {
                tasks::request_cancel(conn, &task_id, now)?;
            }
            view::reload(conn, &task_id, now)
        })
        .await?;
    app.running.cancel(id);
    app.events.publish_task(Box::new(snapshot.clone()));
    app.events.publish_credits(app, user_id).await?;
    Ok(snapshot)
}
