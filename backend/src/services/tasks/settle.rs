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
use crate::models::task::{Missing, PricedRoute, ResultMetadata, TaskStatus};
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
    let refund = refund(task, charged(task, ending))?;
    let file_ids = files.iter().map(FileRow::file_id).collect::<Result<Vec<FileId>, _>>()?;
    let ending = tasks::Ending {
        status,
        result_files: &serde_json::to_string(&file_ids).map_err(Failure::internal)?,
        metadata: &serde_json::to_string(&metadata(ending, refund)).map_err(Failure::internal)?,
        error_code: error.map(|cause| cause.code),
        error_message: error.map(|cause| cause.message),
        credits_refunded: refund.undelivered + refund.difference,
    };
    if !tasks::finish(conn, &id, &ending, now)? {
        return Ok(false);
    }
    account.now.unfinished_tasks -= 1;
    for (reason, amount, effect) in [(Reason::Task, refund.undelivered, "settle"), (Reason::CheaperModel, refund.difference, "difference")]
    {
        account.apply(Movement {
            transaction_type: TransactionType::Refund,
            reason,
            amount,
            task_id: Some(id.clone()),
            payment_id: None,
            note: None,
            effect_key: format!("task:{id}:refund:{effect}"),
        });
    }
    account.now.storage_bytes += files.iter().map(|file| file.size_bytes).sum::<i64>();
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
fn metadata(ending: &Ending, refund: Refund) -> ResultMetadata {
    let delivered = ending.delivered();
    let seeds = delivered.iter().map(|picture| picture.seed);
    ResultMetadata {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        sizes: delivered.iter().map(|picture| [picture.file.width, picture.file.height]).collect(),
        inputs: delivered.iter().map(|picture| picture.input.clone()).collect(),
        requested_size: delivered.first().and_then(|picture| picture.requested_size),
        seeds: if delivered.iter().any(|picture| picture.seed.is_some()) { seeds.collect() } else { Vec::new() },
        not_delivered: ending.missing().to_vec(),
        price_difference: refund.difference,
    }
}

/// What comes back of the price of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Refund {
    /// For pictures that are not charged.
    undelivered: i64,
    /// For those that are, because a cheaper model made them.
    difference: i64,
}

/// How many pictures of a task are charged: those delivered, and all where the operator keeps what content rules refuse.
fn charged(task: &TaskRow, ending: &Ending) -> usize {
    match ending {
        Ending::Failed { refunded: false, .. } => task.picture_count.unsigned_abs() as usize,
        _ => ending.delivered().len(),
    }
}

/// Every picture of a task was quoted at the same price, so the division is exact. Nobody pays more for one than the model
/// costs that made it, by the prices of when the task was accepted.
fn refund(task: &TaskRow, charged: usize) -> Result<Refund, Failure> {
    let asked = i64::from(task.picture_count).max(1);
    let quoted = task.credits / asked;
    let charged = i64::try_from(charged).unwrap_or(asked).min(asked);
    if charged == 0 {
        // Whatever else is wrong with a task, it can be given back.
        return Ok(Refund { undelivered: task.credits, difference: 0 });
    }
    let routes = task.routes()?;
    let made_it = |priced: &&PricedRoute| priced.route.provider == task.ai_provider && priced.route.model == task.ai_model;
    let price = routes.iter().find(made_it).and_then(|priced| priced.price).map_or(quoted, |price| price.clamp(0, quoted));
    Ok(Refund { undelivered: quoted * (asked - charged), difference: (quoted - price) * charged })
}
