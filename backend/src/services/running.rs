//! The tasks that this process is working on, so that a cancel reaches the work at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::models::id::TaskId;

/// Stops of running tasks.
#[derive(Clone, Default)]
pub struct Running {
    stops: Arc<Mutex<HashMap<TaskId, Stop>>>,
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

/// Keeps a task listed while it lives.
pub struct Entry {
    running: Running,
    id: TaskId,
    /// Set when the work should stop.
    pub stop: Stop,
}

impl Running {
    /// Lists a task.
    #[must_use]
    pub fn enter(&self, id: &TaskId) -> Entry {
        let stop = Stop::default();
        self.stops.lock().insert(id.clone(), stop.clone());
        Entry { running: self.clone(), id: id.clone(), stop }
    }

    /// Tells a task's work to stop, if it runs here.
    pub fn cancel(&self, id: &TaskId) {
        if let Some(stop) = self.stops.lock().get(id) {
            stop.set();
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.running.stops.lock().remove(&self.id);
    }
}
