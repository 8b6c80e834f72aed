//! The async side: a permit first, then a place in the queue, then the answer.

use crate::connection::Connection;
use crate::error::Error;
use crate::queue::Queue;
use crate::unit::{Access, Turn, Work};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// The entry to one queue.
pub(crate) struct Door {
    pub(crate) queue: Arc<Queue>,
    /// One permit for each unit that may be waiting or running.
    pub(crate) permits: Arc<Semaphore>,
    pub(crate) patience: Duration,
}

impl Door {
    /// Once the permit is had the unit runs, even if the caller stops waiting for the answer; before that it
    /// never runs. There is nothing in between.
    pub(crate) async fn pass<T, E, F>(&self, access: Access, turn: Option<Turn>, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let permit = self.permit().await?;
        let (reply, answer) = oneshot::channel();
        self.queue.push(Box::new(Work { access, turn, work, result: None, reply, _permit: permit }));
        answer.await.unwrap_or_else(|_| Err(Error::Closed.into()))
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        match tokio::time::timeout(self.patience, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_closed)) => Err(Error::Closed),
            Err(_elapsed) => Err(Error::Overloaded),
        }
    }
}
