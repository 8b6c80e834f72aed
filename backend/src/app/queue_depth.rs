//! How long the queue of tasks is, asked at most once a second: admission needs to know whether it is far too
//! long, not its exact length.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use db::Database;

use crate::error::Failure;
use crate::models::timestamp::Timestamp;

/// How long an answer is believed.
const BELIEVED: Duration = Duration::from_secs(1);

/// The length as last seen.
#[derive(Default)]
pub struct QueueDepth {
    length: AtomicI64,
    asking: AtomicBool,
    /// Unix milliseconds; 0 is never.
    asked_at: AtomicI64,
}

impl QueueDepth {
    /// Whether at least `limit` tasks wait. Whoever finds the answer old asks again; others take the old one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_full(&self, database: &Database, limit: i64, now: Timestamp) -> Result<bool, Failure> {
        let old = self.asked_at.load(Ordering::Relaxed) < now.before(BELIEVED).0;
        if old && !self.asking.swap(true, Ordering::AcqRel) {
            let answer = database.read::<_, Failure, _>(move |conn| Ok(jobs::waiting(conn, jobs::Queue::Engine, now.0)?)).await;
            self.asking.store(false, Ordering::Release);
            self.length.store(answer?, Ordering::Relaxed);
            self.asked_at.store(now.0, Ordering::Relaxed);
        }
        Ok(self.length.load(Ordering::Relaxed) >= limit)
    }
}
