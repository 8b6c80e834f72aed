//! Wipes a deleted task once the time to undo has passed: words and rows in one transaction, then the objects of
//! files that no other task holds. If it stops between the two, the sweep finds the objects; if it is given up, the
//! sweep wipes the task.

use jobs::{Context, Job, Outcome};

use crate::app::App;
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
    let deleted_before = app.clock.now().before(delete::undo_time(app));
    let fence = context.fence;
    let gone = app
        .database
        .write::<_, Failure, _>(move |conn| {
            if !jobs::finish(conn, &fence)? {
                return Ok(Vec::new());
            }
            Ok(delete::wipe(conn, &payload.task_id, deleted_before)?)
        })
        .await?;
    uploads::forget(app, &gone).await;
    Ok(())
}
