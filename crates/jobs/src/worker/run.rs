//! One job from claim to end.

use super::Shared;
use super::handler::{Context, Outcome};
use crate::backoff::backoff;
use crate::fence::{finish, release, retry};
use crate::job::Job;
use futures::FutureExt;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Rest of a job whose kind this program does not know: a newer node has a handler for it.
const UNKNOWN_KIND_REST: Duration = Duration::from_secs(5);

/// Runs the handler and records its outcome. Errors of the database leave the job to the end of its lease.
pub(super) async fn run(shared: &Arc<Shared>, job: Job) {
    let cancelled = shared.deadline.child_token();
    let until = shared.now().saturating_add(millis(shared.lease));
    shared.in_flight.insert(job.fence(), until, cancelled.clone());
    let context = context(shared, &job, cancelled);
    let outcome = outcome(shared, &context, &job).await;
    if let Err(error) = settle(shared, context, &job, outcome).await {
        tracing::error!(job = job.id, kind = job.kind, %error, "the outcome of a job could not be recorded");
    }
    shared.in_flight.remove(&job.fence());
}

fn context(shared: &Shared, job: &Job, cancelled: CancellationToken) -> Context {
    let (stopping, wake) = (shared.stopping.clone(), shared.wake.clone());
    Context { fence: job.fence(), cancelled, stopping, wake }
}

async fn outcome(shared: &Shared, context: &Context, job: &Job) -> Outcome {
    if job.is_exhausted() {
        let error = job.last_error.clone();
        let error = error.unwrap_or_else(|| "the process ended during every attempt".to_owned());
        return Outcome::GiveUp { error };
    }
    let Some(handler) = shared.handlers.get(job.kind.as_str()) else {
        tracing::warn!(job = job.id, kind = job.kind, "no handler for this kind of job");
        return Outcome::Release;
    };
    // The call is inside the future, so that a panic before its first await is caught as well.
    let attempt = AssertUnwindSafe(async { handler(context.clone(), job.clone()).await });
    let caught = attempt.catch_unwind().await;
    caught.unwrap_or_else(|panic| Outcome::Retry { after: None, error: panic_text(panic.as_ref()) })
}

async fn settle(shared: &Shared, context: Context, job: &Job, outcome: Outcome) -> Result<(), db::Error> {
    match outcome {
        Outcome::Done => Ok(()),
        Outcome::Finish => shared.endings.finish(&shared.db, context.fence).await,
        Outcome::Release => {
            let known = shared.handlers.contains_key(job.kind.as_str());
            let rest = if known { Duration::ZERO } else { UNKNOWN_KIND_REST };
            let (fence, run_at) = (context.fence, shared.now() + millis(rest));
            shared.db.write(move |connection| Ok(release(connection, &fence, run_at).map(drop)?)).await
        }
        Outcome::Retry { after, error } if job.attempt < job.max_attempts => put_back(shared, job, after, error).await,
        Outcome::Retry { error, .. } | Outcome::GiveUp { error } => give_up(shared, context, job, error).await,
    }
}

async fn put_back(shared: &Shared, job: &Job, after: Option<Duration>, error: String) -> Result<(), db::Error> {
    tracing::info!(job = job.id, kind = job.kind, attempt = job.attempt, error, "job will be tried again");
    let (fence, rest) = (job.fence(), after.unwrap_or_else(|| backoff(job.attempt)));
    let run_at = shared.now().saturating_add(millis(rest));
    shared.db.write(move |connection| Ok(retry(connection, &fence, run_at, &error).map(drop)?)).await
}

/// The row goes only in the transaction of whoever records the end.
async fn give_up(shared: &Shared, context: Context, job: &Job, error: String) -> Result<(), db::Error> {
    let Some(exhausted) = &shared.exhausted else {
        tracing::error!(job = job.id, kind = job.kind, error, "job given up");
        let fence = context.fence;
        return shared.db.write(move |connection| Ok(finish(connection, &fence).map(drop)?)).await;
    };
    let ending = AssertUnwindSafe(async { exhausted(context, job.clone(), error.clone()).await });
    let ended = ending.catch_unwind().await.unwrap_or_else(|panic| Err(panic_text(panic.as_ref())));
    match ended {
        Ok(()) => Ok(()),
        Err(failure) => {
            tracing::error!(job = job.id, kind = job.kind, failure, "a job's end could not be recorded");
            // With no attempt left, the next claim comes straight back here, with the same error.
            exhaust(shared, job, error).await
        }
    }
}

/// Puts a job back whose end could not be recorded: it rests, and its handler is not called again.
async fn exhaust(shared: &Shared, job: &Job, error: String) -> Result<(), db::Error> {
    let (fence, run_at) = (job.fence(), shared.now().saturating_add(millis(backoff(job.attempt))));
    shared
        .db
        .write(move |connection| {
            if retry(connection, &fence, run_at, &error)? {
                crate::fence::use_up(connection, &fence)?;
            }
            Ok(())
        })
        .await
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panicked: {}", text.unwrap_or_else(|| "no message".to_owned()))
}
