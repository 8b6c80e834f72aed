//! Which request a key was used for. A row is written in the transaction of the task it made.

use db::Connection;
use diesel::prelude::*;

use super::schema::idempotency_keys;
use super::stored;
use crate::models::id::{TaskId, UserId};
use crate::models::timestamp::Timestamp;

/// A key as a caller sent it, with what it was sent for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Method and route, for instance `POST /api/tasks`.
    pub route: &'static str,
    /// 1 to 255 printable ASCII characters.
    pub key: String,
    /// SHA-256 of the parsed body.
    pub body_hash: String,
}

/// What a key was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// SHA-256 of the body it came with.
    pub body_hash: String,
    /// The task it made.
    pub task_id: TaskId,
}

/// What the caller used this key for before.
pub fn find(conn: &mut Connection, user_id: &UserId, key: &IdempotencyKey) -> QueryResult<Option<Used>> {
    let used = idempotency_keys::table.find((user_id.as_str(), key.route, key.key.as_str()));
    let columns = (idempotency_keys::body_hash, idempotency_keys::task_id);
    let row: QueryResult<(String, String)> = db::get!(conn, used.select(columns));
    row.optional()?.map(|(body_hash, task_id)| Ok(Used { body_hash, task_id: stored(&task_id)? })).transpose()
}

/// What notes that a key made a task: a row, or none when a twin was faster.
pub(super) fn note<'a>(user_id: &'a str, key: &'a IdempotencyKey, task_id: &'a str, now: Timestamp) -> impl db::Statement + use<'a> {
    let row = (
        idempotency_keys::user_id.eq(user_id),
        idempotency_keys::route.eq(key.route),
        idempotency_keys::key.eq(key.key.as_str()),
        idempotency_keys::body_hash.eq(key.body_hash.as_str()),
        idempotency_keys::task_id.eq(task_id),
        idempotency_keys::created_at.eq(now.0),
    );
    diesel::insert_into(idempotency_keys::table).values(row).on_conflict_do_nothing()
}

/// Forgets keys that were used before a moment.
pub fn delete_used_before(conn: &mut Connection, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(before.0))).execute(conn)
}
