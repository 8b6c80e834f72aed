//! One try on a model, from the wait for room to the stored pictures. A paid request is sent once: before it is sent the
//! try is in the database, and where the vendor keeps it is in the database before anything else happens.

use db::Connection;
use providers::{Began, Class, Delivery, Error, Handle, ImageRequest, Submitted, Watch};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::sleep;

use super::poll::{Noted, poll};
use super::previews::Previews;
use super::request::{self, Wish};
use super::share::Share;
use super::submit::{STOPS_WITHIN, Sent, submit};
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
        if shift.stop.is_set() {
            return Ok(Asked::Stopped);
        }
        // Now, and not when it was chosen, the trial of an account that rested is taken.
        let admitted = shift.app.accounts.health.admits(&chosen.seat.account.id, shift.app.clock.now());
        if !admitted && !chosen.although_resting {
            return Ok(Asked::PassedOver);
        }
        match begin(shift, chosen).await? {
            Begun::Try(begun) => *number = Some(begun),
            Begun::Cancelled => return Ok(Asked::Stopped),
            Begun::Lost => return Ok(Asked::Interrupted),
        }
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
    let found = tokio::select! {
        biased;
        found = adapter.look_up(account, &request.request_id) => found,
        () = stopped_long_ago(shift) => return Ok(otherwise),
    };
    match found {
        Ok(Some(handle)) => keep_asking(shift, chosen, wish, &handle, watch).await,
        // It may still be on its way.
        Ok(None) | Err(_) => Ok(otherwise),
    }
}

/// Comes when the owner has asked to stop, and a vendor had the time to answer one more question.
async fn stopped_long_ago(shift: &Shift<'_>) {
    shift.stop.token.cancelled().await;
    sleep(STOPS_WITHIN).await;
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

/// Whether a try may begin.
enum Begun {
    /// It has, with this number.
    Try(i32),
    /// The owner has cancelled the task, perhaps on another server: nothing is sent.
    Cancelled,
    /// Somebody else has the task now.
    Lost,
}

/// Notes that the request is about to be sent, and on which model. From then on a cancel waits for the vendor.
async fn begin(shift: &Shift<'_>, chosen: &Chosen<'_>) -> Result<Begun, Failure> {
    let route = chosen.route.clone();
    // Its account rests, so another model's turn has come: the task says which.
    let passed_over = shift.task.ai_provider != route.provider || shift.task.ai_model != route.model;
    let state = if chosen.seat.adapter.abilities().repeatable { State::Running } else { State::Submitting };
    let account = chosen.seat.account.id.clone();
    let begun = shift.write(move |conn, id, now| {
        tasks::lock(conn, id)?;
        if tasks::told(conn, id)?.stop {
            return Ok(None);
        }
        let by = By { provider: &route.provider, model: &route.model, account: Some(&account) };
        let number = attempts::begin(conn, id, by, state, now)?;
        if !passed_over {
            return Ok(Some((number, None)));
        }
        tasks::turn(conn, id, &route, now)?;
        Ok(Some((number, Some(view::reload(conn, id, now)?))))
    });
    let Some(begun) = begun.await? else { return Ok(Begun::Lost) };
    let Some((number, turned)) = begun else { return Ok(Begun::Cancelled) };
    if let Some(snapshot) = turned {
        shift.reporter.renew(snapshot);
    }
    Ok(Begun::Try(number))
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
    shift.write_through(unit).await
}

/// Notes what the vendor counted, and fetches, checks and stores the pictures.
pub async fn keep(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish, delivery: Delivery) -> Result<Asked, Failure> {
    let made = u32::try_from(delivery.outputs.len()).ok();
    let counted = counted::of(chosen.model, &delivery.usage, made)?;
    let unit = move |conn: &mut Connection, id: &TaskId, now| {
        attempts::counted(conn, id, &counted, now)?;
        Ok(attempts::move_on(conn, id, State::Fetching, now)?)
    };
    if shift.write_through(unit).await?.is_none() {
        return Ok(Asked::Interrupted);
    }
    shift.reporter.report(Stage::Saving, wish.share.making(1.0));
    Ok(results::store(shift, chosen, wish, delivery).await)
}
