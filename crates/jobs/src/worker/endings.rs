//! Ends of jobs that have no effect of their own to be bound to, written together.

use crate::fence::finish_all;
use crate::job::Fence;
use db::Database;
use parking_lot::Mutex;

/// The jobs that wait for their end. One writes for all that wait meanwhile, as a group commit does: the more end at
/// once, the fewer statements and flushes each of them costs.
#[derive(Default)]
pub(super) struct Endings {
    waiting: Mutex<Vec<Fence>>,
    writing: tokio::sync::Mutex<()>,
}

impl Endings {
    /// Deletes the job, together with others. When that fails, it fails for whoever wrote; those taken along come back
    /// like his when their leases end.
    pub(super) async fn finish(&self, db: &Database, fence: Fence) -> Result<(), db::Error> {
        self.waiting.lock().push(fence);
        let _turn = self.writing.lock().await;
        let together = std::mem::take(&mut *self.waiting.lock());
        if together.is_empty() {
            return Ok(());
        }
        db.write(move |connection| Ok(finish_all(connection, &together)?)).await
    }
}
