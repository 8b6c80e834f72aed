//! What a job is: before it is enqueued, and once it is claimed.

use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::{SystemTime, UNIX_EPOCH};

/// Key of a job's row.
pub type JobId = i64;

/// Milliseconds since 1970, the unit of every time in this crate. The only place that asks the system's clock.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Kinds of work that must not wait for each other. A worker gives each its own number of slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Queue {
    /// Work of the embedded models: needs processor and memory.
    Engine,
    /// Calls to vendors: wait on the network.
    Provider,
    /// Outgoing mail.
    Mail,
    /// Outgoing webhooks.
    Webhook,
    /// Sweeping, reconciling, statistics.
    Maintenance,
}

impl Queue {
    /// Every queue, in the order in which a worker claims.
    pub const ALL: [Queue; 5] = [Queue::Engine, Queue::Provider, Queue::Mail, Queue::Webhook, Queue::Maintenance];

    /// Its name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Queue::Engine => "engine",
            Queue::Provider => "provider",
            Queue::Mail => "mail",
            Queue::Webhook => "webhook",
            Queue::Maintenance => "maintenance",
        }
    }
}

/// A job to be.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Where it waits.
    pub queue: Queue,
    /// Names the handler.
    pub kind: &'static str,
    /// JSON, at most what the application lets in.
    pub payload: String,
    /// Lower runs first; fairness holds among equals.
    pub priority: i32,
    /// Whose turn this uses up, usually a user id.
    pub fair_key: String,
    /// Earliest start in Unix milliseconds; at once if absent.
    pub run_at: Option<i64>,
    /// Claims before `on_exhausted`, crashes of the process included.
    pub max_attempts: i32,
    /// While an unfinished job has this key, another is not made.
    pub unique_key: Option<String>,
}

impl NewJob {
    /// A job with the usual settings: priority 0, one common fair key, at once, five attempts, not unique.
    pub fn new(queue: Queue, kind: &'static str, payload: &impl Serialize) -> serde_json::Result<NewJob> {
        Ok(NewJob {
            queue,
            kind,
            payload: serde_json::to_string(payload)?,
            priority: 0,
            fair_key: String::new(),
            run_at: None,
            max_attempts: 5,
            unique_key: None,
        })
    }
}

/// The right to change a job: lost as soon as somebody else claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fence {
    /// The job.
    pub id: JobId,
    /// The attempt that this holder claimed.
    pub attempt: i32,
}

/// A claimed job.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, QueryableByName)]
#[diesel(table_name = crate::schema::jobs)]
pub struct Job {
    /// Key of the row.
    pub id: JobId,
    /// Name of its queue.
    pub queue: String,
    /// Names the handler.
    pub kind: String,
    /// JSON, see [`Job::payload`].
    pub payload: String,
    /// Lower runs first.
    pub priority: i32,
    /// Whose turn it was.
    pub fair_key: String,
    /// Its place among jobs of equal priority.
    pub fair_rank: i64,
    /// Number of this claim, from 1.
    pub attempt: i32,
    /// Claims that may run the handler.
    pub max_attempts: i32,
    /// Why the attempt before ended, unless it was the first or the process died.
    pub last_error: Option<String>,
    /// See [`NewJob::unique_key`].
    pub unique_key: Option<String>,
    /// When it was enqueued, in Unix milliseconds.
    pub created_at: i64,
}

impl Job {
    /// The payload as the type it was made from.
    pub fn payload<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.payload)
    }

    /// The right to change this job.
    pub fn fence(&self) -> Fence {
        Fence { id: self.id, attempt: self.attempt }
    }

    /// True if every attempt was used up by processes that died: the handler is not to run again.
    pub fn is_exhausted(&self) -> bool {
        self.attempt > self.max_attempts
    }
}

/// A job by either of its names.
#[derive(Clone, Copy, Debug)]
pub enum JobRef<'a> {
    /// Key of the row.
    Id(JobId),
    /// See [`NewJob::unique_key`].
    Key(&'a str),
}
