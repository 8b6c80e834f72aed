//! Work that keeps a thread busy and is allowed so many times at once.

use crate::error::Failure;

/// Runs work in a blocking thread, which holds the permit until the work is done. A request that is given up ends the
/// waiting, not the thread: a permit that ended with the request would let the next one in beside it.
///
/// # Errors
/// When the work panics.
pub async fn holding<T: Send + 'static>(permit: impl Send + 'static, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let held = move || {
        let _permit = permit;
        work()
    };
    tokio::task::spawn_blocking(held).await.map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_keeps_its_permit_to_its_end() {
        let permits = Arc::new(Semaphore::new(1));
        let (end, ended) = mpsc::channel::<()>();
        let permit = Arc::clone(&permits).acquire_owned().await.unwrap();
        let mut waiting = Box::pin(holding(permit, move || ended.recv().unwrap()));
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(waiting);
        assert_eq!(permits.available_permits(), 0, "while the work goes on");
        end.send(()).unwrap();
        // Comes back only when the permit does.
        permits.acquire().await.unwrap().forget();
    }
}
