//! How long the queue of tasks is, asked at most once a second: admission needs to know whether it is far too
//! long, not its exact length.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use db::Database;
use parking_lot::Mutex;

use crate::error::Failure;

/// How long an answer is believed.
const BELIEVED: Duration = Duration::from_secs(1);

/// The length as last seen.
#[derive(Default)]
pub struct QueueDepth {
    length: AtomicI64,
    asking: AtomicBool,
    asked: Mutex<Option<Instant>>,
}

impl QueueDepth {
    /// Whether at least `limit` tasks wait. Whoever finds the answer old asks again; others take the old one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_full(&self, database: &Database, limit: i64) -> Result<bool, Failure> {
        let old = self.asked.lock().is_none_or(|asked| asked.elapsed() > BELIEVED);
        if old && !self.asking.swap(true, Ordering::AcqRel) {
            let answer = database.read::<_, Failure, _>(move |conn| Ok(jobs::waiting(conn, jobs::Queue::Engine, jobs::now_ms())?)).await;
            self.asking.store(false, Ordering::Release);
            self.length.store(answer?, Ordering::Relaxed);
            *self.asked.lock() = Some(Instant::now());
        }
        Ok(self.length.load(Ordering::Relaxed) >= limit)
    }
}
