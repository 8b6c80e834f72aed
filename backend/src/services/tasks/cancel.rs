//! Cancelling. A task that waits ends at once with everything refunded; one that runs is asked to stop. The embedded engine
//! ends within a tile. A vendor that cannot be stopped is waited for twice as long as the picture usually takes, and for a
//! moment at least: what comes by then is delivered, for it is paid for.

use std::time::Duration;

use jobs::JobRef;

use super::settle::{self, Ending};
use super::view::{self, Snapshot};
use crate::app::App;
use crate::database::tasks::TaskRow;
use crate::database::{attempts, tasks};
use crate::error::{Code, Failure};
use crate::models::id::{TaskId, UserId};
use crate::models::payload::RunTask;
use crate::models::timestamp::Timestamp;
use crate::services::catalogue::EMBEDDED;
use crate::services::fleet::Hint;

/// Cancels an account's task.
///
/// # Errors
/// `not_found`; `task_final` when it has ended.
pub async fn cancel(app: &App, user_id: &UserId, id: &TaskId) -> Result<Snapshot, Failure> {
    let (now, grace) = (app.clock.now(), Duration::from_secs(app.config.workers.cancel_grace_seconds));
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
                let ends_by = if at_vendor { Some(given_up_at(&row, grace, now)) } else { row.estimated_completion_at.map(Timestamp) };
                tasks::request_cancel(conn, &task_id, ends_by, now)?;
            }
            view::reload(conn, &task_id, now)
        })
        .await?;
    app.running.cancel(id);
    app.fleet.tell(|| Hint::Work { id: id.clone() });
    app.events.publish_task(&snapshot);
    app.events.publish_credits(app, user_id).await?;
    Ok(snapshot)
}

/// Until when a vendor is waited for that was asked to stop now, or cannot be asked: twice as long as the picture usually
/// takes, so that a slow but healthy one is not had for nothing, and for a moment at least. After that the owner waits no
/// longer, and the operator may pay for nothing.
#[must_use]
pub fn given_up_at(task: &TaskRow, grace: Duration, now: Timestamp) -> Timestamp {
    let usually = task.estimated_completion_at.map_or(now, Timestamp);
    // Since the cancel it is the end of the wait that stands there.
    let twice = match task.started_at.map(Timestamp).filter(|_| task.cancel_requested_at.is_none()) {
        Some(started) => usually.after(usually.since(started)),
        None => usually,
    };
    twice.max(now.after(grace))
}
