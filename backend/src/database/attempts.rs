//! The tries at running a task: one row for each, so that the history says who did what.

use db::Connection;
use diesel::prelude::*;

use super::schema::task_attempts;
use crate::models::id::TaskId;
use crate::models::timestamp::Timestamp;

/// Notes that an attempt begins, and that those before it which never ended were lost with their worker. Repeating
/// it for the same attempt changes nothing.
pub fn begin(conn: &mut Connection, task_id: &TaskId, attempt: i32, provider: &str, model: &str, now: Timestamp) -> QueryResult<()> {
    let earlier = task_attempts::table
        .filter(task_attempts::task_id.eq(task_id.as_str()))
        .filter(task_attempts::attempt.lt(attempt))
        .filter(task_attempts::state.eq("running"));
    let lost = diesel::update(earlier).set((task_attempts::state.eq("lost"), task_attempts::updated_at.eq(now.0)));
    db::execute!(conn, lost)?;
    db::insert_or_ignore!(
        conn,
        diesel::insert_into(task_attempts::table).values((
            task_attempts::task_id.eq(task_id.as_str()),
            task_attempts::attempt.eq(attempt),
            task_attempts::ai_provider.eq(provider),
            task_attempts::ai_model.eq(model),
            task_attempts::state.eq("running"),
            task_attempts::created_at.eq(now.0),
            task_attempts::updated_at.eq(now.0),
        ))
    )
    .map(drop)
}

/// When the newest attempt at a task began, if there was one.
pub fn last_began(conn: &mut Connection, task_id: &TaskId) -> QueryResult<Option<Timestamp>> {
    let of_task = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str()));
    let newest = of_task.order(task_attempts::attempt.desc()).select(task_attempts::created_at).limit(1);
    let began: QueryResult<i64> = db::get!(conn, newest);
    Ok(began.optional()?.map(Timestamp))
}

/// Notes how the unfinished attempts of a task ended; `state` is `succeeded`, `failed`, `cancelled` or `lost`.
pub fn end(conn: &mut Connection, task_id: &TaskId, state: &str, error: Option<(&str, &str)>, now: Timestamp) -> QueryResult<()> {
    let open = task_attempts::table.filter(task_attempts::task_id.eq(task_id.as_str())).filter(task_attempts::state.eq("running"));
    let change = diesel::update(open).set((
        task_attempts::state.eq(state),
        task_attempts::error_code.eq(error.map(|(code, _)| code)),
        task_attempts::error_message.eq(error.map(|(_, message)| message)),
        task_attempts::updated_at.eq(now.0),
    ));
    db::execute!(conn, change).map(drop)
}
