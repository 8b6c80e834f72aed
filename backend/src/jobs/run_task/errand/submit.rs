//! The call itself, while people may ask to stop it and the server may end.

use std::pin::pin;
use std::time::Duration;

use providers::{Cancelled, Error, Handle, ImageRequest, Submitted, Watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::Chosen;
use crate::jobs::run_task::Shift;

/// How long a vendor may take to hear that a request is to be stopped, or to answer the last question about one: one that
/// hangs may do neither.
pub const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// How a call ended.
pub enum Sent {
    /// With the vendor's answer.
    Answered(Result<Submitted, Error>),
    /// The server ends first, or somebody else has the task now.
    Interrupted,
    /// The owner asked to stop, and the answer did not come while it was still waited for.
    Overdue,
}

/// Sends a request and waits for the answer.
///
/// A paid request that was sent is waited for as long as the server allows; one that can be made again is stopped. After a
/// cancel either is waited for as long as the owner was told.
pub async fn submit(shift: &Shift<'_>, chosen: &Chosen<'_>, request: &ImageRequest, watch: &Watch) -> Sent {
    let (adapter, account) = (&chosen.seat.adapter, &chosen.seat.account);
    let abilities = adapter.abilities();
    // Vendors with a queue are asked to stop by the handle that is about to come.
    let stoppable = abilities.cancel && !abilities.asynchronous;
    let name = Handle::id(request.request_id.clone());
    let (mut overdue_at, mut interrupted) = (None, false);
    let mut call = pin!(adapter.submit(account, request, watch));
    loop {
        tokio::select! {
            biased;
            submitted = &mut call => return if interrupted { Sent::Interrupted } else { Sent::Answered(submitted) },
            // Out of time, or somebody else has the task: whoever takes it up finds a request of unknown outcome.
            () = shift.context.cancelled.cancelled(), if !abilities.repeatable => return Sent::Interrupted,
            () = shift.interrupted(), if abilities.repeatable && !interrupted => {
                interrupted = true;
                stop(chosen, &name).await;
            }
            () = shift.stop.token.cancelled(), if overdue_at.is_none() => {
                overdue_at = Some(shift.instant(shift.given_up_at().await));
                if stoppable {
                    stop(chosen, &name).await;
                }
            }
            () = sleep_until(overdue_at.unwrap_or_else(Instant::now)), if overdue_at.is_some() => return Sent::Overdue,
        }
    }
}

/// Asks a vendor to stop a request. `None` when it did not hear.
pub async fn stop(chosen: &Chosen<'_>, handle: &Handle) -> Option<Cancelled> {
    let stopped = timeout(STOPS_WITHIN, chosen.seat.adapter.cancel(&chosen.seat.account, handle)).await;
    let Ok(Ok(stopped)) = stopped else {
        // It is waited for then: it comes, and it is paid for.
        tracing::debug!(account = chosen.seat.account.id, "a request could not be stopped");
        return None;
    };
    Some(stopped)
}
