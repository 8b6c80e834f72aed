//! Accepting a task. Everything that can be checked is checked first; then one transaction takes the credits,
//! writes the task and puts its job into the queue, so that all of it happens or none.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use db::Connection;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::number;
use super::order::{self, Order};
use super::view::{self, Snapshot};
use crate::app::App;
use crate::config::runtime::Runtime;
use crate::database::admission::{self, Admitted};
use crate::database::credits::{Account, Balance, Movement};
use crate::database::files::{FileRole, FileRow};
use crate::database::idempotency::{self, IdempotencyKey};
use crate::database::tasks::{self, TaskRow};
use crate::error::{Code, Failure};
use crate::models::catalogue::{Localized, PROMPT};
use crate::models::credits::{Reason, TransactionType};
use crate::models::id::{FileId, TaskId, UserId};
use crate::models::locale::Locale;
use crate::models::payload::RunTask;
use crate::models::prompt::PromptDetails;
use crate::models::task::{NewTask, PricedRoute, Route, Stage, TaskStatus};
use crate::models::timestamp::Timestamp;
use crate::models::user::User;
use crate::services::catalogue::EMBEDDED;
use crate::services::prompt_builder::sentence;
use crate::services::uploads::quota;

/// Attempts that one task may need because the server died under it. Failures of the work itself end it long
/// before (see `jobs::run_task`); this only ends a task that brings the server down each time.
const CRASH_LIMIT: i32 = 40;

/// Who asks for a task, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who.
    pub user: User,
    /// The language of the request.
    pub locale: Locale,
    /// What.
    pub new: NewTask,
    /// The `Idempotency-Key` it came with.
    pub key: Option<IdempotencyKey>,
    /// The task that this one repeats.
    pub retry_of: Option<TaskId>,
    /// What that one told its models.
    pub told_before: Option<PromptDetails>,
}

/// Accepts a task, or returns the one that the same key made before.
///
/// # Errors
/// Those of [`order::resolve`]; `idempotency_key_*`, `daily_task_limit`, `unfinished_task_limit`,
/// `insufficient_credits`, `storage_quota_exceeded`, `queue_full`. After any of them nothing is stored or charged.
pub async fn create(app: &App, request: Request) -> Result<Snapshot, Failure> {
    let now = app.clock.now();
    let (user_id, named, key) = (request.user.id.clone(), order::named_files(&request.new), request.key.clone());
    let known = app.database.query::<_, Failure, _>(move |conn| Ok(admission::known(conn, &user_id, &named, key.as_ref())?)).await?;
    if known.key_used
        && let Some(made) = made_for(app, &request.user.id, request.key.as_ref(), now).await?
    {
        return Ok(made);
    }
    let (files, mut balance) = (known.files, known.balance);
    let settings = app.settings.current(app).await?;
    let spendable = order::spendable(&request.user, &settings, balance.credits);
    let order = order::resolve(app, &settings, &request.new, &files, request.told_before.as_ref(), spendable, request.locale)?;
    let queue_full = app.queue_is_full().await?;
    let names = file_names(&request.new.input_files, &files);
    let turn = order.turn.clone();
    let admission = Admission::new(app, request, order, &settings, queue_full, &names);
    // What is refused already now costs no transaction. Who passes is checked again under the lock.
    admission.check_limits(&mut balance)?;
    let mut snapshot = match admission.admit(app).await? {
        Outcome::Replay(made) => return Ok(*made),
        Outcome::New(snapshot) => snapshot,
    };
    app.queue_grew();
    app.wake_workers();
    if let Some(turn) = &turn {
        app.accounts.had_turn(turn);
    }
    snapshot.files = files.into_iter().filter(|(id, _)| snapshot.row.input_files.contains(id.as_str())).collect();
    app.events.publish_task(&snapshot);
    app.events.publish_credits(app, &snapshot.row.owner()?).await;
    Ok(*snapshot)
}

/// A key as a caller sent it, for a route and what was sent there.
///
/// # Errors
/// `idempotency_key_invalid` unless it is 1 to 255 printable ASCII characters.
pub fn idempotency_key<T: Serialize>(route: &'static str, key: String, sent: &T) -> Result<IdempotencyKey, Failure> {
    if key.is_empty() || key.len() > 255 || !key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Err(Code::IdempotencyKeyInvalid.into());
    }
    let mut body = serde_json::to_value(sent).map_err(Failure::internal)?;
    // The order of an object's fields means nothing in JSON.
    body.sort_all_objects();
    let body = serde_json::to_vec(&body).map_err(Failure::internal)?;
    Ok(IdempotencyKey { route, key, body_hash: hex::encode(Sha256::digest(body)) })
}

/// The task that a key made before, if it made one.
///
/// # Errors
/// `idempotency_key_reused` when something else was sent then; `not_found` when the task was deleted since.
pub fn made_before(conn: &mut Connection, user_id: &UserId, key: &IdempotencyKey, now: Timestamp) -> Result<Option<Snapshot>, Failure> {
    let Some(used) = idempotency::find(conn, user_id, key)? else { return Ok(None) };
    if used.body_hash != key.body_hash {
        return Err(Code::IdempotencyKeyReused.into());
    }
    Ok(Some(view::of_user(conn, user_id, &used.task_id, now)?.ok_or(Code::NotFound)?))
}

/// [`made_before`] in a unit of its own; nothing without a key.
async fn made_for(app: &App, user_id: &UserId, key: Option<&IdempotencyKey>, now: Timestamp) -> Result<Option<Snapshot>, Failure> {
    let Some(key) = key.cloned() else { return Ok(None) };
    let user_id = user_id.clone();
    app.database.read(move |conn| made_before(conn, &user_id, &key, now)).await
}

/// The task of a twin, or else why this one was refused. That the database does not answer any more is no news: to be told
/// so would hide that a commit was not confirmed.
fn replay_or(refused: Refused, twin: Result<Option<Snapshot>, Failure>) -> Result<Outcome, Failure> {
    match twin {
        Ok(Some(made)) => Ok(Outcome::Replay(Box::new(made))),
        Err(failure) if !failure.is_outage => Err(failure),
        Ok(None) | Err(_) => Err(refused.failure()),
    }
}

/// A task about to be admitted; everything about it is decided.
#[derive(Clone)]
struct Admission {
    user_id: UserId,
    row: TaskRow,
    inputs: Vec<FileId>,
    parameter_files: Vec<FileId>,
    key: Option<IdempotencyKey>,
    credits: i64,
    max_per_day: u32,
    max_unfinished: u32,
    storage_limit: Option<i64>,
    today: i32,
    until_tomorrow: Duration,
    queue_full: bool,
    now: Timestamp,
}

enum Outcome {
    New(Box<Snapshot>),
    Replay(Box<Snapshot>),
}

impl Admission {
    fn new(app: &App, request: Request, order: Order<'_>, settings: &Runtime, queue_full: bool, names: &str) -> Self {
        let now = app.clock.now();
        let zone = &app.config.app.timezone;
        let unlimited = order::spendable(&request.user, settings, 0).is_none();
        let credits = if unlimited { 0 } else { order.credits() };
        let storage_limit = quota::limit(&request.user, settings);
        let (inputs, parameter_files) = (request.new.input_files.clone(), order.parameters.files.clone());
        let (user_id, key) = (request.user.id.clone(), request.key.clone());
        let (today, until_tomorrow) = (now.day(zone), now.until_tomorrow(zone));
        let task_no = number::draw(today, until_tomorrow);
        Self {
            row: row(request, order, task_no, names, credits, now),
            user_id,
            inputs,
            parameter_files,
            key,
            credits,
            max_per_day: if unlimited { 0 } else { settings.max_tasks_per_day },
            max_unfinished: if unlimited { 0 } else { settings.max_tasks_per_user },
            storage_limit,
            today,
            until_tomorrow,
            queue_full,
            now,
        }
    }

    /// Runs the transaction, again with another number in the rare case that a number is taken.
    async fn admit(self, app: &App) -> Result<Outcome, Failure> {
        let mut this = Arc::new(self);
        for _ in 0..TASK_NUMBER_TRIES {
            let unit = Arc::clone(&this);
            match app.database.write_in_turn::<_, Refused, _>(this.user_id.as_str(), move |conn| unit.transact(conn)).await {
                // Its place is told a moment later: counting a long queue is no work for the transaction.
                Ok(()) => {
                    let row = Arc::unwrap_or_clone(this).row;
                    return Ok(Outcome::New(Box::new(Snapshot { row, files: HashMap::new(), queue_position: None, preview: None })));
                }
                Err(Refused::NumberTaken) => this = Arc::new(this.renumbered()),
                // Nothing can be asked of a database that is away, unless it may have done this.
                Err(Refused::Failure(refused)) if refused.is_outage && refused.code != Code::Unconfirmed => return Err(refused),
                // A twin that had the account before this one has left its key, and perhaps no credits.
                Err(refused) => {
                    return replay_or(refused, made_for(app, &this.user_id, this.key.as_ref(), this.now).await);
                }
            }
        }
        Err(Failure::internal("no free task number was found"))
    }

    fn renumbered(&self) -> Self {
        let mut other = self.clone();
        other.row.task_no = number::draw(self.today, self.until_tomorrow);
        other.row.search_text = self.row.search_text.replacen(&self.row.task_no.to_lowercase(), &other.row.task_no.to_lowercase(), 1);
        other
    }

    /// Takes the credits, writes the task and enqueues its job.
    fn transact(&self, conn: &mut Connection) -> Result<(), Refused> {
        let mut account = Account::lock(conn, &self.user_id)?;
        self.check_limits(&mut account.now)?;
        let task_id = self.row.task_id()?;
        account.apply(Movement {
            transaction_type: TransactionType::Spend,
            reason: Reason::Task,
            amount: self.credits,
            task_id: Some(task_id.clone()),
            payment_id: None,
            note: None,
            effect_key: format!("task:{task_id}:spend"),
        });
        let admitted = Admitted {
            row: &self.row,
            account: &account,
            files: &[(FileRole::Input, &self.inputs), (FileRole::Parameter, &self.parameter_files)],
            key: self.key.as_ref(),
            job: &job(&self.row, &task_id)?,
        };
        match admission::store(conn, &admitted, self.now) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Refused::KeyTaken),
            Err(error) if db::unique_violation_on(&error, "ai_tasks", &["task_no"]) => Err(Refused::NumberTaken),
            // A file that was there when the request began may have gone with a task that was wiped since.
            Err(error) if db::is_foreign_key_violation(&error) => Err(Failure::new(Code::FileNotReady).into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Counts the task and refuses it in the documented order.
    fn check_limits(&self, balance: &mut Balance) -> Result<(), Failure> {
        if balance.tasks_day != self.today {
            balance.tasks_day = self.today;
            balance.tasks_today = 0;
        }
        if self.max_per_day > 0 && balance.tasks_today.unsigned_abs() >= self.max_per_day {
            let seconds = self.until_tomorrow.as_secs().max(1);
            let hours = seconds.div_ceil(3600);
            return Err(Failure::new(Code::DailyTaskLimit).with("limit", self.max_per_day).with("hours", hours).retry_after(seconds));
        }
        if self.max_unfinished > 0 && balance.unfinished_tasks.unsigned_abs() >= self.max_unfinished {
            return Err(Failure::new(Code::UnfinishedTaskLimit).with("limit", self.max_unfinished).retry_after(5));
        }
        if balance.credits < self.credits {
            return Err(Failure::new(Code::InsufficientCredits).with("required", self.credits).with("balance", balance.credits));
        }
        // What it makes is kept however large it is; so there has to be some room.
        quota::check(balance.storage_bytes, 1, self.storage_limit)?;
        if self.queue_full {
            return Err(Failure::new(Code::QueueFull).with("seconds", QUEUE_FULL_SECONDS).retry_after(QUEUE_FULL_SECONDS));
        }
        balance.tasks_today += 1;
        balance.unfinished_tasks += 1;
        Ok(())
    }
}

/// A second try is rare, a fourth practically never needed.
const TASK_NUMBER_TRIES: usize = 4;
/// When to try again once the queue is full.
const QUEUE_FULL_SECONDS: u64 = 15;

/// Why a transaction was rolled back.
enum Refused {
    Failure(Failure),
    NumberTaken,
    /// A twin was faster, which happens whenever a button is pressed twice: no fault, and none to be logged.
    KeyTaken,
}

impl Refused {
    /// The answer where no twin has made the task.
    fn failure(self) -> Failure {
        match self {
            Refused::Failure(failure) => failure,
            Refused::NumberTaken => Failure::internal("the number was taken"),
            Refused::KeyTaken => Failure::internal("the key was taken, and names no task"),
        }
    }
}

impl<E: Into<Failure>> From<E> for Refused {
    fn from(error: E) -> Self {
        Refused::Failure(error.into())
    }
}

/// What runs here needs the processor, what a vendor runs only waits: neither stands in the other's way.
fn job(row: &TaskRow, task_id: &TaskId) -> Result<jobs::NewJob, Failure> {
    Ok(jobs::NewJob {
        queue: if row.ai_provider == EMBEDDED { jobs::Queue::Engine } else { jobs::Queue::Provider },
        kind: RunTask::KIND,
        payload: serde_json::to_string(&RunTask { task_id: task_id.clone() }).map_err(Failure::internal)?,
        priority: 0,
        fair_key: row.user_id.clone(),
        run_at: None,
        max_attempts: CRASH_LIMIT,
        unique_key: Some(RunTask::unique_key(task_id)),
    })
}

fn row(request: Request, order: Order<'_>, task_no: String, names: &str, credits: i64, now: Timestamp) -> TaskRow {
    let prompt = prompt(&order, request.locale);
    TaskRow {
        id: TaskId::new().into(),
        user_id: request.user.id.into(),
        status: TaskStatus::Pending.as_str().to_owned(),
        stage: Stage::Queued.as_str().to_owned(),
        search_text: search_text(&order, &task_no, names, prompt.as_deref()),
        prompt_details: if order.told.built.is_empty() { "{}".to_owned() } else { json(&order.told) },
        task_no,
        task_type: order.tool.task_type.clone(),
        ai_provider: order.model.provider.clone(),
        ai_model: order.model.id.clone(),
        routes: json(&routes(&order, credits)),
        tried_before: "[]".to_owned(),
        model_named: request.new.model.is_some(),
        style: request.new.style.clone(),
        input_files: json(&request.new.input_files),
        input_parameters: json(&order.parameters.values),
        prompt,
        result_urls: "[]".to_owned(),
        result_metadata: "{}".to_owned(),
        error_code: None,
        error_message: None,
        retry_count: 0,
        retry_of: request.retry_of.map(String::from),
        version: tasks::VERSION_STEP,
        progress: 0.0,
        picture_count: order.count,
        credits,
        credits_refunded: 0,
        cancel_requested_at: None,
        estimated_completion_at: Some(now.after(Duration::from_secs_f64(order.estimated_seconds)).0),
        started_at: None,
        completed_at: None,
        created_at: now.0,
        updated_at: now.0,
        deleted_at: None,
    }
}

/// The models with their prices of now. Whoever is charged nothing is charged nothing on any of them.
fn routes(order: &Order<'_>, credits: i64) -> Vec<PricedRoute> {
    let priced = order.routes.iter().map(|(model, price)| PricedRoute {
        route: Route { provider: model.provider.clone(), model: model.id.clone() },
        price: Some(if credits == 0 { 0 } else { *price }),
    });
    priced.collect()
}

/// The names people gave the pictures, in their order.
fn file_names(inputs: &[FileId], files: &HashMap<String, FileRow>) -> String {
    let names: Vec<_> = inputs.iter().filter_map(|id| Some(files.get(id.as_str())?.name.as_str())).collect();
    names.join(" ")
}

/// The final prompt for the model that comes first, or the tool's sentence.
fn prompt(order: &Order<'_>, locale: Locale) -> Option<String> {
    let told = order.told.told(&order.model.id).map(|told| told.prompt.clone());
    told.filter(|prompt| !prompt.is_empty()).or_else(|| sentence(order.tool, order.style, locale))
}

/// What search finds a task by: number, tool, style and template in both languages, file names, and own words or else the
/// tool's sentence. What was added to the own words is not what somebody remembers.
fn search_text(order: &Order<'_>, task_no: &str, names: &str, prompt: Option<&str>) -> String {
    let words = order.words.as_ref();
    let look = order.style.map(|style| &style.name).or_else(|| words.and_then(|words| words.style).map(|style| &style.name));
    let template = words.and_then(|words| words.template).map(|template| &template.name);
    let named: Vec<&str> = [Some(&order.tool.name), look, template].into_iter().flatten().flat_map(Localized::both).collect();
    let own = order.parameters.values.get(PROMPT).and_then(Value::as_str).or(prompt).unwrap_or_default();
    [task_no, &named.join(" "), names, own].join(" ").to_lowercase()
}

/// Ids and checked parameters always have a JSON form.
fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unconfirmed_create_is_not_hidden_by_a_database_that_is_still_away() {
        let unconfirmed = || Failure::from(db::Error::CommitFailed("gone".to_owned()));
        let code = |twin| replay_or(unconfirmed().into(), twin).err().map(|failure| failure.code);
        assert_eq!(code(Err(db::Error::Unavailable("gone".to_owned()).into())), Some(Code::Unconfirmed));
        assert_eq!(code(Ok(None)), Some(Code::Unconfirmed));
        assert_eq!(code(Err(Code::IdempotencyKeyReused.into())), Some(Code::IdempotencyKeyReused));
    }
}
