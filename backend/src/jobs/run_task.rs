//! Runs a task on the embedded engine or at a vendor, and settles it. It may be interrupted anywhere; whoever
//! takes it up again starts from the stored task, and a worker that lost its lease cannot write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use db::Connection;
use jobs::{Context, Job, Outcome};
use tokio::time::Instant;

use crate::app::App;
use crate::database::attempts;
use crate::database::tasks::{self, RunTimes, TaskRow};
use crate::error::{Code, Failure};
use crate::models::id::{TaskId, UserId};
use crate::models::payload::RunTask;
use crate::models::timestamp::Timestamp;
use crate::services::catalogue::EMBEDDED;
use crate::services::running::{Call, Stop};
use crate::services::tasks::progress::Reporter;
use crate::services::tasks::settle::{self, Ending};
use crate::services::tasks::view::{self, Snapshot};
use crate::services::uploads;

mod errand;
mod insist;
mod pictures;

use insist::is_outage;

/// Tries after which a task fails whose work could not be finished for outside reasons such as a full disk. The rests between
/// them are half a minute at least, together: as long as a bucket may be away.
const TRIES: i32 = 6;
/// How often progress is stored and a cancel on another node is noticed.
const SAVED_EVERY: Duration = Duration::from_secs(2);

/// How a run ended.
enum Run {
    /// For good.
    Ended(Ending),
    /// It may go better later.
    Again(String),
    /// The server stops, or somebody else has the task now.
    Interrupted,
    /// The run itself has put the job back in line.
    PutBack,
}

/// Why work ended early.
enum Halt {
    /// It cannot be done.
    Failed(Code, String),
    /// Something outside failed that may work next time.
    Outside(String),
}

impl Halt {
    const fn is_outside(&self) -> bool {
        matches!(self, Self::Outside(_))
    }
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Halt::Outside(format!("{failure:?}"))
    }
}

impl From<diesel::result::Error> for Halt {
    fn from(error: diesel::result::Error) -> Self {
        Halt::Outside(error.to_string())
    }
}

/// A failure of our own, or of the task's pictures.
const fn failed(code: Code, cause: String) -> Ending {
    Ending::Failed { code, cause, class: None, refunded: true }
}

/// A worker's time with a task.
struct Shift<'a> {
    app: &'a App,
    context: &'a Context,
    task: &'a TaskRow,
    id: TaskId,
    reporter: &'a Reporter,
    stop: Stop,
    call: Call,
}

impl Shift<'_> {
    /// The server stops, or the lease was lost.
    async fn interrupted(&self) {
        tokio::select! {
            () = self.context.stopping.cancelled() => {}
            () = self.context.cancelled.cancelled() => {}
        }
    }

    /// Until when a vendor is waited for that the owner wants stopped: as the owner was told.
    async fn given_up_at(&self) -> Timestamp {
        let id = self.id.clone();
        let row = self.app.database.query::<_, Failure, _>(move |conn| Ok(tasks::by_id(conn, &id)?)).await;
        let told = row.ok().flatten().and_then(|row| row.estimated_completion_at.map(Timestamp));
        // A database that is away for a moment is no reason to wait for ever.
        let grace = Duration::from_secs(self.app.config.workers.cancel_grace_seconds);
        told.unwrap_or_else(|| self.app.clock.now().after(grace))
    }

    /// The moment as timers know it.
    fn instant(&self, at: Timestamp) -> Instant {
        Instant::now() + at.since(self.app.clock.now())
    }

    /// Changes something while the job is still ours. `None` when somebody else has it now.
    async fn write<T, F>(&self, unit: F) -> Result<Option<T>, Failure>
    where
        T: Send + 'static,
        F: Fn(&mut Connection, &TaskId, Timestamp) -> Result<T, Failure> + Send + 'static,
    {
        self.app.database.write::<_, Failure, _>(self.held(unit)).await
    }

    /// A change as it is made while the job is still ours.
    fn held<T, F>(&self, unit: F) -> impl Fn(&mut Connection) -> Result<Option<T>, Failure> + Send + 'static
    where
        T: Send + 'static,
        F: Fn(&mut Connection, &TaskId, Timestamp) -> Result<T, Failure> + Send + 'static,
    {
        let (fence, id, now) = (self.context.fence, self.id.clone(), self.app.clock.now());
        move |conn| if jobs::holds(conn, &fence)? { unit(conn, &id, now).map(Some) } else { Ok(None) }
    }
}

/// Runs the task of a job.
pub async fn run(app: App, context: Context, job: Job) -> Outcome {
    match attempt(&app, &context, &job).await {
        Ok(outcome) => outcome,
        Err(failure) => Outcome::Retry { after: None, error: format!("{failure:?}") },
    }
}

async fn attempt(app: &App, context: &Context, job: &Job) -> Result<Outcome, Failure> {
    let payload: RunTask = job.payload().map_err(Failure::internal)?;
    let Some(_place) = errand::take_place(app, context, job, &payload.task_id).await? else { return Ok(Outcome::Done) };
    let Some(started) = start(app, context, &payload.task_id).await? else { return Ok(Outcome::Done) };
    let task = started.row.clone();
    let reporter = Reporter::new(app, started.clone());
    app.events.publish_task(&started);
    match follow(app, context, &reporter, &task).await {
        Run::Ended(ending) => {
            end(app, context, &payload.task_id, ending).await?;
            Ok(Outcome::Done)
        }
        Run::Again(cause) => {
            match given_up(app, &payload.task_id, &task).await? {
                Some(code) => end(app, context, &payload.task_id, failed(code, cause)).await?,
                None => put_back(app, context.fence, &task, cause).await?,
            }
            Ok(Outcome::Done)
        }
        Run::PutBack => Ok(Outcome::Done),
        Run::Interrupted => Ok(Outcome::Release),
    }
}

/// What the owner is told when the task is not tried again: it failed too often for reasons that were not a vendor's. A
/// vendor may still be at work on a try that is open.
async fn given_up(app: &App, id: &TaskId, task: &TaskRow) -> Result<Option<Code>, Failure> {
    let task_id = id.clone();
    let history = app.database.query::<_, Failure, _>(move |conn| Ok(attempts::of_task(conn, &task_id)?)).await?;
    // Waits for a vendor and turns to another one are counted with the task as well.
    let of_vendors = history.iter().filter(|attempt| attempt.error_class.is_some()).count();
    let own = task.retry_count - i32::try_from(of_vendors).unwrap_or(i32::MAX);
    if own + 1 < TRIES {
        return Ok(None);
    }
    let open = history.last().filter(|attempt| attempt.is_open() && attempt.ai_provider != EMBEDDED);
    let Some(open) = open else { return Ok(Some(Code::Internal)) };
    app.accounts.health.count_ambiguous(id, &open.ai_provider);
    Ok(Some(Code::UnknownOutcome))
}

/// Marks the task as running. `None` when there is nothing to run: the task is final, and its job with it, or
/// somebody else has the job now.
async fn start(app: &App, context: &Context, id: &TaskId) -> Result<Option<Snapshot>, Failure> {
    let now = app.clock.now();
    let (fence, task_id, catalogue) = (context.fence, id.clone(), Arc::clone(&app.catalogue));
    app.database
        .write::<_, Failure, _>(move |conn| {
            if !jobs::holds(conn, &fence)? {
                return Ok(None);
            }
            let row = tasks::by_id(conn, &task_id)?.ok_or_else(|| Failure::internal(format!("{task_id} has a job and no row")))?;
            let usually = catalogue.usual_length(&row.ai_provider, &row.ai_model);
            let last_began = attempts::last_began(conn, &task_id)?;
            if !tasks::start(conn, &task_id, &times(&row, usually, last_began, now), now)? {
                jobs::finish(conn, &fence)?;
                return Ok(None);
            }
            Ok(Some(view::reload(conn, &task_id, now)?))
        })
        .await
}

/// The work takes as long from now on as its model usually takes. What the embedded engine makes was estimated without
/// waiting, from when the task was accepted or last began. Whoever has cancelled was told until when, and that holds.
fn times(row: &TaskRow, usually: Option<Duration>, last_began: Option<Timestamp>, now: Timestamp) -> RunTimes {
    let first_started_at = row.started_at.map_or(now, Timestamp);
    let estimated = row.estimated_completion_at.map_or(now, Timestamp);
    if row.cancel_requested_at.is_some() {
        return RunTimes { first_started_at, finish_at: estimated };
    }
    let counted_from = last_began.unwrap_or(Timestamp(row.created_at));
    RunTimes { first_started_at, finish_at: now.after(usually.unwrap_or_else(|| estimated.since(counted_from))) }
}

/// Lets the work go on while progress is stored, and stops it when asked to.
async fn follow(app: &App, context: &Context, reporter: &Reporter, task: &TaskRow) -> Run {
    let Ok(id) = task.task_id() else { return Run::Ended(failed(Code::Internal, "malformed id".to_owned())) };
    let entry = app.running.enter(&id);
    if task.cancel_requested_at.is_some() {
        entry.stop.set();
    }
    let shift = Shift { app, context, task, id, reporter, stop: entry.stop.clone(), call: entry.call.clone() };
    let mut work = std::pin::pin!(errand::work(&shift));
    let mut saving = tokio::time::interval(SAVED_EVERY);
    saving.tick().await;
    loop {
        tokio::select! {
            run = &mut work => return run,
            _ = saving.tick() => match reporter.save().await {
                Ok(told) => {
                    if told.stop {
                        entry.stop.set();
                    }
                    if let Some(at) = told.called_back {
                        entry.call.came(at);
                    }
                }
                Err(failure) => tracing::warn!(?failure, task = %task.id, "progress could not be stored"),
            },
        }
    }
}

/// Settles the task and ends its job in one transaction. Does nothing when somebody else has the job now. A task whose end
/// cannot be stored at all ends all the same, with everything back.
async fn end(app: &App, context: &Context, id: &TaskId, ending: Ending) -> Result<(), Failure> {
    let files = settle::rows(ending.delivered());
    // After an outage it is not known what was committed; the sweeper finds files without a row.
    let doubtful = AtomicBool::new(false);
    let settle = || async {
        let settled = settle_job(app, context.fence, id, &ending).await;
        settled.inspect_err(|failure| {
            if failure.is_outage {
                doubtful.store(true, Relaxed);
            }
        })
    };
    let mut settled = insist::insist(&app.metrics, context.cancelled.cancelled(), is_outage, settle).await;
    let mut kept = !matches!(settled, Ok(false));
    if let Err(failure) = &settled
        && !failure.is_outage
    {
        let cause = format!("how it ended could not be stored: {failure:?}");
        settled = settle_job(app, context.fence, id, &failed(Code::Internal, cause)).await;
        kept = settled.is_err();
    }
    if !kept && !doubtful.load(Relaxed) {
        uploads::forget(app, &files).await;
    }
    settled.map(drop)
}

/// Ends a task whose job will not be tried again: it brought the server down too often, or kept failing.
pub async fn exhausted(app: App, context: Context, job: Job, cause: String) -> Result<(), String> {
    let ended = async {
        let payload: RunTask = job.payload().map_err(Failure::internal)?;
        settle_job(&app, context.fence, &payload.task_id, &failed(Code::UnknownOutcome, cause)).await
    };
    ended.await.map(drop).map_err(|failure| format!("{failure:?}"))
}

async fn settle_job(app: &App, fence: jobs::Fence, id: &TaskId, ending: &Ending) -> Result<bool, Failure> {
    let now = app.clock.now();
    let (task_id, ending) = (id.clone(), ending.clone());
    let settled = app.database.write::<_, Failure, _>(move |conn| settle_held(conn, &fence, &task_id, &ending, now)).await?;
    let Some((snapshot, owner)) = settled else { return Ok(false) };
    app.events.publish_task(&snapshot);
    app.events.publish_credits(app, &owner).await;
    Ok(true)
}

/// `None` when somebody else has the job now, or the task is final.
fn settle_held(
    conn: &mut Connection,
    fence: &jobs::Fence,
    id: &TaskId,
    ending: &Ending,
    now: Timestamp,
) -> Result<Option<(Snapshot, UserId)>, Failure> {
    if !jobs::finish(conn, fence)? {
        return Ok(None);
    }
    let row = tasks::by_id(conn, id)?.ok_or_else(|| Failure::internal(format!("{id} has a job and no row")))?;
    if !settle::settle(conn, &row, ending, now)? {
        return Ok(None);
    }
    Ok(Some((view::reload(conn, id, now)?, row.owner()?)))
}

/// Counts the try that failed and puts the job back in line, in one transaction. Does nothing when somebody else has
/// the job now.
async fn put_back(app: &App, fence: jobs::Fence, task: &tasks::TaskRow, cause: String) -> Result<(), Failure> {
    let now = app.clock.now();
    let run_at = now.after(jobs::backoff(task.retry_count + 1));
    let task_id = task.task_id()?;
    let noted = app.database.write::<_, Failure, _>(move |conn| {
        if !jobs::retry(conn, &fence, run_at.0, &cause)? {
            return Ok(None);
        }
        tasks::note_retry(conn, &task_id, now)?;
        // An open try stays so: a vendor may be at work on it, and it is taken up again.
        Ok(Some(view::reload(conn, &task_id, now)?))
    });
    if let Some(snapshot) = noted.await? {
        app.events.publish_task(&snapshot);
    }
    Ok(())
}
