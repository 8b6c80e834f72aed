//! One try on a model, from the wait for room to the stored pictures. A paid request is sent once: before it is sent the
//! try is in the database, and where the vendor keeps it is in the database before anything else happens.

use std::time::Duration;

use db::Connection;
use providers::{Began, Class, Delivery, Error, Handle, ImageRequest, Progress, Submitted, Watch};
use rand::Rng;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until};

use super::previews::Previews;
use super::request::{self, Wish};
use super::share::Share;
use super::submit::{Sent, submit};
use super::together::Together;
use super::{Chosen, counted, results};
use crate::database::attempts::{self, By, Cause, State};
use crate::database::tasks;
use crate::error::{Code, Failure};
use crate::jobs::run_task::{Halt, Shift};
use crate::models::id::TaskId;
use crate::models::task::{Missing, Stage};
use crate::models::timestamp::Timestamp;
use crate::services::ai::verdict;
use crate::services::tasks::settle;
use crate::services::tasks::view;
use crate::services::uploads;

/// A vendor that has not ended a request after this time will not.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// Shortest pause between two questions, whatever a vendor allows.
const PAUSE: Duration = Duration::from_millis(500);

/// How a call ended.
pub enum Asked {
    /// With pictures, at least one, and why there are no others.
    Made(Vec<settle::Delivered>, Vec<Missing>),
    /// The vendor failed.
    Failed(Error),
    /// The owner asked to stop, and nothing was made.
    Stopped,
    /// The owner asked to stop, and the vendor, which cannot be stopped, was not waited for any longer.
    Overdue,
    /// The server stops, or somebody else has the task now.
    Interrupted,
    /// Nobody was asked: the account is left alone since it was chosen. Another choice is to be made.
    PassedOver,
    /// The task's own pictures, or something outside, failed.
    Halted(Halt),
}

/// Asks a vendor, and waits for what it makes.
pub async fn ask(shift: &Shift<'_>, chosen: &Chosen<'_>) -> Result<Asked, Failure> {
    let shares = match request::shares(shift, chosen) {
        Ok(shares) => shares,
        Err(halt) => return Ok(Asked::Halted(halt)),
    };
    let _counted = shift.app.accounts.count(&chosen.seat);
    let _room = match room(shift, chosen).await {
        Ok(room) => room,
        Err(asked) => return Ok(asked),
    };
    let began = shift.app.clock.now();
    let mut made = Together::default();
    let mut number = None;
    for share in shares {
        if shift.stop.is_set() && number.is_some() {
            made.add(share.index + 1, Asked::Stopped);
            break;
        }
        let place = share.index + 1;
        let asked = one(shift, chosen, share, &mut number).await?;
        if let Some(end) = made.add(place, asked) {
            uploads::forget(shift.app, &settle::rows(&made.delivered)).await;
            if let Asked::Halted(Halt::Outside(cause)) = &end
                && (number.is_none() || chosen.seat.adapter.abilities().repeatable)
            {
                note_failure(shift, chosen, number, cause.clone()).await?;
            }
            return Ok(end);
        }
    }
    let end = made.end();
    count(shift, chosen, &end, began);
    Ok(end)
}

/// One request. The first that is ready to be sent begins the try.
async fn one(shift: &Shift<'_>, chosen: &Chosen<'_>, share: Share, number: &mut Option<i32>) -> Result<Asked, Failure> {
    let (wish, mut request) = match ready(shift, chosen, share).await {
        Ok(ready) => ready,
        Err(halt) => return Ok(Asked::Halted(halt)),
    };
    if number.is_none() {
        // Now, and not when it was chosen, the trial of an account that rested is taken.
        let admitted = shift.app.accounts.health.admits(&chosen.seat.account.id, shift.app.clock.now());
        if !admitted && !chosen.although_resting {
            return Ok(Asked::PassedOver);
        }
        *number = begin(shift, chosen).await?;
        shift.reporter.report(Stage::Running, 0.0);
    }
    let Some(number) = *number else { return Ok(Asked::Interrupted) };
    request.request_id = request_id(shift, number, wish.share.index);
    let previews = Previews::show(shift, &wish.share);
    let asked = send(shift, chosen, (&wish, &request), previews.watch()).await;
    previews.end().await;
    asked
}

async fn ready(shift: &Shift<'_>, chosen: &Chosen<'_>, share: Share) -> Result<(Wish, ImageRequest), Halt> {
    let wish = request::wish(shift, chosen, share).await?;
    let request = request::request(shift, chosen, &wish).await?;
    Ok((wish, request))
}

/// Counts how a try ended, if it did.
pub fn count(shift: &Shift<'_>, chosen: &Chosen<'_>, asked: &Asked, began: Timestamp) {
    let outcome = match asked {
        Asked::Made(..) => "succeeded",
        Asked::Stopped | Asked::Overdue => "cancelled",
        Asked::Failed(error) => verdict::class_name(error.class),
        Asked::Interrupted | Asked::PassedOver | Asked::Halted(_) => return,
    };
    let metrics = &shift.app.metrics;
    metrics.attempt(&chosen.route.provider, &chosen.route.model, outcome);
    metrics.request_took(&chosen.route.provider, shift.app.clock.now().since(began).as_secs_f64());
}

async fn send(shift: &Shift<'_>, chosen: &Chosen<'_>, asked: (&Wish, &ImageRequest), watch: &Watch) -> Result<Asked, Failure> {
    let submitted = match submit(shift, chosen, asked.1, watch).await {
        Sent::Answered(submitted) => submitted,
        Sent::Interrupted => return Ok(Asked::Interrupted),
        Sent::Overdue => return look_up(shift, chosen, asked, watch, Asked::Overdue).await,
    };
    match submitted {
        Ok(Submitted::Done(delivery)) => keep(shift, chosen, asked.0, *delivery).await,
        Ok(Submitted::Accepted(handle)) => keep_asking(shift, chosen, asked.0, &handle, watch).await,
        Err(error) if error.class == Class::Cancelled && shift.stop.is_set() => Ok(Asked::Stopped),
        Err(error) if error.began == Began::Unknown => look_up(shift, chosen, asked, watch, Asked::Failed(error)).await,
        Err(error) => Ok(Asked::Failed(error)),
    }
}

/// Goes on with a request whose answer is lost where the vendor can find it.
async fn look_up(
    shift: &Shift<'_>,
    chosen: &Chosen<'_>,
    asked: (&Wish, &ImageRequest),
    watch: &Watch,
    otherwise: Asked,
) -> Result<Asked, Failure> {
    let ((wish, request), adapter, account) = (asked, &chosen.seat.adapter, &chosen.seat.account);
    if !adapter.abilities().look_up {
        return Ok(otherwise);
    }
    match adapter.look_up(account, &request.request_id).await {
        Ok(Some(handle)) => keep_asking(shift, chosen, wish, &handle, watch).await,
        // It may still be on its way.
        Ok(None) | Err(_) => Ok(otherwise),
    }
}

async fn keep_asking(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish, handle: &Handle, watch: &Watch) -> Result<Asked, Failure> {
    match note(shift, chosen, handle).await? {
        Some(()) => poll(shift, chosen, wish, &Noted { handle, began: shift.app.clock.now() }, watch).await,
        None => Ok(Asked::Interrupted),
    }
}

/// Our own name of a request, by which some vendors find it again: the first of a try has the try's.
pub fn request_id(shift: &Shift<'_>, number: i32, index: usize) -> String {
    if index == 0 { format!("{}-{number}", shift.id) } else { format!("{}-{number}-{index}", shift.id) }
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
    let state = if chosen.seat.adapter.abilities().repeatable { State::Running } else { State::Submitting };
    let account = chosen.seat.account.id.clone();
    let begun = shift.write(move |conn, id, now| {
        let by = By { provider: &route.provider, model: &route.model, account: Some(&account) };
        let number = attempts::begin(conn, id, by, state, now)?;
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

/// Notes that the try failed for a reason of our own, before or without anything that is paid for.
async fn note_failure(shift: &Shift<'_>, chosen: &Chosen<'_>, number: Option<i32>, message: String) -> Result<(), Failure> {
    let (route, account) = (chosen.route.clone(), chosen.seat.account.id.clone());
    let noted = shift.write(move |conn, id, now| {
        if number.is_none() {
            let by = By { provider: &route.provider, model: &route.model, account: Some(&account) };
            attempts::begin(conn, id, by, State::Running, now)?;
        }
        let cause = Cause { class: None, code: Code::Internal.as_str(), message: &message };
        Ok(attempts::end(conn, id, State::Failed, Some(cause), now)?)
    });
    noted.await.map(drop)
}

/// Notes where the vendor keeps the request, and what it counts when it says so already now.
pub async fn note(shift: &Shift<'_>, chosen: &Chosen<'_>, handle: &Handle) -> Result<Option<()>, Failure> {
    let (text, vendor_id) = (serde_json::to_string(handle).map_err(Failure::internal)?, handle.id.clone());
    let counted = handle.usage.as_deref().map(|usage| counted::of(chosen.model, usage, None)).transpose()?;
    let unit = move |conn: &mut Connection, id: &TaskId, now| {
        tasks::note_vendor_id(conn, id, &vendor_id)?;
        if let Some(counted) = &counted {
            attempts::counted(conn, id, counted, now)?;
        }
        Ok(attempts::accepted(conn, id, &text, now)?)
    };
    shift.insist(|_| true, || shift.write(unit.clone())).await
}

/// A request that a vendor keeps.
pub struct Noted<'a> {
    /// Where it is found.
    pub handle: &'a Handle,
    /// When it was sent.
    pub began: Timestamp,
}

/// Asks how a request stands until it has ended, at the vendor's pace, and at once when the vendor calls back. It is found
/// again after a stop, so a stop ends this at once.
pub async fn poll(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish, noted: &Noted<'_>, watch: &Watch) -> Result<Asked, Failure> {
    let (adapter, account) = (&chosen.seat.adapter, &chosen.seat.account);
    let (abilities, handle) = (adapter.abilities(), noted.handle);
    let (mut pause, mut left_alone_until, mut overdue_at) = (abilities.poll_floor.max(PAUSE), Instant::now(), None);
    loop {
        let next = Instant::now() + pause.mul_f64(rand::rng().random_range(1.0..=1.25));
        tokio::select! {
            () = sleep_until(next.max(left_alone_until)) => {}
            () = called_back(shift, left_alone_until) => {}
            () = shift.interrupted() => return Ok(Asked::Interrupted),
            () = shift.stop.token.cancelled(), if overdue_at.is_none() => {
                overdue_at = Some(shift.given_up_at());
                // What cannot be stopped is waited for while it may well come, since it is paid for.
                if matches!(adapter.cancel(account, handle).await, Ok(providers::Cancelled::Stopped)) {
                    return Ok(Asked::Stopped);
                }
            }
        }
        match adapter.poll(account, handle, watch).await {
            Ok(Progress::Done(delivery)) => return keep(shift, chosen, wish, *delivery).await,
            Ok(Progress::Running { fraction }) => {
                shift.reporter.report(Stage::Running, wish.share.making(f64::from(fraction.unwrap_or_default())));
            }
            Ok(Progress::Queued { .. }) => {}
            Err(error) if matches!(error.began, Began::Ended | Began::Lost) => return Ok(Asked::Failed(error)),
            Err(error) => {
                tracing::debug!(task = %shift.id, %error, "a question about a request failed");
                left_alone_until = Instant::now() + error.retry_after.unwrap_or_default().min(PATIENCE);
            }
        }
        if overdue_at.is_some_and(|at| shift.app.clock.now() >= at) {
            return Ok(Asked::Overdue);
        }
        if shift.app.clock.now() > noted.began.after(PATIENCE) {
            // Best effort: it is given up whether the vendor hears of it or not.
            drop(adapter.cancel(account, handle).await);
            return Ok(Asked::Failed(Error::new(Class::Timeout, "the vendor did not end the request in time").began(Began::Unknown)));
        }
        pause = pause.mul_f64(1.5).min(abilities.poll_ceiling.max(PAUSE));
    }
}

/// Waits until the vendor calls back, and then as long as it wants to be left alone all the same.
async fn called_back(shift: &Shift<'_>, left_alone_until: Instant) {
    shift.call.next().await;
    sleep_until(left_alone_until).await;
}

/// Notes what the vendor counted, and fetches, checks and stores the pictures.
async fn keep(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish, delivery: Delivery) -> Result<Asked, Failure> {
    let made = u32::try_from(delivery.outputs.len()).ok();
    let counted = counted::of(chosen.model, &delivery.usage, made)?;
    let unit = move |conn: &mut Connection, id: &TaskId, now| {
        attempts::counted(conn, id, &counted, now)?;
        Ok(attempts::move_on(conn, id, State::Fetching, now)?)
    };
    let noted = shift.insist(|_| true, || shift.write(unit.clone())).await?;
    if noted.is_none() {
        return Ok(Asked::Interrupted);
    }
    shift.reporter.report(Stage::Saving, wish.share.making(1.0));
    Ok(results::store(shift, chosen, wish, delivery).await)
}
