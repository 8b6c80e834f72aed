//! The call itself, while people may ask to stop it and the server may end.

use std::pin::pin;

use providers::{Error, Handle, ImageRequest, Submitted, Watch};

use super::Chosen;
use crate::jobs::run_task::Shift;

/// Sends a request and waits for the answer. `None` when the server ends first, or somebody else has the task now.
///
/// A paid request that was sent is waited for as long as the server allows; one that can be made again is stopped.
pub async fn submit(shift: &Shift<'_>, chosen: &Chosen<'_>, request: &ImageRequest, watch: &Watch) -> Option<Result<Submitted, Error>> {
    let (adapter, account) = (&chosen.seat.adapter, &chosen.seat.account);
    let abilities = adapter.abilities();
    // Vendors with a queue are asked to stop by the handle that is about to come.
    let stoppable = abilities.cancel && !abilities.asynchronous;
    let (mut told, mut interrupted) = (false, false);
    let mut call = pin!(adapter.submit(account, request, watch));
    loop {
        tokio::select! {
            biased;
            submitted = &mut call => return (!interrupted).then_some(submitted),
            // Out of time, or somebody else has the task: whoever takes it up finds a request of unknown outcome.
            () = shift.context.cancelled.cancelled(), if !abilities.repeatable => return None,
            () = shift.interrupted(), if abilities.repeatable && !interrupted => {
                interrupted = true;
                stop(chosen, request).await;
            }
            () = shift.stop.token.cancelled(), if stoppable && !told => {
                told = true;
                stop(chosen, request).await;
            }
        }
    }
}

async fn stop(chosen: &Chosen<'_>, request: &ImageRequest) {
    let handle = Handle::id(request.request_id.clone());
    if let Err(error) = chosen.seat.adapter.cancel(&chosen.seat.account, &handle).await {
        // It is waited for then: it comes, and it is paid for.
        tracing::debug!(account = chosen.seat.account.id, %error, "a request could not be stopped");
    }
}
