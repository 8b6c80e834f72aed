//! Cancelling. A task that waits ends at once with everything refunded; one that runs is asked to stop. The embedded engine
//! ends within a tile. A vendor that cannot be stopped is waited for twice as long as the picture usually takes, counted from
//! the request that lies with it, and for a moment at least: what comes by then is delivered, for it is paid for.

use std::sync::Arc;
use std::time::Duration;

use jobs::JobRef;

use super::settle::{self, Ending};
use super::view::{self, Snapshot};
use crate::app::App;
use crate::database::attempts::{self, AttemptRow};
use crate::database::credits::Account;
use crate::database::tasks::{self, TaskRow};
use crate::error::{Code, Failure};
use crate::models::id::{TaskId, UserId};
use crate::models::payload::RunTask;
use crate::models::timestamp::Timestamp;
use crate::services::catalogue::{Catalogue, EMBEDDED};
use crate::services::fleet::Hint;

/// Cancels an account's task.
///
/// # Errors
/// `not_found`; `task_final` when it has ended.
pub async fn cancel(app: &App, user_id: &UserId, id: &TaskId) -> Result<Snapshot, Failure> {
    let (now, grace) = (app.clock.now(), Duration::from_secs(app.config.workers.cancel_grace_seconds));
    let (owner, task_id, catalogue) = (user_id.clone(), id.clone(), Arc::clone(&app.catalogue));
    let snapshot = app
        .database
        .write::<_, Failure, _>(move |conn| {
            // Whether a vendor has the request must not change until the wish to stop is noted.
            drop(Account::lock(conn, &owner)?);
            tasks::lock(conn, &task_id)?;
            let row = tasks::of_user(conn, &owner, &task_id)?.ok_or(Code::NotFound)?;
            if row.status()?.is_final() {
                return Err(Code::TaskFinal.into());
            }
            let key = RunTask::unique_key(&task_id);
            // Where a vendor may be at work, the worker that takes the task up asks it to stop.
            let at_vendor = attempts::open(conn, &task_id)?.filter(|open| open.ai_provider != EMBEDDED);
            if at_vendor.is_none() && jobs::cancel_ready(conn, JobRef::Key(&key))? {
                settle::settle(conn, &row, &Ending::Cancelled { delivered: Vec::new() }, now)?;
            } else {
                jobs::hasten(conn, &key, now.0)?;
                let twice = at_vendor.map_or(now, |open| twice_as_usual(&catalogue, &row, &open));
                tasks::request_cancel(conn, &task_id, twice.max(now.after(grace)), now)?;
            }
            view::reload(conn, &task_id, now)
        })
        .await?;
    app.running.cancel(id);
    app.fleet.tell(|| Hint::Work { id: id.clone() });
    app.wake_workers();
    app.events.publish_task(&snapshot);
    app.events.publish_credits(app, user_id).await;
    Ok(snapshot)
}

/// When a request that lies with a vendor has taken twice as long as its model usually takes: until then a slow but healthy
/// one is not had for nothing. After that the owner waits no longer, and the operator may pay for nothing.
fn twice_as_usual(catalogue: &Catalogue, task: &TaskRow, open: &AttemptRow) -> Timestamp {
    let began = Timestamp(open.created_at);
    // The model may be gone since; the estimate of this run is counted from its begin, shortly before the request's.
    let estimated = || task.estimated_completion_at.map_or(Duration::ZERO, |at| Timestamp(at).since(began));
    let usually = catalogue.usual_length(&open.ai_provider, &open.ai_model).unwrap_or_else(estimated);
    began.after(2 * usually)
}
