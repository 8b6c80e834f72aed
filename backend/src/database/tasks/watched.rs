//! What those who watch are told, and what those who work on a task: questions about many at once.

use db::Connection;
use diesel::prelude::*;

use super::{TaskRow, Told};
use crate::database::schema::ai_tasks;
use crate::models::id::{TaskId, UserId};
use crate::models::task::TaskStatus;
use crate::models::timestamp::Timestamp;

/// Tasks of these accounts that changed at a moment or later, deleted ones too, oldest changes first.
pub fn changed_of_users(conn: &mut Connection, users: &[UserId], since: Timestamp, limit: i64) -> QueryResult<Vec<TaskRow>> {
    ai_tasks::table
        .filter(ai_tasks::user_id.eq_any(users.iter().map(UserId::as_str)))
        .filter(ai_tasks::updated_at.ge(since.0))
        .order((ai_tasks::updated_at, ai_tasks::id))
        .limit(limit)
        .select(TaskRow::as_select())
        .load(conn)
}

/// Waiting tasks of these accounts, oldest first.
pub fn waiting_of_users(conn: &mut Connection, users: &[UserId], limit: i64) -> QueryResult<Vec<TaskRow>> {
    ai_tasks::table
        .filter(ai_tasks::user_id.eq_any(users.iter().map(UserId::as_str)))
        .filter(ai_tasks::status.eq(TaskStatus::Pending.as_str()))
        .order((ai_tasks::created_at, ai_tasks::id))
        .limit(limit)
        .select(TaskRow::as_select())
        .load(conn)
}

/// These tasks, deleted ones too.
pub fn by_ids(conn: &mut Connection, ids: &[TaskId]) -> QueryResult<Vec<TaskRow>> {
    ai_tasks::table.filter(ai_tasks::id.eq_any(ids.iter().map(TaskId::as_str))).select(TaskRow::as_select()).load(conn)
}

/// What the workers of these tasks are to know.
pub fn told_of(conn: &mut Connection, ids: &[TaskId]) -> QueryResult<Vec<(String, Told)>> {
    let columns = (ai_tasks::id, ai_tasks::cancel_requested_at, ai_tasks::called_back_at);
    let rows: Vec<(String, Option<i64>, Option<i64>)> =
        ai_tasks::table.filter(ai_tasks::id.eq_any(ids.iter().map(TaskId::as_str))).select(columns).load(conn)?;
    Ok(rows.into_iter().map(|(id, stop, called)| (id, Told { stop: stop.is_some(), called_back: called.map(Timestamp) })).collect())
}
