//! What a handler is given and what it answers.

use crate::job::{Fence, Job};
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub(super) type Handler = Arc<dyn Fn(Context, Job) -> BoxFuture<'static, Outcome> + Send + Sync>;
pub(super) type Exhausted = Arc<dyn Fn(Context, Job, String) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// What a handler needs beside its job.
#[derive(Clone)]
pub struct Context {
    /// To pass to [`finish`](crate::finish) in the transaction of the effect.
    pub fence: Fence,
    /// Fires when the work is in vain or out of time: the lease was lost, or the deadline of a stop is near.
    /// Return [`Outcome::Release`] at once.
    pub cancelled: CancellationToken,
    /// Fires when a stop begins. Work that can be done again cheaply is handed back now; other work may go on.
    pub stopping: CancellationToken,
    /// For a handler that enqueues more jobs.
    pub wake: Wake,
}

/// How a handler's attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The effect is committed, and [`finish`](crate::finish) was called in the same transaction.
    Done,
    /// The job has no effect in the database, or one that does no harm when it is repeated: the worker deletes it,
    /// together with others that end at the same time.
    Finish,
    /// Try again, after this time or else after [`backoff`](crate::backoff). When no attempt is left,
    /// `on_exhausted` is called instead.
    Retry {
        /// Rest before the next attempt.
        after: Option<Duration>,
        /// Kept with the job.
        error: String,
    },
    /// Trying again is pointless: `on_exhausted` is called now.
    GiveUp {
        /// Passed to `on_exhausted`.
        error: String,
    },
    /// Hand the job back as if it had not been claimed; it is due again at once.
    Release,
}

/// Wakes a worker. Cheap to clone; waking twice before the worker looks is the same as once.
#[derive(Clone, Debug, Default)]
pub struct Wake {
    notify: Arc<Notify>,
}

impl Wake {
    /// Look for jobs now.
    pub fn wake(&self) {
        self.notify.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.notify.notified().await;
    }
}
