//! What is paid for and in hand is not given up because our own store or database fails for a moment: it is tried again
//! on the spot. A vendor that answers at once keeps nothing, so a picture that is let go is lost.

use std::time::Duration;

use db::Connection;

use super::Shift;
use crate::error::Failure;
use crate::models::id::TaskId;
use crate::models::timestamp::Timestamp;
use crate::services::metrics::Metrics;

/// Pauses between the tries, three quarters of a minute together: a bucket or a database that is restarted elsewhere is back
/// within half a minute. Whoever stops the server waits as long, if the drain of the worker is.
const PAUSES: [Duration; 12] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(5),
    Duration::from_secs(5),
    Duration::from_secs(7),
    Duration::from_secs(7),
    Duration::from_secs(7),
    Duration::from_secs(7),
    Duration::from_secs(5),
];

/// Whether the database or the disk is away, or busy, or whatever else may pass. Then nobody knows what was stored. After
/// anything else it surely was not, and never will be.
#[must_use]
pub const fn is_outage(failure: &Failure) -> bool {
    failure.is_outage
}

/// Does something until it succeeds, the failure is none that `passes`, the tries are used up, or `ended` comes: then the
/// last failure stands.
pub async fn insist<T, E, F>(
    metrics: &Metrics,
    ended: impl Future<Output = ()>,
    passes: fn(&E) -> bool,
    act: impl Fn() -> F,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    patiently(&PAUSES, metrics, ended, passes, act).await
}

async fn patiently<T, E, F>(
    pauses: &[Duration],
    metrics: &Metrics,
    ended: impl Future<Output = ()>,
    passes: fn(&E) -> bool,
    act: impl Fn() -> F,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    let mut ended = std::pin::pin!(ended);
    for pause in pauses {
        match act().await {
            Err(error) if passes(&error) => {
                metrics.insisted();
                tokio::select! {
                    biased;
                    () = &mut ended => return Err(error),
                    () = tokio::time::sleep(*pause) => {}
                }
            }
            result => return result,
        }
    }
    act().await
}

impl Shift<'_> {
    /// The same while the task is ours: until the lease is lost or the time of a stop is over.
    pub async fn insist<T, E, F>(&self, passes: fn(&E) -> bool, act: impl Fn() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        insist(&self.app.metrics, self.context.cancelled.cancelled(), passes, act).await
    }

    /// Changes something while the job is still ours, through outages of the database. It may run again after it was done.
    /// `None` when somebody else has the job now.
    pub async fn write_through<T, F>(&self, unit: F) -> Result<Option<T>, Failure>
    where
        T: Send + 'static,
        F: Fn(&mut Connection, &TaskId, Timestamp) -> Result<T, Failure> + Clone + Send + 'static,
    {
        let act = || {
            let held = self.held(unit.clone());
            self.app.database.write::<_, Failure, _>(held)
        };
        self.insist(is_outage, act).await
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};

    use super::*;

    /// Insists three times on what fails so many times, and says how often it was tried.
    async fn tried(failures: usize, ended: impl Future<Output = ()>, passes: fn(&&str) -> bool) -> (Result<(), &'static str>, usize) {
        let count = Cell::new(0);
        let act = || {
            count.set(count.get() + 1);
            ready(if count.get() > failures { Ok(()) } else { Err("away") })
        };
        let result = patiently(&[Duration::ZERO; 2], &Metrics::default(), ended, passes, act).await;
        (result, count.get())
    }

    #[tokio::test]
    async fn what_is_away_for_a_moment_is_waited_for_and_what_stays_away_is_not() {
        assert_eq!(tried(2, pending(), |_| true).await, (Ok(()), 3));
        assert_eq!(tried(9, pending(), |_| true).await, (Err("away"), 3));
        let together: Duration = PAUSES.iter().sum();
        // A bucket may be away for half a minute.
        assert!(together > Duration::from_secs(40) && together < Duration::from_secs(60));
    }
    #[tokio::test]
    async fn nothing_is_insisted_on_that_will_not_pass_or_is_somebody_elses_now() {
        assert_eq!(tried(1, pending(), |_| false).await, (Err("away"), 1));
        assert_eq!(tried(9, ready(()), |_| true).await, (Err("away"), 1));
    }
}
