//! Tasks.

use db::Connection;
use diesel::dsl::{AsExprOf, auto_type, case_when};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::files::FileRow;
use super::schema::{ai_tasks, files, task_files};
use super::{damaged, stored};
use crate::models::id::{FileId, TaskId, UserId};
use crate::models::prompt::PromptDetails;
use crate::models::task::{PricedRoute, ResultMetadata, Route, Stage, TaskStatus, Tried};
use crate::models::timestamp::Timestamp;

mod search;
pub mod watched;

pub use search::{TaskFilter, page};

/// How far one stored change of a task lies above the one before. Progress that is sent but not stored counts
/// upwards by one in between, so the next stored change is always the higher.
pub const VERSION_STEP: i64 = 1_000_000;

/// A row of `ai_tasks`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = ai_tasks, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are documented where they are shown, in models::task::Task")]
pub struct TaskRow {
    pub id: String,
    pub task_no: String,
    pub user_id: String,
    pub task_type: String,
    pub status: String,
    pub stage: String,
    pub ai_provider: String,
    pub ai_model: String,
    pub routes: String,
    pub tried_before: String,
    pub model_named: bool,
    pub style: Option<String>,
    pub input_files: String,
    pub input_parameters: String,
    pub prompt: Option<String>,
    pub prompt_details: String,
    pub search_text: String,
    pub result_urls: String,
    pub result_metadata: String,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub retry_count: i32,
    pub retry_of: Option<String>,
    pub version: i64,
    pub progress: f64,
    pub picture_count: i32,
    pub credits: i64,
    pub credits_refunded: i64,
    pub cancel_requested_at: Option<i64>,
    pub estimated_completion_at: Option<i64>,
    pub started_at: Option<i64>,
    pub completed_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub deleted_at: Option<i64>,
}

impl TaskRow {
    /// Its id, typed.
    pub fn task_id(&self) -> QueryResult<TaskId> {
        stored(&self.id)
    }

    /// Its owner, typed.
    pub fn owner(&self) -> QueryResult<UserId> {
        stored(&self.user_id)
    }

    /// Its state.
    pub fn status(&self) -> QueryResult<TaskStatus> {
        TaskStatus::parse(&self.status).ok_or_else(|| damaged(&self.status))
    }

    /// The pictures it works on, in order.
    pub fn input_ids(&self) -> QueryResult<Vec<FileId>> {
        serde_json::from_str(&self.input_files).map_err(|_| damaged(&self.input_files))
    }

    /// The pictures it made, in order.
    pub fn result_ids(&self) -> QueryResult<Vec<FileId>> {
        serde_json::from_str(&self.result_urls).map_err(|_| damaged(&self.result_urls))
    }

    /// What was noted about the pictures it made.
    pub fn result_metadata(&self) -> QueryResult<ResultMetadata> {
        serde_json::from_str(&self.result_metadata).map_err(|_| damaged(&self.result_metadata))
    }

    /// The models that it may be run on, in order.
    pub fn routes(&self) -> QueryResult<Vec<PricedRoute>> {
        serde_json::from_str(&self.routes).map_err(|_| damaged(&self.routes))
    }

    /// The attempts at other models that failed.
    pub fn tried_before(&self) -> QueryResult<Vec<Tried>> {
        serde_json::from_str(&self.tried_before).map_err(|_| damaged(&self.tried_before))
    }

    /// How its words came to be; empty for tools that take none.
    pub fn prompt_details(&self) -> QueryResult<PromptDetails> {
        serde_json::from_str(&self.prompt_details).map_err(|_| damaged(&self.prompt_details))
    }

    /// What was asked.
    pub fn parameters(&self) -> QueryResult<serde_json::Map<String, serde_json::Value>> {
        serde_json::from_str(&self.input_parameters).map_err(|_| damaged(&self.input_parameters))
    }
}

/// The states in which a task can still change.
const UNFINISHED: [&str; 2] = [TaskStatus::Pending.as_str(), TaskStatus::Processing.as_str()];

#[auto_type(no_type_alias)]
fn is_unfinished() -> _ {
    let states: [&'static str; 2] = UNFINISHED;
    ai_tasks::status.eq_any(states)
}

/// A task of an account that is not deleted.
pub fn of_user(conn: &mut Connection, user_id: &UserId, id: &TaskId) -> QueryResult<Option<TaskRow>> {
    let own = ai_tasks::table.find(id.as_str()).filter(ai_tasks::user_id.eq(user_id.as_str()));
    db::get!(conn, own.filter(ai_tasks::deleted_at.is_null()).select(TaskRow::as_select())).optional()
}

/// A task of an account as it is shown: with its files and, by this key of its job, the number of jobs before it.
pub struct Shown {
    /// The task.
    pub row: TaskRow,
    /// Those that it holds, each once for each role.
    pub files: Vec<FileRow>,
    /// While it waits for its turn.
    pub jobs_before: Option<i64>,
}

/// A task of an account that is not deleted, with all that is shown of it, in one statement.
pub fn shown(conn: &mut Connection, user_id: &UserId, id: &TaskId, job_key: &str, now: Timestamp) -> QueryResult<Option<Shown>> {
    let own = ai_tasks::table.find(id.as_str()).filter(ai_tasks::user_id.eq(user_id.as_str())).filter(ai_tasks::deleted_at.is_null());
    let with_files = own.left_join(task_files::table.inner_join(files::table));
    let before = jobs::JobsBefore::new(job_key, now.0);
    let rows: Vec<(TaskRow, Option<FileRow>, Option<i64>)> =
        db::load!(conn, with_files.select((TaskRow::as_select(), Option::<FileRow>::as_select(), before)))?;
    let mut rows = rows.into_iter();
    let Some((row, file, jobs_before)) = rows.next() else { return Ok(None) };
    let files = file.into_iter().chain(rows.filter_map(|(_, file, _)| file)).collect();
    Ok(Some(Shown { row, files, jobs_before }))
}

/// Keeps everybody else from changing a task until the transaction ends, so that what is read of it and of its tries from
/// here on is what it is changed by. The account comes before, where both are locked.
pub fn lock(conn: &mut Connection, id: &TaskId) -> QueryResult<()> {
    let found: Option<String> = db::get_for_update!(conn, ai_tasks::table.find(id.as_str()).select(ai_tasks::id)).optional()?;
    drop(found);
    Ok(())
}

/// A deleted task of an account.
pub fn deleted_of_user(conn: &mut Connection, user_id: &UserId, id: &TaskId) -> QueryResult<Option<TaskRow>> {
    ai_tasks::table
        .find(id.as_str())
        .filter(ai_tasks::user_id.eq(user_id.as_str()))
        .filter(ai_tasks::deleted_at.is_not_null())
        .select(TaskRow::as_select())
        .first(conn)
        .optional()
}

/// Those of the given tasks that belong to an account and are not deleted.
pub fn many_of_user(conn: &mut Connection, user_id: &UserId, ids: &[TaskId]) -> QueryResult<Vec<TaskRow>> {
    ai_tasks::table
        .filter(ai_tasks::user_id.eq(user_id.as_str()))
        .filter(ai_tasks::id.eq_any(ids.iter().map(TaskId::as_str)))
        .filter(ai_tasks::deleted_at.is_null())
        .select(TaskRow::as_select())
        .load(conn)
}

/// A task, whoever owns it: for workers.
pub fn by_id(conn: &mut Connection, id: &TaskId) -> QueryResult<Option<TaskRow>> {
    db::get!(conn, ai_tasks::table.find(id.as_str()).select(TaskRow::as_select())).optional()
}

/// An account's unfinished tasks and those that changed since a moment, at most `limit`, newest changes first.
pub fn unfinished_or_changed(conn: &mut Connection, user_id: &UserId, since: Timestamp, limit: i64) -> QueryResult<Vec<TaskRow>> {
    ai_tasks::table
        .filter(ai_tasks::user_id.eq(user_id.as_str()))
        .filter(ai_tasks::deleted_at.is_null())
        .filter(is_unfinished().or(ai_tasks::updated_at.ge(since.0)))
        .order(ai_tasks::updated_at.desc())
        .limit(limit)
        .select(TaskRow::as_select())
        .load(conn)
}

/// An account's tasks that were deleted since a moment and not restored, at most `limit`, newest deletions first.
pub fn deleted_since(conn: &mut Connection, user_id: &UserId, since: Timestamp, limit: i64) -> QueryResult<Vec<TaskId>> {
    let ids: Vec<String> = ai_tasks::table
        .filter(ai_tasks::user_id.eq(user_id.as_str()))
        .filter(ai_tasks::deleted_at.is_not_null())
        // A deletion is a change, and changes have an index.
        .filter(ai_tasks::updated_at.ge(since.0))
        .order(ai_tasks::updated_at.desc())
        .limit(limit)
        .select(ai_tasks::id)
        .load(conn)?;
    ids.iter().map(|id| stored(id)).collect()
}

/// The stage of work, except for a task that is asked to stop: that is what is shown of it until it ends.
#[auto_type(no_type_alias)]
fn unless_cancelling(stage: &'static str) -> _ {
    let stage: AsExprOf<&'static str, Text> = stage.into_sql::<Text>();
    case_when(ai_tasks::cancel_requested_at.is_null(), stage).otherwise(ai_tasks::stage)
}

/// When a run of a task takes place.
pub struct RunTimes {
    /// When the first of its runs began.
    pub first_started_at: Timestamp,
    /// When this one will probably end; for a task that is asked to stop, when it ends at the latest.
    pub finish_at: Timestamp,
}

/// Moves a task from the queue to a worker. False when it is not unfinished any more.
pub fn start(conn: &mut Connection, id: &TaskId, run: &RunTimes, now: Timestamp) -> QueryResult<bool> {
    let unfinished = ai_tasks::table.find(id.as_str()).filter(is_unfinished());
    let change = diesel::update(unfinished).set((
        ai_tasks::status.eq(TaskStatus::Processing.as_str()),
        ai_tasks::stage.eq(unless_cancelling(Stage::Starting.as_str())),
        ai_tasks::started_at.eq(run.first_started_at.0),
        ai_tasks::estimated_completion_at.eq(run.finish_at.0),
        ai_tasks::version.eq(ai_tasks::version + VERSION_STEP),
        ai_tasks::updated_at.eq(now.0),
    ));
    let changed = db::execute!(conn, change)?;
    Ok(changed == 1)
}

/// Notes how far a running task is. Nothing happens once it is final.
pub fn note_progress(conn: &mut Connection, id: &TaskId, stage: Stage, progress: f64, version: i64, now: Timestamp) -> QueryResult<()> {
    let running = ai_tasks::table
        .find(id.as_str())
        .filter(ai_tasks::status.eq(TaskStatus::Processing.as_str()))
        .filter(ai_tasks::version.lt(version));
    let change = diesel::update(running).set((
        ai_tasks::stage.eq(stage.as_str()),
        ai_tasks::progress.eq(progress),
        ai_tasks::version.eq(version),
        ai_tasks::updated_at.eq(now.0),
    ));
    db::execute!(conn, change).map(drop)
}

/// Notes that an attempt failed and another follows.
pub fn note_retry(conn: &mut Connection, id: &TaskId, now: Timestamp) -> QueryResult<()> {
    let running = ai_tasks::table.find(id.as_str()).filter(ai_tasks::status.eq(TaskStatus::Processing.as_str()));
    let change = diesel::update(running).set((
        ai_tasks::stage.eq(unless_cancelling(Stage::Retrying.as_str())),
        ai_tasks::progress.eq(0.0),
        ai_tasks::retry_count.eq(ai_tasks::retry_count + 1),
        ai_tasks::version.eq(ai_tasks::version + VERSION_STEP),
        ai_tasks::updated_at.eq(now.0),
    ));
    db::execute!(conn, change).map(drop)
}

/// Notes on which model a running task is tried now, and where it was tried before (as JSON).
pub fn reroute(conn: &mut Connection, id: &TaskId, route: &Route, tried_before: &str, now: Timestamp) -> QueryResult<()> {
    let running = ai_tasks::table.find(id.as_str()).filter(ai_tasks::status.eq(TaskStatus::Processing.as_str()));
    let change = diesel::update(running).set((
        ai_tasks::ai_provider.eq(&route.provider),
        ai_tasks::ai_model.eq(&route.model),
        ai_tasks::tried_before.eq(tried_before),
        ai_tasks::version.eq(ai_tasks::version + VERSION_STEP),
        ai_tasks::updated_at.eq(now.0),
    ));
    db::execute!(conn, change).map(drop)
}

/// Notes on which model a running task is tried now, when another one is passed over.
pub fn turn(conn: &mut Connection, id: &TaskId, route: &Route, now: Timestamp) -> QueryResult<()> {
    let running = ai_tasks::table.find(id.as_str()).filter(ai_tasks::status.eq(TaskStatus::Processing.as_str()));
    let change = diesel::update(running).set((
        ai_tasks::ai_provider.eq(&route.provider),
        ai_tasks::ai_model.eq(&route.model),
        ai_tasks::version.eq(ai_tasks::version + VERSION_STEP),
        ai_tasks::updated_at.eq(now.0),
    ));
    db::execute!(conn, change).map(drop)
}

/// Notes the id under which a vendor knows a task.
pub fn note_vendor_id(conn: &mut Connection, id: &TaskId, vendor_id: &str) -> QueryResult<()> {
    let change = diesel::update(ai_tasks::table.find(id.as_str())).set(ai_tasks::ai_task_id.eq(vendor_id));
    db::execute!(conn, change).map(drop)
}

/// Asks the worker that has a task to stop; it may not have begun. `ends_by` is when it ends at the latest. False when it is
/// final or was asked before.
pub fn request_cancel(conn: &mut Connection, id: &TaskId, ends_by: Timestamp, now: Timestamp) -> QueryResult<bool> {
    let unfinished = ai_tasks::table.find(id.as_str()).filter(is_unfinished());
    let change = diesel::update(unfinished.filter(ai_tasks::cancel_requested_at.is_null())).set((
        ai_tasks::cancel_requested_at.eq(now.0),
        ai_tasks::estimated_completion_at.eq(ends_by.0),
        ai_tasks::stage.eq(Stage::Cancelling.as_str()),
        ai_tasks::version.eq(ai_tasks::version + VERSION_STEP),
        ai_tasks::updated_at.eq(now.0),
    ));
    let changed = db::execute!(conn, change)?;
    Ok(changed == 1)
}

/// What a worker is told about a task that it runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// The owner asked to stop it.
    pub stop: bool,
    /// When its vendor called back last.
    pub called_back: Option<Timestamp>,
}

/// What the worker of a task is to know.
pub fn told(conn: &mut Connection, id: &TaskId) -> QueryResult<Told> {
    let columns = (ai_tasks::cancel_requested_at, ai_tasks::called_back_at);
    let (cancelled, called): (Option<i64>, Option<i64>) = db::get!(conn, ai_tasks::table.find(id.as_str()).select(columns))?;
    Ok(Told { stop: cancelled.is_some(), called_back: called.map(Timestamp) })
}

/// The unfinished task that a vendor knows under an id.
pub fn of_vendor(conn: &mut Connection, provider: &str, vendor_id: &str) -> QueryResult<Option<TaskId>> {
    let known = ai_tasks::table.filter(ai_tasks::ai_task_id.eq(vendor_id)).filter(ai_tasks::ai_provider.eq(provider));
    let id: Option<String> = known.filter(is_unfinished()).select(ai_tasks::id).first(conn).optional()?;
    id.map(|id| stored(&id)).transpose()
}

/// Notes that the vendor of a task called back. It is no change that anybody sees.
pub fn note_called_back(conn: &mut Connection, id: &TaskId, now: Timestamp) -> QueryResult<()> {
    let change = diesel::update(ai_tasks::table.find(id.as_str())).set(ai_tasks::called_back_at.eq(now.0));
    db::execute!(conn, change).map(drop)
}

/// How a task ends.
pub struct Ending<'a> {
    /// A final state.
    pub status: TaskStatus,
    /// Delivered files, as JSON.
    pub result_files: &'a str,
    /// Facts about the results, as JSON.
    pub metadata: &'a str,
    /// Why, when it failed.
    pub error_code: Option<&'a str>,
    /// The cause for the operator; never shown to the owner.
    pub error_message: Option<&'a str>,
    /// Credits given back.
    pub credits_refunded: i64,
}

/// Makes a task final. False when it was final already: whoever loses this race does nothing.
pub fn finish(conn: &mut Connection, id: &TaskId, ending: &Ending<'_>, now: Timestamp) -> QueryResult<bool> {
    let unfinished = ai_tasks::table.find(id.as_str()).filter(is_unfinished());
    let progress = if ending.status == TaskStatus::Completed { 1.0 } else { 0.0 };
    let change = diesel::update(unfinished).set((
        ai_tasks::status.eq(ending.status.as_str()),
        ai_tasks::stage.eq(Stage::Done.as_str()),
        ai_tasks::result_urls.eq(ending.result_files),
        ai_tasks::result_metadata.eq(ending.metadata),
        ai_tasks::error_code.eq(ending.error_code),
        ai_tasks::error_message.eq(ending.error_message),
        ai_tasks::credits_refunded.eq(ending.credits_refunded),
        ai_tasks::progress.eq(progress),
        ai_tasks::completed_at.eq(now.0),
        ai_tasks::version.eq(ai_tasks::version + VERSION_STEP),
        ai_tasks::updated_at.eq(now.0),
    ));
    let changed = db::execute!(conn, change)?;
    Ok(changed == 1)
}

/// Marks a final task as deleted. False when it is unfinished or deleted already.
pub fn delete(conn: &mut Connection, id: &TaskId, now: Timestamp) -> QueryResult<bool> {
    let finals = [TaskStatus::Completed, TaskStatus::Failed, TaskStatus::Cancelled].map(TaskStatus::as_str);
    let target = ai_tasks::table.find(id.as_str()).filter(ai_tasks::deleted_at.is_null()).filter(ai_tasks::status.eq_any(finals));
    let changed = diesel::update(target)
        .set((ai_tasks::deleted_at.eq(now.0), ai_tasks::version.eq(ai_tasks::version + VERSION_STEP), ai_tasks::updated_at.eq(now.0)))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Takes a deletion back. False when the task is not deleted, or was not deleted after `deleted_after`; from that
/// moment on [`wipe`] takes it.
pub fn restore(conn: &mut Connection, id: &TaskId, deleted_after: Timestamp, now: Timestamp) -> QueryResult<bool> {
    let changed = diesel::update(ai_tasks::table.find(id.as_str()).filter(ai_tasks::deleted_at.gt(deleted_after.0)))
        .set((ai_tasks::deleted_at.eq(None::<i64>), ai_tasks::version.eq(ai_tasks::version + VERSION_STEP), ai_tasks::updated_at.eq(now.0)))
        .execute(conn)?;
    Ok(changed == 1)
}

/// When a task was deleted, if it is.
pub fn deleted_at(conn: &mut Connection, id: &TaskId) -> QueryResult<Option<Timestamp>> {
    let found: Option<Option<i64>> = ai_tasks::table.find(id.as_str()).select(ai_tasks::deleted_at).first(conn).optional()?;
    Ok(found.flatten().map(Timestamp))
}

/// Wipes a deleted task: id, number, type, price, state and times stay for the books, words and pictures go.
/// False when it is not deleted, or was deleted only after `deleted_before`.
pub fn wipe(conn: &mut Connection, id: &TaskId, deleted_before: Timestamp) -> QueryResult<bool> {
    let change = diesel::update(ai_tasks::table.find(id.as_str()).filter(ai_tasks::deleted_at.le(deleted_before.0))).set((
        ai_tasks::input_files.eq("[]"),
        ai_tasks::input_parameters.eq("{}"),
        ai_tasks::prompt.eq(None::<String>),
        ai_tasks::prompt_details.eq("{}"),
        ai_tasks::search_text.eq(""),
        ai_tasks::result_urls.eq("[]"),
        ai_tasks::result_metadata.eq("{}"),
    ));
    let changed = db::execute!(conn, change)?;
    Ok(changed == 1)
}

/// Tasks deleted before a moment that have not been wiped: those have words to search for.
pub fn deleted_unwiped(conn: &mut Connection, deleted_before: Timestamp, limit: i64) -> QueryResult<Vec<TaskId>> {
    let ids: Vec<String> = ai_tasks::table
        .filter(ai_tasks::deleted_at.le(deleted_before.0))
        .filter(ai_tasks::search_text.ne(""))
        .limit(limit)
        .select(ai_tasks::id)
        .load(conn)?;
    ids.iter().map(|id| stored(id)).collect()
}

/// Finished tasks made before a moment, the oldest first, with their owners.
pub fn finished_before(conn: &mut Connection, made_before: Timestamp, limit: i64) -> QueryResult<Vec<(TaskId, UserId)>> {
    let rows: Vec<(String, String)> = ai_tasks::table
        .filter(ai_tasks::created_at.lt(made_before.0))
        .filter(ai_tasks::deleted_at.is_null())
        .filter(diesel::dsl::not(is_unfinished()))
        .order(ai_tasks::created_at)
        .limit(limit)
        .select((ai_tasks::id, ai_tasks::user_id))
        .load(conn)?;
    rows.iter().map(|(id, owner)| Ok((stored(id)?, stored(owner)?))).collect()
}

/// When the first of the tasks that are at work now began, if any is.
pub fn oldest_start(conn: &mut Connection) -> QueryResult<Option<Timestamp>> {
    let running = ai_tasks::table.filter(ai_tasks::status.eq(TaskStatus::Processing.as_str()));
    let oldest: Option<i64> = running.select(diesel::dsl::min(ai_tasks::started_at)).first(conn)?;
    Ok(oldest.map(Timestamp))
}

/// How many unfinished tasks an account has: what `user_credits.unfinished_tasks` must say.
pub fn count_unfinished(conn: &mut Connection, user_id: &str) -> QueryResult<i64> {
    ai_tasks::table.filter(ai_tasks::user_id.eq(user_id)).filter(is_unfinished()).count().get_result(conn)
}

/// What a task's row says about money.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ai_tasks)]
pub struct Charge {
    /// The task.
    pub id: String,
    /// Its state.
    pub status: String,
    /// Its price.
    pub credits: i64,
    /// What was given back.
    pub credits_refunded: i64,
    /// Why it failed.
    pub error_code: Option<String>,
    /// The facts about its results, with what came back because a cheaper model made them.
    pub result_metadata: String,
}

/// Charges in order of their tasks' ids, after one id: for verifying the ledger.
pub fn charges_after(conn: &mut Connection, id: &str, limit: i64) -> QueryResult<Vec<Charge>> {
    ai_tasks::table.filter(ai_tasks::id.gt(id)).order(ai_tasks::id).limit(limit).select(Charge::as_select()).load(conn)
}
