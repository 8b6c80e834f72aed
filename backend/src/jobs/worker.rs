//! The worker with everything it can do.

use std::time::Duration;

use jobs::{NewJob, Queue, Worker};

use super::{forgotten_password, purge_task, run_task, send_mail, sweep};
use crate::app::App;
use crate::models::payload::{ForgottenPassword, PurgeTask, RunTask, SWEEP, SendMail};

/// Jobs of housekeeping at once.
const MAINTENANCE_SLOTS: usize = 2;
/// Letters at once: a connection each, and mail servers bound these.
const MAIL_SLOTS: usize = 3;
/// How often to sweep.
const SWEEP_EVERY: Duration = Duration::from_secs(900);

/// Builds the worker of this process; `identity` is that of its slot.
#[must_use]
pub fn worker(app: &App, identity: &str) -> Worker {
    let clock = app.clock.clone();
    let (for_tasks, for_purges, for_sweeps, for_ends, accounts) =
        (app.clone(), app.clone(), app.clone(), app.clone(), app.accounts.clone());
    let (for_mail, for_forgotten) = (app.clone(), app.clone());
    Worker::builder(app.database.clone(), identity)
        .slots(Queue::Engine, app.config.workers.engine_concurrency as usize)
        // One more, so that tasks whose vendor was taken away since come to an end.
        .slots_by(Queue::Provider, move || accounts.places() + 1)
        .slots(Queue::Mail, MAIL_SLOTS)
        .slots(Queue::Maintenance, MAINTENANCE_SLOTS)
        .handler(RunTask::KIND, move |context, job| run_task::run(for_tasks.clone(), context, job))
        .handler(PurgeTask::KIND, move |context, job| purge_task::run(for_purges.clone(), context, job))
        .handler(SendMail::KIND, move |context, job| send_mail::run(for_mail.clone(), context, job))
        .handler(ForgottenPassword::KIND, move |context, job| forgotten_password::run(for_forgotten.clone(), context, job))
        .handler(SWEEP, move |context, job| sweep::run(for_sweeps.clone(), context, job))
        .on_exhausted(move |context, job, cause| exhausted(for_ends.clone(), context, job, cause))
        .schedule(SWEEP, SWEEP_EVERY, sweep_job())
        .lease(Duration::from_secs(app.config.workers.lease_seconds))
        .clock(move || clock.now().0)
        .wake(app.worker.clone())
        .health(app.worker_health.clone())
        .build()
}

fn sweep_job() -> NewJob {
    NewJob {
        queue: Queue::Maintenance,
        kind: SWEEP,
        payload: "{}".to_owned(),
        priority: 10,
        fair_key: String::new(),
        run_at: None,
        max_attempts: 3,
        unique_key: None,
    }
}

/// A task's end is recorded; other jobs are only housekeeping that comes round again.
async fn exhausted(app: App, context: jobs::Context, job: jobs::Job, cause: String) -> Result<(), String> {
    if job.kind == RunTask::KIND {
        return run_task::exhausted(app, context, job, cause).await;
    }
    tracing::error!(kind = job.kind, %cause, "a job was given up");
    let fence = context.fence;
    let finished = app.database.write::<_, db::Error, _>(move |conn| Ok(jobs::finish(conn, &fence)?)).await;
    finished.map(drop).map_err(|error| error.to_string())
}
