//! Wipes a deleted task once the time to undo has passed: words and rows in one transaction, then the objects of
//! files that no other task holds. If it stops between the two, the sweep finds the objects; if it is given up, the
//! sweep wipes the task. If the time has not passed after all, because UNDO_SECONDS was raised, it comes back when it
//! has.

use jobs::{Context, Job, Outcome};

use crate::app::App;
use crate::database::tasks;
use crate::error::Failure;
use crate::models::payload::PurgeTask;
use crate::services::tasks::delete;
use crate::services::uploads;

/// Runs the job.
pub async fn run(app: App, context: Context, job: Job) -> Outcome {
    match purge(&app, &context, &job).await {
        Ok(()) => Outcome::Done,
        Err(failure) => Outcome::Retry { after: None, error: format!("{failure:?}") },
    }
}

async fn purge(app: &App, context: &Context, job: &Job) -> Result<(), Failure> {
    let payload: PurgeTask = job.payload().map_err(Failure::internal)?;
    let undo_time = delete::undo_time(app);
    let now = app.clock.now();
    let deleted_before = now.before(undo_time);
    let fence = context.fence;
    let gone = app
        .database
        .write::<_, Failure, _>(move |conn| {
            let deleted_at = tasks::deleted_at(conn, &payload.task_id)?;
            if let Some(too_early) = deleted_at.filter(|at| *at > deleted_before) {
                jobs::release(conn, &fence, too_early.after(undo_time).0)?;
                return Ok(Vec::new());
            }
            if !jobs::finish(conn, &fence)? {
                return Ok(Vec::new());
            }
            Ok(delete::wipe(conn, &payload.task_id, deleted_before, now)?)
        })
        .await?;
    uploads::forget(app, &gone).await;
    Ok(())
}
