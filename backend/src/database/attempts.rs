//! The tries at running a task: one row for each, so that the history says who did what. They are numbered by
//! themselves; one claim of a job may make several, and one that waits at a vendor outlives many claims.

use db::Connection;
use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::schema::task_attempts;
use crate::models::cost::Cost;
use crate::models::id::TaskId;
use crate::models::timestamp::Timestamp;

/// How a try stands. Nothing moves it on once it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The request is on its way, or was when the worker died: it may have been taken.
    Submitting,
    /// The vendor has it in its queue.
    Queued,
    /// It is being worked on.
    Running,
    /// The vendor has made the pictures; they are fetched, checked and stored.
    Fetching,
    /// It ended with pictures.
    Succeeded,
    /// It ended without.
    Failed,
    /// The owner stopped it.
    Cancelled,
    /// Its worker died or was too late; nobody will hear of it.
    Lost,
}

impl State {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Submitting => "submitting",
            State::Queued => "queued",
            State::Running => "running",
            State::Fetching => "fetching",
            State::Succeeded => "succeeded",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
            State::Lost => "lost",
        }
    }
}

/// States in which a try has not ended.
const OPEN: [&str; 5] = ["created", "submitting", "queued", "running", "fetching"];

#[auto_type(no_type_alias)]
fn is_open() -> _ {
    let states: [&'static str; 5] = OPEN;
    task_attempts::state.eq_any(states)
}

/// A try.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = task_attempts)]
#[expect(missing_docs, reason = "the columns say what they are")]
pub struct AttemptRow {
    pub attempt: i32,
    pub ai_provider: String,
    pub ai_model: String,
    pub account: Option<String>,
    pub state: String,
    pub handle: Option<String>,
    pub error_class: Option<String>,
    pub created_at: i64,
}

impl AttemptRow {
    /// Whether it has not ended.
    #[must_use]
    pub fn is_open(&self) -> bool {
        OPEN.contains(&self.state.as_str())
    }
}

/// Why a try ended without pictures.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    /// The kind of failure in the words of all vendors, when a vendor failed.
    pub class: Option<&'a str>,
    /// What the owner is told.
    pub code: &'a str,
    /// What the operator is told.
    pub message: &'a str,
}

/// Who is asked.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The vendor, or the embedded engine.
    pub provider: &'a str,
    /// The model.
    pub model: &'a str,
    /// The account with the vendor: only it can ask how the request stands.
    pub account: Option<&'a str>,
}

/// Notes that a try begins, and that those before it which never ended were lost with their worker. Returns its number.
pub fn begin(conn: &mut Connection, task_id: &TaskId, by: By<'_>, state: State, now: Timestamp) -> QueryResult<i32> {
    let of_task = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str()));
    let newest: QueryResult<i32> = db::get!(conn, of_task.order(task_attempts::attempt.desc()).select(task_attempts::attempt).limit(1));
    let number = newest.optional()?.unwrap_or_default() + 1;
    if number > 1 {
        move_on(conn, task_id, State::Lost, now)?;
    }
    db::insert!(
        conn,
        diesel::insert_into(task_attempts::table).values((
            task_attempts::task_id.eq(task_id.as_str()),
            task_attempts::attempt.eq(number),
            task_attempts::ai_provider.eq(by.provider),
            task_attempts::ai_model.eq(by.model),
            task_attempts::account.eq(by.account),
            task_attempts::state.eq(state.as_str()),
            task_attempts::created_at.eq(now.0),
            task_attempts::updated_at.eq(now.0),
        ))
    )?;
    Ok(number)
}

/// All tries at a task, in order.
pub fn of_task(conn: &mut Connection, task_id: &TaskId) -> QueryResult<Vec<AttemptRow>> {
    let of_task = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str()));
    db::load!(conn, of_task.order(task_attempts::attempt).select(AttemptRow::as_select()))
}

/// Where the vendor keeps the request of a try that has not ended, as JSON.
pub fn open_handle(conn: &mut Connection, task_id: &TaskId) -> QueryResult<Option<String>> {
    let open = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str())).filter(is_open());
    let handle: Option<Option<String>> = open.select(task_attempts::handle).first(conn).optional()?;
    Ok(handle.flatten())
}

/// The try at a task that has not ended: a vendor may be at work on it.
pub fn open(conn: &mut Connection, task_id: &TaskId) -> QueryResult<Option<AttemptRow>> {
    let open = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str())).filter(is_open());
    open.select(AttemptRow::as_select()).first(conn).optional()
}

/// When the newest try at a task began, if there was one.
pub fn last_began(conn: &mut Connection, task_id: &TaskId) -> QueryResult<Option<Timestamp>> {
    let of_task = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str()));
    let newest = of_task.order(task_attempts::attempt.desc()).select(task_attempts::created_at).limit(1);
    let began: QueryResult<i64> = db::get!(conn, newest);
    Ok(began.optional()?.map(Timestamp))
}

/// Notes how the unfinished tries of a task stand.
pub fn move_on(conn: &mut Connection, task_id: &TaskId, state: State, now: Timestamp) -> QueryResult<()> {
    let open = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str())).filter(is_open());
    let change = diesel::update(open).set((task_attempts::state.eq(state.as_str()), task_attempts::updated_at.eq(now.0)));
    db::execute!(conn, change).map(drop)
}

/// What a vendor counted for a try, and what that costs the operator.
#[derive(Debug, Clone)]
pub struct Counted {
    /// As JSON.
    pub usage: String,
    /// What it costs; none where nobody knows.
    pub cost: Option<Cost>,
    /// The version of the price table that says so.
    pub price_version: Option<String>,
}

/// Notes where the vendor keeps the request of the unfinished try, as JSON.
pub fn accepted(conn: &mut Connection, task_id: &TaskId, handle: &str, now: Timestamp) -> QueryResult<()> {
    let open = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str())).filter(is_open());
    let change = diesel::update(open).set((
        task_attempts::state.eq(State::Queued.as_str()),
        task_attempts::handle.eq(handle),
        task_attempts::updated_at.eq(now.0),
    ));
    db::execute!(conn, change).map(drop)
}

/// Notes what the vendor counted for the unfinished try. It stays when the try fails later: it is paid for.
pub fn counted(conn: &mut Connection, task_id: &TaskId, counted: &Counted, now: Timestamp) -> QueryResult<()> {
    let open = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str())).filter(is_open());
    let change = diesel::update(open).set((
        task_attempts::usage.eq(&counted.usage),
        task_attempts::cost_micros.eq(counted.cost.map(|cost| cost.micros)),
        task_attempts::cost_currency.eq(counted.cost.map(|cost| cost.currency.as_str())),
        task_attempts::price_version.eq(counted.price_version.as_deref()),
        task_attempts::updated_at.eq(now.0),
    ));
    db::execute!(conn, change).map(drop)
}

/// Notes how the unfinished tries of a task ended.
pub fn end(conn: &mut Connection, task_id: &TaskId, state: State, cause: Option<Cause<'_>>, now: Timestamp) -> QueryResult<()> {
    let open = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str())).filter(is_open());
    let change = diesel::update(open).set((
        task_attempts::state.eq(state.as_str()),
        task_attempts::error_class.eq(cause.and_then(|cause| cause.class)),
        task_attempts::error_code.eq(cause.map(|cause| cause.code)),
        task_attempts::error_message.eq(cause.map(|cause| cause.message)),
        task_attempts::updated_at.eq(now.0),
    ));
    db::execute!(conn, change).map(drop)
}
