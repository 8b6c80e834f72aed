//! The one way a task ends. Whoever calls it first wins; the state, the delivered files and the refund of what was
//! not delivered are one transaction, and nobody can do it twice.

use db::Connection;

use crate::database::attempts::{self, Cause, State};
use crate::database::credits::{Account, Movement};
use crate::database::files::{self, FileRole, FileRow};
use crate::database::tasks::{self, TaskRow};
use crate::error::{Code, Failure};
use crate::models::credits::{Reason, TransactionType};
use crate::models::id::FileId;
use crate::models::task::{Missing, ResultMetadata, TaskStatus};
use crate::models::timestamp::Timestamp;

/// How the work ended.
#[derive(Debug, Clone)]
pub enum Ending {
    /// With pictures; fewer than asked for means that the rest is refunded.
    Completed {
        /// The pictures.
        delivered: Vec<Delivered>,
        /// Why there are no others.
        missing: Vec<Missing>,
    },
    /// Without any.
    Failed {
        /// What the owner is told.
        code: Code,
        /// What the operator is told.
        cause: String,
        /// The kind of failure in the words of all vendors, when a vendor failed.
        class: Option<&'static str>,
        /// Whether the price comes back; see [`crate::services::ai::verdict::is_refunded`].
        refunded: bool,
    },
    /// The owner stopped it; what was made by then is kept.
    Cancelled {
        /// As with `Completed`.
        delivered: Vec<Delivered>,
    },
}

/// A picture that a task made.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// Which of the task's pictures it was made from, when it was one of them.
    pub input: Option<FileId>,
    /// The seed it was made with, when a vendor says so.
    pub seed: Option<u32>,
    /// The size that a vendor was asked for.
    pub requested_size: Option<[u32; 2]>,
    /// Its row, whose objects are in the store already.
    pub file: FileRow,
}

impl Ending {
    /// The pictures it delivers.
    #[must_use]
    pub fn delivered(&self) -> &[Delivered] {
        match self {
            Ending::Completed { delivered, .. } | Ending::Cancelled { delivered } => delivered,
            Ending::Failed { .. } => &[],
        }
    }

    /// Why others did not come out.
    fn missing(&self) -> &[Missing] {
        if let Ending::Completed { missing, .. } = self { missing } else { &[] }
    }
}

/// Rows of delivered pictures.
#[must_use]
pub fn rows(delivered: &[Delivered]) -> Vec<FileRow> {
    delivered.iter().map(|picture| picture.file.clone()).collect()
}

/// Ends a task. False when it was final already; nothing changes then.
///
/// # Errors
/// Only when the database fails; the caller's transaction must then be rolled back.
pub fn settle(conn: &mut Connection, task: &TaskRow, ending: &Ending, now: Timestamp) -> Result<bool, Failure> {
    let (id, owner) = (task.task_id()?, task.owner()?);
    let mut account = Account::lock(conn, &owner)?;
    let (status, error) = match ending {
        Ending::Completed { .. } => (TaskStatus::Completed, None),
        Ending::Failed { code, cause, class, .. } => {
            (TaskStatus::Failed, Some(Cause { class: *class, code: code.as_str(), message: cause.as_str() }))
        }
        Ending::Cancelled { .. } => (TaskStatus::Cancelled, None),
    };
    let files = rows(ending.delivered());
    let kept = matches!(ending, Ending::Failed { refunded: false, .. });
    let refund = if kept { 0 } else { undelivered(task, files.len()) };
    let file_ids = files.iter().map(FileRow::file_id).collect::<Result<Vec<FileId>, _>>()?;
    let ending = tasks::Ending {
        status,
        result_files: &serde_json::to_string(&file_ids).map_err(Failure::internal)?,
        metadata: &serde_json::to_string(&metadata(ending)).map_err(Failure::internal)?,
        error_code: error.map(|cause| cause.code),
        error_message: error.map(|cause| cause.message),
        credits_refunded: refund,
    };
    if !tasks::finish(conn, &id, &ending, now)? {
        return Ok(false);
    }
    account.now.unfinished_tasks -= 1;
    account.apply(Movement {
        transaction_type: TransactionType::Refund,
        reason: Reason::Task,
        amount: refund,
        task_id: Some(id.clone()),
        note: None,
        effect_key: format!("task:{id}:refund:settle"),
    });
    account.save(conn, now)?;
    files::insert(conn, &files)?;
    files::hold(conn, &id, &file_ids, FileRole::Result)?;
    let state = match status {
        TaskStatus::Completed => State::Succeeded,
        TaskStatus::Cancelled => State::Cancelled,
        _ => State::Failed,
    };
    attempts::end(conn, &id, state, error, now)?;
    Ok(true)
}

/// Facts about the results that are kept with the task. Pictures that could not be made leave gaps, so each result
/// names the input it was made from.
fn metadata(ending: &Ending) -> ResultMetadata {
    let delivered = ending.delivered();
    let seeds = delivered.iter().map(|picture| picture.seed);
    ResultMetadata {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        sizes: delivered.iter().map(|picture| [picture.file.width, picture.file.height]).collect(),
        inputs: delivered.iter().map(|picture| picture.input.clone()).collect(),
        requested_size: delivered.first().and_then(|picture| picture.requested_size),
        seeds: if delivered.iter().any(|picture| picture.seed.is_some()) { seeds.collect() } else { Vec::new() },
        not_delivered: ending.missing().to_vec(),
    }
}

/// The price of the pictures that were asked for and not delivered. Every picture of a task costs the same, so
/// the division is exact.
fn undelivered(task: &TaskRow, delivered: usize) -> i64 {
    let asked = i64::from(task.picture_count).max(1);
    let missing = asked - i64::try_from(delivered).unwrap_or(asked).min(asked);
    task.credits / asked * missing
}
