//! What the queue carries: one payload type for each kind of job. Services enqueue them, `jobs/` runs them.

use serde::{Deserialize, Serialize};

use super::id::TaskId;

/// Run a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunTask {
    /// Which.
    pub task_id: TaskId,
}

impl RunTask {
    /// The job's kind.
    pub const KIND: &'static str = "run_task";

    /// One job for one task.
    #[must_use]
    pub fn unique_key(task_id: &TaskId) -> String {
        format!("run:{task_id}")
    }
}

/// Wipe a deleted task once the time to undo has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeTask {
    /// Which.
    pub task_id: TaskId,
}

impl PurgeTask {
    /// The job's kind.
    pub const KIND: &'static str = "purge_task";

    /// One job for one task.
    #[must_use]
    pub fn unique_key(task_id: &TaskId) -> String {
        format!("purge:{task_id}")
    }
}

/// Delete objects that no row names, and rows whose time is over.
pub const SWEEP: &str = "sweep";
