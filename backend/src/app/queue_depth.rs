//! How long the queue of tasks is, asked at most once a second: admission needs to know whether it is far too
//! long, not its exact length. What this process accepts in between counts from the moment it is accepted.

use std::sync::atomic::{AtomicI64, Ordering};
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
    /// Unix milliseconds; 0 is never.
    asked_at: AtomicI64,
}

impl QueueDepth {
    /// Whether at least `limit` tasks wait. Whoever finds the answer old asks again; others take the old one. The
    /// asker leaves only the time behind: a caller who goes away while the answer is on its way keeps nobody from
    /// asking a second later.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_full(&self, database: &Database, limit: i64, now: Timestamp) -> Result<bool, Failure> {
        if self.is_askers_turn(now) {
            let waiting = move |conn: &mut db::Connection| {
                Ok(jobs::waiting(conn, jobs::Queue::Engine, now.0)? + jobs::waiting(conn, jobs::Queue::Provider, now.0)?)
            };
            let answer = database.read::<_, Failure, _>(waiting).await;
            self.length.store(answer?, Ordering::Relaxed);
        }
        Ok(self.length.load(Ordering::Relaxed) >= limit)
    }

    /// One more task waits.
    pub fn grew(&self) {
        self.length.fetch_add(1, Ordering::Relaxed);
    }

    /// True for one caller once the last answer is old.
    fn is_askers_turn(&self, now: Timestamp) -> bool {
        let asked_at = self.asked_at.load(Ordering::Relaxed);
        let old = asked_at < now.before(BELIEVED).0;
        old && self.asked_at.compare_exchange(asked_at, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}
