//! Work that keeps a thread busy and is allowed so many times at once.

use tokio::sync::oneshot;

use crate::error::Failure;

/// Runs work in a blocking thread, which holds the permit until the work is done. A request that is given up ends the
/// waiting, not the thread: a permit that ended with the request would let the next one in beside it. What nobody waits
/// for any more, files included, is gone before the permit is free.
///
/// # Errors
/// When the work panics.
pub async fn holding<T: Send + 'static>(permit: impl Send + 'static, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let (done, waiting) = oneshot::channel();
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        drop(done.send(work()));
    });
    // Without an answer the work has panicked, which the log says.
    waiting.await.map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use tokio::sync::Semaphore;

    use super::*;

    /// Says on its end whether the permit was still held.
    struct Witness(Arc<Semaphore>, mpsc::Sender<usize>);

    impl Drop for Witness {
        fn drop(&mut self) {
            self.1.send(self.0.available_permits()).unwrap();
        }
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_gone_before_the_permit_is_free() {
        let permits = Arc::new(Semaphore::new(1));
        let ((end, ended), (gone, witnessed)) = (mpsc::channel::<()>(), mpsc::channel());
        let result = Witness(Arc::clone(&permits), gone);
        let work = move || {
            ended.recv().unwrap();
            result
        };
        let mut waiting = Box::pin(holding(Arc::clone(&permits).acquire_owned().await.unwrap(), work));
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(waiting);
        end.send(()).unwrap();
        assert_eq!(tokio::task::spawn_blocking(move || witnessed.recv().unwrap()).await.unwrap(), 0);
    }

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
