//! Deleting with a time to undo. The task disappears at once; its words and pictures are wiped by a job when the
//! time has passed, or by the sweep if that job did not come to it.

use std::time::Duration;

use db::Connection;
use diesel::QueryResult;
use jobs::JobRef;

use super::view::{self, Snapshot};
use crate::app::App;
use crate::database::files::{self, FileRow};
use crate::database::tasks;
use crate::error::{Code, Failure};
use crate::models::id::{TaskId, UserId};
use crate::models::payload::PurgeTask;
use crate::models::timestamp::Timestamp;

/// Tries of a purge before it is left to the sweep.
const PURGE_ATTEMPTS: i32 = 20;

/// Deletes an account's task. Returns until when it can be restored.
///
/// # Errors
/// `not_found`; `task_not_finished` while it runs.
pub async fn delete(app: &App, user_id: &UserId, id: &TaskId) -> Result<Timestamp, Failure> {
    let now = app.clock.now();
    let undo_until = now.after(undo_time(app));
    let (owner, task_id) = (user_id.clone(), id.clone());
    app.database
        .write::<_, Failure, _>(move |conn| {
            let row = tasks::of_user(conn, &owner, &task_id)?.ok_or(Code::NotFound)?;
            if !row.status()?.is_final() {
                return Err(Code::TaskNotFinished.into());
            }
            tasks::delete(conn, &task_id, now)?;
            let job = jobs::NewJob {
                queue: jobs::Queue::Maintenance,
                kind: PurgeTask::KIND,
                payload: serde_json::to_string(&PurgeTask { task_id: task_id.clone() }).map_err(Failure::internal)?,
                priority: 0,
                fair_key: String::new(),
                run_at: Some(undo_until.0),
                max_attempts: PURGE_ATTEMPTS,
                unique_key: Some(PurgeTask::unique_key(&task_id)),
            };
            // None is enqueued beside one that runs just now, from a deletion that was taken back. That one leaves the task
            // to the sweep.
            jobs::enqueue(conn, job, now.0)?;
            Ok(())
        })
        .await?;
    app.events.publish_deleted(user_id, id);
    Ok(undo_until)
}

/// Takes a deletion back.
///
/// # Errors
/// `not_found`; `undo_expired` when the time has passed.
pub async fn restore(app: &App, user_id: &UserId, id: &TaskId) -> Result<Snapshot, Failure> {
    let now = app.clock.now();
    let deleted_after = now.before(undo_time(app));
    let (owner, task_id) = (user_id.clone(), id.clone());
    let snapshot = app
        .database
        .write::<_, Failure, _>(move |conn| {
            tasks::deleted_of_user(conn, &owner, &task_id)?.ok_or(Code::NotFound)?;
            if !tasks::restore(conn, &task_id, deleted_after, now)? {
                return Err(Code::UndoExpired.into());
            }
            jobs::cancel_ready(conn, JobRef::Key(&PurgeTask::unique_key(&task_id)))?;
            view::reload(conn, &task_id, now)
        })
        .await?;
    app.events.publish_task(Box::new(snapshot.clone()));
    Ok(snapshot)
}

/// Wipes a task that was deleted before a moment and lets go of its files. Returns the rows of those that no other
/// task holds, so that the caller can delete the objects once this is committed.
pub fn wipe(conn: &mut Connection, id: &TaskId, deleted_before: Timestamp, now: Timestamp) -> QueryResult<Vec<FileRow>> {
    if !tasks::wipe(conn, id, deleted_before)? {
        return Ok(Vec::new());
    }
    files::release(conn, id, now)
}

/// How long a deletion can be taken back.
#[must_use]
pub fn undo_time(app: &App) -> Duration {
    Duration::from_secs(app.config.limits.undo_seconds)
}
