//! Work of the providers: which model is asked, and what follows when it fails. The history of tries in the database is what
//! decides, so that whoever takes a task up again decides alike.

use std::sync::Arc;
use std::time::Duration;

use jobs::{Context, Job};
use providers::{Began, Class, Error};
use tokio::sync::OwnedSemaphorePermit;

use super::{Halt, Run, Shift, failed};
use crate::app::App;
use crate::database::attempts::{self, AttemptRow, Cause, State};
use crate::database::tasks;
use crate::error::{Code, Failure};
use crate::models::catalogue::AiModel;
use crate::models::id::TaskId;
use crate::models::task::{Missing, Route, Tried};
use crate::models::timestamp::Timestamp;
use crate::services::ai::accounts::Seat;
use crate::services::ai::verdict::{self, Last, Next, RATE_LIMITED};
use crate::services::tasks::settle::{Delivered, Ending};
use crate::services::tasks::view;

mod ask;
mod counted;
mod poll;
mod previews;
mod request;
mod results;
mod sent;
mod share;
mod submit;
mod take_up;
mod together;

use ask::Asked;

/// How long a job rests that found all places at its vendor taken.
const REST: Duration = Duration::from_secs(5);

/// A place among those who are served by a vendor or wait for it, and none for tasks of the embedded engine.
pub struct Place(#[expect(dead_code, reason = "held, not looked at")] Option<OwnedSemaphorePermit>);

/// A place with the vendor of a task, so that a crowd before one vendor leaves the worker free for the others. `None`
/// when all are taken; the job has been put back in line then.
pub async fn take_place(app: &App, context: &Context, job: &Job, id: &TaskId) -> Result<Option<Place>, Failure> {
    if job.queue != jobs::Queue::Provider.as_str() {
        return Ok(Some(Place(None)));
    }
    let task_id = id.clone();
    let row = app.database.query::<_, Failure, _>(move |conn| Ok(tasks::by_id(conn, &task_id)?)).await?;
    let seats = row.map(|row| app.accounts.of(&row.ai_provider)).unwrap_or_default();
    if seats.is_empty() {
        return Ok(Some(Place(None)));
    }
    if let Some(permit) = seats.iter().find_map(|seat| seat.places.clone().try_acquire_owned().ok()) {
        return Ok(Some(Place(Some(permit))));
    }
    let (fence, later) = (context.fence, app.clock.now().after(REST).0);
    app.database.write::<_, Failure, _>(move |conn| Ok(jobs::release(conn, &fence, later)?)).await?;
    Ok(None)
}

/// Runs a task to its end, or until it is put back or interrupted.
pub async fn work(shift: &Shift<'_>) -> Run {
    match drive(shift).await {
        Ok(run) => run,
        Err(failure) => Run::Again(format!("{failure:?}")),
    }
}

async fn drive(shift: &Shift<'_>) -> Result<Run, Failure> {
    let id = shift.id.clone();
    let history = shift.app.database.query::<_, Failure, _>(move |conn| Ok(attempts::of_task(conn, &id)?)).await?;
    let spent = history.iter().filter_map(spent_account).collect();
    let routes = shift.task.routes()?.into_iter().map(|priced| priced.route).collect();
    let mut errand = Errand { shift, routes, tried: shift.task.tried_before()?, spent, history };
    if let Some(open) = errand.history.last().filter(|attempt| attempt.is_open()).cloned()
        && let Some(run) = errand.take_up(open).await?
    {
        return Ok(run);
    }
    loop {
        if shift.stop.is_set() {
            return Ok(Run::Ended(Ending::Cancelled { delivered: Vec::new() }));
        }
        let Some(chosen) = errand.choose() else {
            return Ok(Run::Ended(failed(Code::ProviderNotConfigured, "none of the task's models has an account now".to_owned())));
        };
        if let Some(until) = shift.app.accounts.health.is_full_until(&chosen.seat.account.id, shift.app.clock.now()) {
            return wait_until(shift, until).await;
        }
        let asked = ask::ask(shift, &chosen).await?;
        if let Some(run) = errand.follow(&chosen, asked).await? {
            return Ok(run);
        }
    }
}

/// Puts the job back in line: nobody was asked, because the account whose turn it is is full until then.
async fn wait_until(shift: &Shift<'_>, until: Timestamp) -> Result<Run, Failure> {
    let fence = shift.context.fence;
    shift.app.database.write::<_, Failure, _>(move |conn| Ok(jobs::release(conn, &fence, until.0)?)).await?;
    Ok(Run::PutBack)
}

/// The account of a try that failed because the account is of no use.
fn spent_account(attempt: &AttemptRow) -> Option<String> {
    let class = attempt.error_class.as_deref()?;
    let spent = [Class::Auth, Class::ProviderBilling].into_iter().any(|spent| verdict::class_name(spent) == class);
    attempt.account.clone().filter(|_| spent)
}

/// A task on its way through the models that it may be run on.
struct Errand<'a> {
    shift: &'a Shift<'a>,
    routes: Vec<Route>,
    tried: Vec<Tried>,
    /// Accounts that this task does not ask again now.
    spent: Vec<String>,
    history: Vec<AttemptRow>,
}

/// The model that is asked, and the account.
#[derive(Clone)]
struct Chosen<'a> {
    route: Route,
    model: &'a AiModel,
    seat: Arc<Seat>,
    /// Whether it is asked although it is left alone: there is no other.
    although_resting: bool,
}

impl<'a> Errand<'a> {
    /// The next model that was not tried in vain, and the account whose turn it is. A model that was begun is kept;
    /// otherwise accounts that failed lately are passed over while there are others.
    fn choose(&self) -> Option<Chosen<'a>> {
        let health = &self.shift.app.accounts.health;
        let vain = |tried: &Tried, route: &Route| tried.provider == route.provider && (tried.whole_account || tried.model == route.model);
        let open = |route: &&Route| !self.tried.iter().any(|tried| vain(tried, route));
        let able: Vec<Chosen<'a>> = self.routes.iter().filter(open).flat_map(|route| self.usable(route)).collect();
        let last = self.history.last();
        let begun = |chosen: &Chosen<'a>| last.is_some_and(|last| is_of(last, &chosen.route));
        let now = self.shift.app.clock.now();
        let rests = |chosen: &Chosen<'a>| health.is_resting(&chosen.seat.account.id, now);
        // One that is only full is worth waiting for; one that fails is not.
        let waits = |chosen: &Chosen<'a>| self.is_only_full(chosen);
        let place = able.iter().position(|chosen| begun(chosen) && !rests(chosen));
        let place = place.or_else(|| able.iter().position(|chosen| begun(chosen) && waits(chosen)));
        let place = place.or_else(|| able.iter().position(begun)).or_else(|| able.iter().position(|chosen| !rests(chosen)));
        let place = place.or_else(|| able.iter().position(waits));
        let chosen = able.into_iter().nth(place.unwrap_or_default())?;
        Some(Chosen { although_resting: rests(&chosen), ..chosen })
    }

    /// Whether an account is left alone for nothing but too many requests.
    fn is_only_full(&self, chosen: &Chosen<'_>) -> bool {
        let (health, now) = (&self.shift.app.accounts.health, self.shift.app.clock.now());
        let account = &chosen.seat.account.id;
        health.is_full_until(account, now).is_some() && health.rests_until(account, now).is_none()
    }

    /// A route with each account that serves it and that this task may still ask, the one whose turn it is first.
    fn usable(&self, route: &Route) -> Vec<Chosen<'a>> {
        let app = self.shift.app;
        let Some(model) = model_of(app, route) else { return Vec::new() };
        let seats = app.accounts.of(&route.provider).into_iter().filter(|seat| !self.spent.contains(&seat.account.id));
        seats.map(|seat| Chosen { route: route.clone(), model, seat, although_resting: false }).collect()
    }

    /// What follows from a call: the end of this run, or another call.
    async fn follow(&mut self, chosen: &Chosen<'_>, asked: Asked) -> Result<Option<Run>, Failure> {
        let app = self.shift.app;
        match asked {
            Asked::Made(delivered, missing) => {
                app.accounts.health.is_well(&chosen.seat.account.id);
                Ok(Some(Run::Ended(self.ending(delivered, missing))))
            }
            Asked::Stopped => Ok(Some(Run::Ended(Ending::Cancelled { delivered: Vec::new() }))),
            Asked::Overdue => {
                // What is done for nothing is nobody's loss.
                if !chosen.seat.adapter.abilities().repeatable {
                    app.accounts.health.count_ambiguous(&self.shift.id, &chosen.route.provider);
                }
                Ok(Some(Run::Ended(Ending::Cancelled { delivered: Vec::new() })))
            }
            Asked::Interrupted => Ok(Some(Run::Interrupted)),
            Asked::PassedOver => Ok(None),
            Asked::Halted(Halt::Failed(code, cause)) => Ok(Some(Run::Ended(failed(code, cause)))),
            Asked::Halted(Halt::Outside(cause)) => Ok(Some(Run::Again(cause))),
            Asked::Failed(error) => {
                tracing::warn!(task = %self.shift.id, account = chosen.seat.account.id, model = chosen.model.id, %error, "a vendor failed");
                app.accounts.health.failed(&chosen.seat.account.id, &error, app.clock.now());
                // What content rules refuse is settled as the operator says, whoever asked to stop meanwhile.
                let refused = matches!(error.class, Class::ContentPolicyInput | Class::ContentPolicyOutput);
                if self.shift.stop.is_set() && error.began != Began::Unknown && !refused {
                    return Ok(Some(Run::Ended(Ending::Cancelled { delivered: Vec::new() })));
                }
                self.after(&chosen.route, Some(&chosen.seat.account.id), &error).await
            }
        }
    }

    /// What was made when the owner asked to stop is delivered all the same: it is there, and paid for.
    fn ending(&self, delivered: Vec<Delivered>, missing: Vec<Missing>) -> Ending {
        if self.shift.stop.is_set() { Ending::Cancelled { delivered } } else { Ending::Completed { delivered, missing } }
    }

    async fn after(&mut self, route: &Route, account: Option<&str>, error: &Error) -> Result<Option<Run>, Failure> {
        let (waits, others) = self.failures(route, account);
        let limited = usize::from(error.class == Class::RateLimited);
        let next = verdict::next(error, waits + limited, others + 1 - limited);
        let last = match next {
            Next::ElseWhere(last) => {
                if let Some(next) = self.other_key(route, account, error.class) {
                    return self.turn_to(next.route, error).await;
                }
                self.tried.push(Tried {
                    provider: route.provider.clone(),
                    model: route.model.clone(),
                    code: verdict::code(error).as_str().to_owned(),
                    // A wrong key, an empty account, too many requests or a dead line are no better with another model.
                    whole_account: matches!(
                        error.class,
                        Class::Auth | Class::ProviderBilling | Class::RateLimited | Class::Network | Class::Timeout
                    ),
                });
                if let Some(chosen) = self.choose() {
                    return self.turn_to(chosen.route, error).await;
                }
                self.tried.pop();
                last
            }
            Next::Here(last) => last,
        };
        match last {
            Last::Again(rest) => self.come_back(rest, error).await.map(Some),
            Last::Fail(code) => {
                if error.began == Began::Unknown {
                    self.shift.app.accounts.health.count_ambiguous(&self.shift.id, &route.provider);
                }
                let settings = self.shift.app.settings.current(self.shift.app).await?;
                let refunded = verdict::is_refunded(error, settings.refund_refusals);
                let ending = Ending::Failed { code, cause: error.to_string(), class: Some(verdict::class_name(error.class)), refunded };
                Ok(Some(Run::Ended(ending)))
            }
        }
    }

    /// Another account with the same vendor, where the failure is one of the key: a wrong one, no money, too many requests.
    fn other_key(&mut self, route: &Route, account: Option<&str>, class: Class) -> Option<Chosen<'a>> {
        if !matches!(class, Class::Auth | Class::ProviderBilling | Class::RateLimited) {
            return None;
        }
        self.spent.extend(account.map(str::to_owned));
        let (health, now) = (&self.shift.app.accounts.health, self.shift.app.clock.now());
        let others = self.usable(route);
        let free = others.iter().position(|chosen| !health.is_resting(&chosen.seat.account.id, now));
        // A wrong key says nothing about one that is only full: that one is waited for.
        let waiting = || others.iter().position(|chosen| class != Class::RateLimited && self.is_only_full(chosen));
        free.or_else(waiting).map(|place| others[place].clone())
    }

    /// How many tries on a model failed so far: for want of room with an account, and otherwise.
    fn failures(&self, route: &Route, account: Option<&str>) -> (usize, usize) {
        let failed = self.history.iter().filter(|attempt| is_of(attempt, route) && attempt.state == State::Failed.as_str());
        let (waits, others): (Vec<_>, Vec<_>) = failed.partition(|attempt| attempt.error_class.as_deref() == Some(RATE_LIMITED));
        let here = waits.into_iter().filter(|attempt| attempt.account.as_deref() == account);
        // A key that was of no use says nothing of the model.
        (here.count(), others.into_iter().filter(|attempt| spent_account(attempt).is_none()).count())
    }

    /// Notes the failure and that another model is tried now.
    async fn turn_to(&mut self, next: Route, error: &Error) -> Result<Option<Run>, Failure> {
        let tried = serde_json::to_string(&self.tried).map_err(Failure::internal)?;
        let cause = FailedTry::of(error);
        let turned = self.shift.write(move |conn, id, now| {
            attempts::end(conn, id, State::Failed, Some(cause.cause()), now)?;
            tasks::note_retry(conn, id, now)?;
            tasks::reroute(conn, id, &next, &tried, now)?;
            Ok((view::reload(conn, id, now)?, attempts::of_task(conn, id)?))
        });
        let Some((snapshot, history)) = turned.await? else { return Ok(Some(Run::Interrupted)) };
        self.history = history;
        self.shift.reporter.renew(snapshot);
        Ok(None)
    }

    /// Notes the failure and puts the job back in line until the vendor may be asked again.
    async fn come_back(&self, rest: Duration, error: &Error) -> Result<Run, Failure> {
        let (fence, cause) = (self.shift.context.fence, FailedTry::of(error));
        let noted = self.shift.write(move |conn, id, now| {
            jobs::retry(conn, &fence, now.after(rest).0, &cause.message)?;
            attempts::end(conn, id, State::Failed, Some(cause.cause()), now)?;
            tasks::note_retry(conn, id, now)?;
            view::reload(conn, id, now)
        });
        let Some(snapshot) = noted.await? else { return Ok(Run::Interrupted) };
        self.shift.app.events.publish_task(&snapshot);
        Ok(Run::PutBack)
    }
}

fn is_of(attempt: &AttemptRow, route: &Route) -> bool {
    attempt.ai_provider == route.provider && attempt.ai_model == route.model
}

/// The model of a route, if it still exists.
fn model_of<'a>(app: &'a App, route: &Route) -> Option<&'a AiModel> {
    app.catalogue.models.iter().find(|model| model.id == route.model && model.provider == route.provider)
}

/// A failure as it is written with a try.
struct FailedTry {
    class: &'static str,
    code: Code,
    message: String,
}

impl FailedTry {
    fn of(error: &Error) -> Self {
        Self { class: verdict::class_name(error.class), code: verdict::code(error), message: error.to_string() }
    }

    fn cause(&self) -> Cause<'_> {
        Cause { class: Some(self.class), code: self.code.as_str(), message: &self.message }
    }
}
