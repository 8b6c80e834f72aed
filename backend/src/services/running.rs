//! The tasks that this process is working on, so that a cancel reaches the work at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::models::id::TaskId;

/// Stop flags of running tasks.
#[derive(Clone, Default)]
pub struct Running {
    flags: Arc<Mutex<HashMap<TaskId, Arc<AtomicBool>>>>,
}

/// Keeps a task listed while it lives.
pub struct Entry {
    running: Running,
    id: TaskId,
    /// Set when the work should stop.
    pub stop: Arc<AtomicBool>,
}

impl Running {
    /// Lists a task.
    #[must_use]
    pub fn enter(&self, id: &TaskId) -> Entry {
        let stop = Arc::new(AtomicBool::new(false));
        self.flags.lock().insert(id.clone(), Arc::clone(&stop));
        Entry { running: self.clone(), id: id.clone(), stop }
    }

    /// Tells a task's work to stop, if it runs here.
    pub fn cancel(&self, id: &TaskId) {
        if let Some(flag) = self.flags.lock().get(id) {
            flag.store(true, Ordering::Relaxed);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.running.flags.lock().remove(&self.id);
    }
}
