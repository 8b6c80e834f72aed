//! The jobs that this worker holds at the moment.

use crate::job::{Fence, JobId};
use parking_lot::Mutex;
use std::collections::HashMap;
use tokio_util::sync::CancellationToken;

/// Shared by the claiming loop, the running jobs and the heartbeat.
#[derive(Default)]
pub(super) struct InFlight {
    held: Mutex<HashMap<Fence, Held>>,
}

struct Held {
    cancelled: CancellationToken,
    /// When the lease runs out, in Unix milliseconds.
    until: i64,
}

impl InFlight {
    pub(super) fn insert(&self, fence: Fence, until: i64, cancelled: CancellationToken) {
        self.held.lock().insert(fence, Held { cancelled, until });
    }

    pub(super) fn remove(&self, fence: &Fence) {
        self.held.lock().remove(fence);
    }

    pub(super) fn fences(&self) -> Vec<Fence> {
        self.held.lock().keys().copied().collect()
    }

    /// After a heartbeat over these fences: cancels the lost, notes the new end of the others.
    pub(super) fn extended(&self, asked: &[Fence], lost: &[JobId], until: i64) {
        let mut held = self.held.lock();
        for fence in asked {
            // A job that ended meanwhile is no longer there.
            let Some(job) = held.get_mut(fence) else { continue };
            if lost.contains(&fence.id) {
                tracing::warn!(job = fence.id, attempt = fence.attempt, "lease lost");
                job.cancelled.cancel();
            } else {
                job.until = until;
            }
        }
    }

    /// After a heartbeat that failed: what has run out by now may already belong to somebody else.
    pub(super) fn cancel_expired(&self, now: i64) {
        for job in self.held.lock().values().filter(|job| job.until <= now) {
            job.cancelled.cancel();
        }
    }
}
