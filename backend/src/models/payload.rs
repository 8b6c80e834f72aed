//! What the queue carries: one payload type for each kind of job. Services enqueue them, `jobs/` runs them.

use serde::{Deserialize, Serialize};

use super::id::{LinkId, TaskId, UserId};
use super::letter::Letter;

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

/// Look whose an address is, and write to them if it is anybody's. In the background, so that whoever asked learns nothing
/// from how long the answer took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgottenPassword {
    /// As it was given.
    pub email: String,
}

impl ForgottenPassword {
    /// The job's kind.
    pub const KIND: &'static str = "forgotten_password";
}

/// Write to somebody. Nothing in it is secret: a link's token is made when the letter is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMail {
    /// What.
    pub letter: Letter,
    /// Whose account it is about.
    pub user_id: UserId,
    /// The address.
    pub to: String,
    /// The link in it.
    pub link: Option<LinkId>,
}

impl SendMail {
    /// The job's kind.
    pub const KIND: &'static str = "send_mail";
}

/// Delete objects that no row names, and rows whose time is over.
pub const SWEEP: &str = "sweep";
