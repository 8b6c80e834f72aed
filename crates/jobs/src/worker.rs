//! The worker: claims jobs into free slots, runs their handlers, keeps their leases, and stops gracefully.

mod endings;
mod handler;
mod health;
mod in_flight;
mod run;
mod serve;

pub use handler::{Context, Outcome, Wake};
pub use health::{Health, WorkerState};
pub use serve::Running;

use crate::job::{Job, NewJob, Queue, now_ms};
use db::Database;
use endings::Endings;
use handler::{Exhausted, Handler};
use in_flight::InFlight;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A lease runs out after this time without a heartbeat.
const LEASE: Duration = Duration::from_secs(30);
/// How often a worker looks for jobs that nobody woke it for: those that became due, or that another node
/// enqueued. Also the precision of `run_at`.
const POLL: Duration = Duration::from_millis(500);

/// Runs jobs of one process. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    shared: Arc<Shared>,
}

struct Shared {
    db: Database,
    identity: String,
    slots: BTreeMap<Queue, Slots>,
    handlers: HashMap<&'static str, Handler>,
    exhausted: Option<Exhausted>,
    schedules: Vec<Schedule>,
    lease: Duration,
    poll: Duration,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    wake: Wake,
    health: Health,
    in_flight: InFlight,
    endings: Endings,
    /// Cancelled when a stop begins.
    stopping: CancellationToken,
    /// Cancelled when handlers have to return.
    deadline: CancellationToken,
}

/// How many jobs of a queue may run at once now.
type Slots = Arc<dyn Fn() -> usize + Send + Sync>;

struct Schedule {
    name: &'static str,
    every: Duration,
    job: NewJob,
}

impl Worker {
    /// Starts to describe a worker. `identity` is that of its [`Slot`](crate::Slot), which must be held for as
    /// long as the worker runs.
    pub fn builder(db: Database, identity: impl Into<String>) -> WorkerBuilder {
        WorkerBuilder {
            shared: Shared {
                db,
                identity: identity.into(),
                slots: BTreeMap::new(),
                handlers: HashMap::new(),
                exhausted: None,
                schedules: Vec::new(),
                lease: LEASE,
                poll: POLL,
                clock: Arc::new(now_ms),
                wake: Wake::default(),
                health: Health::default(),
                in_flight: InFlight::default(),
                endings: Endings::default(),
                stopping: CancellationToken::new(),
                deadline: CancellationToken::new(),
            },
        }
    }

    /// Tells the worker to look for jobs now. For enqueuers, after their commit.
    pub fn wake_handle(&self) -> Wake {
        self.shared.wake.clone()
    }

    /// Takes back the jobs that an earlier process left in this slot, then works until [`Running::drain`].
    pub fn start(&self) -> Running {
        Running::start(Arc::clone(&self.shared))
    }

    /// Runs every due job of the queues that have slots, one after the other in the order of the queue, until
    /// none is due, and returns how many ran. For tests, instead of [`start`](Worker::start): it never waits
    /// for a clock, and what it leaves is not due.
    pub async fn run_pending(&self) -> Result<usize, db::Error> {
        let mut ran = 0;
        loop {
            let before = ran;
            for queue in self.shared.slots.keys() {
                while let Some(job) = self.claim_one(*queue).await? {
                    run::run(&self.shared, job).await;
                    ran += 1;
                }
            }
            if ran == before {
                return Ok(ran);
            }
        }
    }

    /// Enqueues the scheduled jobs whose tick has come. A started worker does this by itself.
    pub async fn enqueue_scheduled(&self) -> Result<(), db::Error> {
        self.shared.enqueue_scheduled().await
    }

    async fn claim_one(&self, queue: Queue) -> Result<Option<Job>, db::Error> {
        let claimed = self.shared.claim(vec![(queue, 1)]).await?;
        Ok(claimed.into_iter().flat_map(|(_, jobs)| jobs).next())
    }
}

/// Describes a [`Worker`].
pub struct WorkerBuilder {
    shared: Shared,
}

impl WorkerBuilder {
    /// How many jobs of this queue may run at once. Queues that are not named are not served.
    #[must_use]
    pub fn slots(self, queue: Queue, slots: usize) -> Self {
        self.slots_by(queue, move || slots)
    }

    /// The same where the number may change: it is asked for before each claim. Jobs above a smaller number end first.
    #[must_use]
    pub fn slots_by(mut self, queue: Queue, slots: impl Fn() -> usize + Send + Sync + 'static) -> Self {
        self.shared.slots.insert(queue, Arc::new(slots));
        self
    }

    /// What runs jobs of this kind. It may run again after any crash, so its effect must be bound to
    /// [`finish`](crate::finish) in one transaction, or be harmless when repeated.
    #[must_use]
    pub fn handler<F, R>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Context, Job) -> R + Send + Sync + 'static,
        R: Future<Output = Outcome> + Send + 'static,
    {
        self.shared.handlers.insert(kind, Arc::new(move |context, job| Box::pin(handler(context, job))));
        self
    }

    /// What ends a job that will not be tried again, of whatever kind. It gets the last error, and must record
    /// the end and call [`finish`](crate::finish) in one transaction. After an error it is called again later.
    /// Without it such a job is only logged and deleted.
    #[must_use]
    pub fn on_exhausted<F, R>(mut self, callback: F) -> Self
    where
        F: Fn(Context, Job, String) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), String>> + Send + 'static,
    {
        let callback: Exhausted = Arc::new(move |context, job, error| Box::pin(callback(context, job, error)));
        self.shared.exhausted = Some(callback);
        self
    }

    /// A job made again for every tick of `every`, by whichever worker is first.
    #[must_use]
    pub fn schedule(mut self, name: &'static str, every: Duration, job: NewJob) -> Self {
        self.shared.schedules.push(Schedule { name, every, job });
        self
    }

    /// Time without a heartbeat after which a job is taken from this worker (30 s). It beats three times as often.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.shared.lease = lease;
        self
    }

    /// How often the worker looks without being woken (500 ms).
    #[must_use]
    pub fn poll(mut self, poll: Duration) -> Self {
        self.shared.poll = poll;
        self
    }

    /// Another source of the time in Unix milliseconds. For tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.shared.clock = Arc::new(clock);
        self
    }

    /// A handle made before the worker, so that what enqueues jobs need not know the worker.
    #[must_use]
    pub fn wake(mut self, wake: Wake) -> Self {
        self.shared.wake = wake;
        self
    }

    /// What tells others how this worker is.
    #[must_use]
    pub fn health(mut self, health: Health) -> Self {
        self.shared.health = health;
        self
    }

    /// The worker, not yet started.
    pub fn build(self) -> Worker {
        Worker { shared: Arc::new(self.shared) }
    }
}
