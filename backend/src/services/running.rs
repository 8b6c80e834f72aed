//! The tasks that this process is working on, so that a cancel and a call of the vendor reach the work at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::models::id::TaskId;
use crate::models::timestamp::Timestamp;

/// Ways to reach running tasks.
#[derive(Clone, Default)]
pub struct Running {
    tasks: Arc<Mutex<HashMap<TaskId, (Stop, Call)>>>,
}

/// Tells work to stop: a flag for work that looks now and then, and a token for work that waits.
#[derive(Clone, Default)]
pub struct Stop {
    /// Looked at by the engine at every tile.
    pub flag: Arc<AtomicBool>,
    /// Waited for.
    pub token: CancellationToken,
}

impl Stop {
    /// Tells it.
    pub fn set(&self) {
        self.flag.store(true, Ordering::Relaxed);
        self.token.cancel();
    }

    /// Whether it was told.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}

/// Tells work that waits for a vendor that the vendor called back: a reason to ask now.
#[derive(Clone, Default)]
pub struct Call {
    latest: Arc<AtomicI64>,
    news: Arc<Notify>,
}

impl Call {
    /// A call came at this moment. It may be told twice, by the request that brought it and by the database.
    pub fn came(&self, at: Timestamp) {
        if self.latest.fetch_max(at.0, Ordering::Relaxed) < at.0 {
            self.news.notify_one();
        }
    }

    /// Waits for the next call; one that came meanwhile counts.
    pub async fn next(&self) {
        self.news.notified().await;
    }
}

/// Keeps a task listed while it lives.
pub struct Entry {
    running: Running,
    id: TaskId,
    /// Set when the work should stop.
    pub stop: Stop,
    /// Comes when its vendor calls back.
    pub call: Call,
}

impl Running {
    /// Lists a task.
    #[must_use]
    pub fn enter(&self, id: &TaskId) -> Entry {
        let (stop, call) = (Stop::default(), Call::default());
        self.tasks.lock().insert(id.clone(), (stop.clone(), call.clone()));
        Entry { running: self.clone(), id: id.clone(), stop, call }
    }

    /// Whether a task's work runs here.
    #[must_use]
    pub fn has(&self, id: &TaskId) -> bool {
        self.tasks.lock().contains_key(id)
    }

    /// Tells a task's work to stop, if it runs here.
    pub fn cancel(&self, id: &TaskId) {
        if let Some((stop, _)) = self.tasks.lock().get(id) {
            stop.set();
        }
    }

    /// Tells a task's work that its vendor called back, if it runs here.
    pub fn called_back(&self, id: &TaskId, at: Timestamp) {
        if let Some((_, call)) = self.tasks.lock().get(id) {
            call.came(at);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.running.tasks.lock().remove(&self.id);
    }
}
