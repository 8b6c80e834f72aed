//! A durable job queue in the application's own database.
//!
//! A job is enqueued in the transaction that needs it and deleted in the transaction of its effect, so that
//! neither exists without the other. In between a [`Worker`] claims it under a lease, keeps the lease alive,
//! and takes it back when a worker died. The number of the attempt is the fence: whoever held the job before
//! can no longer change it.
//!
//! What happens to a job:
//! * Every claim counts as an attempt, so a job that kills its process each time still comes to an end.
//! * A handler that fails or panics is tried again after [`backoff`], until `max_attempts` is reached.
//! * Then `on_exhausted` is called with the job still leased. It records the end and calls [`finish`] in one
//!   transaction. If that fails the job stays, and the next claim comes straight back to `on_exhausted`.
//! * A job handed back at a stop does not count: [`release`] raises `max_attempts` by one, since the attempt
//!   number itself must keep growing.

mod backoff;
mod claim;
mod enqueue;
mod fence;
mod job;
mod lease;
mod position;
mod schedule;
mod schema;
mod slot;
mod worker;

pub use backoff::backoff;
pub use claim::claim;
pub use enqueue::{Enqueue, enqueue};
pub use fence::{cancel_ready, finish, hasten, holds, release, retry};
pub use job::{Fence, Job, JobId, JobRef, NewJob, Queue, now_ms};
pub use lease::{heartbeat, reclaim, reclaim_expired};
pub use position::{JobsBefore, TOLD_UP_TO, positions, waiting};
pub use schedule::enqueue_tick;
pub use schema::{job_schedules, jobs as jobs_table};
pub use slot::Slot;
pub use worker::{Context, Health, Outcome, Running, Wake, Worker, WorkerBuilder, WorkerState};
