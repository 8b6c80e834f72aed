//! The wait for a request that a vendor keeps: it is asked how it stands at the vendor's pace, until it has ended, or nobody
//! waits for it any longer.

use std::time::Duration;

use providers::{Began, Cancelled, Class, Error, Handle, Progress, Watch};
use rand::Rng;
use tokio::time::{Instant, sleep_until};

use super::Chosen;
use super::ask::{self, Asked};
use super::request::Wish;
use super::submit::{STOPS_WITHIN, stop};
use crate::error::Failure;
use crate::jobs::run_task::Shift;
use crate::models::task::Stage;
use crate::models::timestamp::Timestamp;

/// A vendor that has not ended a request after this time will not.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// Shortest pause between two questions, whatever a vendor allows.
const PAUSE: Duration = Duration::from_millis(500);

/// A request that a vendor keeps.
pub struct Noted<'a> {
    /// Where it is found.
    pub handle: &'a Handle,
    /// When it was sent.
    pub began: Timestamp,
}

/// Asks how a request stands until it has ended, at the vendor's pace, and at once when the vendor calls back. It is found
/// again after a stop, so a stop ends this at once. After a cancel it is waited for as long as the owner was told, else until
/// the patience ends; then it is asked for a last time, unless the vendor wants to be left alone.
pub async fn poll(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish, noted: &Noted<'_>, watch: &Watch) -> Result<Asked, Failure> {
    let (abilities, handle) = (chosen.seat.adapter.abilities(), noted.handle);
    let (mut pause, mut left_alone_until) = (abilities.poll_floor.max(PAUSE), Instant::now());
    let mut wait = Wait { until: noted.began.after(PATIENCE), stopping: false };
    loop {
        let next = Instant::now() + pause.mul_f64(rand::rng().random_range(1.0..=1.25));
        tokio::select! {
            biased;
            () = shift.interrupted() => return Ok(Asked::Interrupted),
            () = shift.stop.token.cancelled(), if !wait.stopping => {
                wait = Wait { until: shift.given_up_at().await, stopping: true };
                // What cannot be stopped is waited for while it may well come, since it is paid for.
                if matches!(stop(chosen, handle).await, Some(Cancelled::Stopped)) {
                    return Ok(Asked::Stopped);
                }
            }
            () = called_back(shift, left_alone_until) => {}
            () = sleep_until(next.max(left_alone_until)) => {}
            () = sleep_until(shift.instant(wait.until)) => {}
        }
        if Instant::now() >= left_alone_until {
            match question(shift, chosen, handle, &wait, watch).await {
                None => continue,
                Some(Ok(Progress::Done(delivery))) => return ask::keep(shift, chosen, wish, *delivery).await,
                Some(Ok(Progress::Running { fraction })) => {
                    shift.reporter.report(Stage::Running, wish.share.making(f64::from(fraction.unwrap_or_default())));
                }
                Some(Ok(Progress::Queued { .. })) => {}
                Some(Err(error)) if matches!(error.began, Began::Ended | Began::Lost) => return Ok(Asked::Failed(error)),
                Some(Err(error)) => {
                    tracing::debug!(task = %shift.id, %error, "a question about a request failed");
                    left_alone_until = Instant::now() + error.retry_after.unwrap_or_default().min(PATIENCE);
                }
            }
        }
        if shift.app.clock.now() >= wait.until {
            return Ok(given_up(chosen, handle, &wait).await);
        }
        pause = pause.mul_f64(1.5).min(abilities.poll_ceiling.max(PAUSE));
    }
}

/// How long a request is waited for.
struct Wait {
    /// Nobody waits any longer.
    until: Timestamp,
    /// The owner has cancelled it, and the vendor has heard of that.
    stopping: bool,
}

/// Asks once. `None` when something else is to be seen to first: a vendor that does not answer keeps nobody from it.
async fn question(shift: &Shift<'_>, chosen: &Chosen<'_>, handle: &Handle, wait: &Wait, watch: &Watch) -> Option<Result<Progress, Error>> {
    let last = shift.instant(wait.until).max(Instant::now() + STOPS_WITHIN);
    tokio::select! {
        biased;
        answer = chosen.seat.adapter.poll(&chosen.seat.account, handle, watch) => Some(answer),
        () = shift.interrupted() => None,
        () = shift.stop.token.cancelled(), if !wait.stopping => None,
        () = sleep_until(last) => Some(Err(Error::new(Class::Timeout, "a question had no answer").began(Began::Unknown))),
    }
}

/// Waits until the vendor calls back, and then as long as it wants to be left alone all the same.
async fn called_back(shift: &Shift<'_>, left_alone_until: Instant) {
    shift.call.next().await;
    sleep_until(left_alone_until).await;
}

async fn given_up(chosen: &Chosen<'_>, handle: &Handle, wait: &Wait) -> Asked {
    if wait.stopping {
        return Asked::Overdue;
    }
    // Best effort: it is given up whether the vendor hears of it or not.
    stop(chosen, handle).await;
    Asked::Failed(Error::new(Class::Timeout, "the vendor did not end the request in time").began(Began::Unknown))
}
