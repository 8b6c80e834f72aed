//! One call of a vendor, from the wait for room to the stored pictures. The paid request is sent once: before it is sent
//! the try is in the database, and where the vendor keeps it is in the database before anything else happens.

use std::time::Duration;

use providers::{Began, Class, Delivery, Error, Handle, Progress, Submitted, Watch};
use rand::Rng;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::sleep;

use super::previews::Previews;
use super::request::{self, Wish};
use super::{Chosen, counted, results};
use crate::database::attempts::{self, State};
use crate::database::tasks;
use crate::error::Failure;
use crate::jobs::run_task::{Halt, Shift};
use crate::models::task::{Missing, Stage};
use crate::models::timestamp::Timestamp;
use crate::services::tasks::settle::Delivered;
use crate::services::tasks::view;

/// A vendor that has not ended a request after this time will not.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// Shortest pause between two questions, whatever a vendor allows.
const PAUSE: Duration = Duration::from_millis(500);

/// How a call ended.
pub enum Asked {
    /// With pictures, at least one, and why there are no others.
    Made(Vec<Delivered>, Vec<Missing>),
    /// The vendor failed.
    Failed(Error),
    /// The owner asked to stop, and nothing was made.
    Stopped,
    /// The server stops, or somebody else has the task now.
    Interrupted,
    /// The task's own pictures, or something outside, failed.
    Halted(Halt),
}

/// Asks a vendor, and waits for what it makes.
pub async fn ask(shift: &Shift<'_>, chosen: &Chosen<'_>) -> Result<Asked, Failure> {
    let mut wish = match request::wish(shift, chosen).await {
        Ok(wish) => wish,
        Err(halt) => return Ok(Asked::Halted(halt)),
    };
    let _room = match room(shift, chosen).await {
        Ok(room) => room,
        Err(asked) => return Ok(asked),
    };
    let Some(number) = begin(shift, chosen).await? else { return Ok(Asked::Interrupted) };
    wish.request.request_id = request_id(shift, number);
    shift.reporter.report(Stage::Running, 0.0);
    let previews = Previews::show(shift);
    let asked = send(shift, chosen, &wish, previews.watch()).await;
    previews.end().await;
    asked
}

async fn send(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish, watch: &Watch) -> Result<Asked, Failure> {
    let submitted = tokio::select! {
        submitted = chosen.seat.adapter.submit(&chosen.seat.account, &wish.request, watch) => submitted,
        // Out of time, or somebody else has the task: whoever takes it up finds a request of unknown outcome.
        () = shift.context.cancelled.cancelled() => return Ok(Asked::Interrupted),
    };
    match submitted {
        Ok(Submitted::Done(delivery)) => keep(shift, chosen, wish, *delivery).await,
        Ok(Submitted::Accepted(handle)) => match note(shift, chosen, &handle).await? {
            Some(()) => poll(shift, chosen, wish, &Noted { handle: &handle, began: shift.app.clock.now() }, watch).await,
            None => Ok(Asked::Interrupted),
        },
        Err(error) => Ok(Asked::Failed(error)),
    }
}

/// Our own name of a try, by which some vendors find it again.
pub fn request_id(shift: &Shift<'_>, number: i32) -> String {
    format!("{}-{number}", shift.id)
}

/// Waits until the account may run another request.
pub async fn room(shift: &Shift<'_>, chosen: &Chosen<'_>) -> Result<OwnedSemaphorePermit, Asked> {
    tokio::select! {
        biased;
        () = shift.interrupted() => Err(Asked::Interrupted),
        () = shift.stop.token.cancelled() => Err(Asked::Stopped),
        permit = chosen.seat.room.clone().acquire_owned() => permit.map_err(|_| Asked::Interrupted),
    }
}

/// Notes that the request is about to be sent, and on which model.
async fn begin(shift: &Shift<'_>, chosen: &Chosen<'_>) -> Result<Option<i32>, Failure> {
    let route = chosen.route.clone();
    // Its account rests, so another model's turn has come: the task says which.
    let passed_over = shift.task.ai_provider != route.provider || shift.task.ai_model != route.model;
    let begun = shift.write(move |conn, id, now| {
        let number = attempts::begin(conn, id, &route.provider, &route.model, State::Submitting, now)?;
        if !passed_over {
            return Ok((number, None));
        }
        tasks::turn(conn, id, &route, now)?;
        Ok((number, Some(view::reload(conn, id, now)?)))
    });
    let Some((number, turned)) = begun.await? else { return Ok(None) };
    if let Some(snapshot) = turned {
        shift.reporter.renew(snapshot);
    }
    Ok(Some(number))
}

/// Notes where the vendor keeps the request, and what it counts when it says so already now.
pub async fn note(shift: &Shift<'_>, chosen: &Chosen<'_>, handle: &Handle) -> Result<Option<()>, Failure> {
    let (text, vendor_id) = (serde_json::to_string(handle).map_err(Failure::internal)?, handle.id.clone());
    let counted = handle.usage.as_deref().map(|usage| counted::of(chosen.model, usage, None)).transpose()?;
    let noted = shift.write(move |conn, id, now| {
        tasks::note_vendor_id(conn, id, &vendor_id)?;
        if let Some(counted) = &counted {
            attempts::counted(conn, id, counted, now)?;
        }
        Ok(attempts::accepted(conn, id, &text, now)?)
    });
    noted.await
}

/// A request that a vendor keeps.
pub struct Noted<'a> {
    /// Where it is found.
    pub handle: &'a Handle,
    /// When it was sent.
    pub began: Timestamp,
}

/// Asks how a request stands until it has ended. It is found again after a stop, so a stop ends this at once.
pub async fn poll(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish, noted: &Noted<'_>, watch: &Watch) -> Result<Asked, Failure> {
    let (adapter, account) = (&chosen.seat.adapter, &chosen.seat.account);
    let (abilities, handle) = (adapter.abilities(), noted.handle);
    let (mut pause, mut told) = (abilities.poll_floor.max(PAUSE), false);
    loop {
        tokio::select! {
            () = sleep(pause.mul_f64(rand::rng().random_range(1.0..=1.25))) => {}
            () = shift.interrupted() => return Ok(Asked::Interrupted),
            () = shift.stop.token.cancelled(), if !told => {
                told = true;
                // What cannot be stopped is waited for: it comes, and it is paid for.
                if matches!(adapter.cancel(account, handle).await, Ok(providers::Cancelled::Stopped)) {
                    return Ok(Asked::Stopped);
                }
            }
        }
        match adapter.poll(account, handle, watch).await {
            Ok(Progress::Done(delivery)) => return keep(shift, chosen, wish, *delivery).await,
            Ok(Progress::Running { fraction }) => shift.reporter.report(Stage::Running, f64::from(fraction.unwrap_or_default())),
            Ok(Progress::Queued { .. }) => {}
            Err(error) if error.began == Began::Ended => return Ok(Asked::Failed(error)),
            Err(error) => {
                tracing::debug!(task = %shift.id, %error, "a question about a request failed");
                pause = pause.max(error.retry_after.unwrap_or_default());
            }
        }
        if shift.app.clock.now() > noted.began.after(PATIENCE) {
            // Best effort: it is given up whether the vendor hears of it or not.
            drop(adapter.cancel(account, handle).await);
            return Ok(Asked::Failed(Error::new(Class::Timeout, "the vendor did not end the request in time").began(Began::Unknown)));
        }
        pause = pause.mul_f64(1.5).min(abilities.poll_ceiling.max(PAUSE));
    }
}

/// Notes what the vendor counted, and fetches, checks and stores the pictures.
async fn keep(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish, delivery: Delivery) -> Result<Asked, Failure> {
    let made = u32::try_from(delivery.outputs.len()).ok();
    let counted = counted::of(chosen.model, &delivery.usage, made)?;
    let noted = shift.write(move |conn, id, now| {
        attempts::counted(conn, id, &counted, now)?;
        Ok(attempts::move_on(conn, id, State::Fetching, now)?)
    });
    let noted = noted.await?;
    if noted.is_none() {
        return Ok(Asked::Interrupted);
    }
    shift.reporter.report(Stage::Saving, 0.9);
    Ok(results::store(shift, chosen, wish, delivery).await)
}
