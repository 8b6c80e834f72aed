//! Whether a worker still works, for those who have to say so.

use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How a worker is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkerState {
    /// It was not started.
    #[default]
    Absent,
    /// It works, or ended because it was asked to.
    Well,
    /// It ended by itself: no job is claimed, or no lease kept, until the process starts anew.
    Gone,
}

/// Follows a worker. Cheap to clone, and made before the worker, so that whoever asks need not know it.
#[derive(Clone, Debug, Default)]
pub struct Health {
    state: Arc<watch::Sender<WorkerState>>,
}

impl Health {
    /// How the worker is now.
    #[must_use]
    pub fn state(&self) -> WorkerState {
        *self.state.borrow()
    }

    /// Waits until it has ended by itself. Never comes otherwise.
    pub async fn gone(&self) {
        let mut state = self.state.subscribe();
        // The sender lives in `self`.
        drop(state.wait_for(|state| *state == WorkerState::Gone).await);
    }

    /// For a loop to hold until it ends, which it may once `may_end` has fired.
    pub(super) fn alive(&self, may_end: &CancellationToken) -> Alive {
        self.state.send_if_modified(|state| std::mem::replace(state, WorkerState::Well) != WorkerState::Well);
        Alive { health: self.clone(), may_end: may_end.clone() }
    }
}

/// Held by a loop of the worker.
pub(super) struct Alive {
    health: Health,
    may_end: CancellationToken,
}

impl Drop for Alive {
    fn drop(&mut self) {
        if !self.may_end.is_cancelled() {
            tracing::error!("a loop of the worker has ended by itself");
            self.health.state.send_replace(WorkerState::Gone);
        }
    }
}
