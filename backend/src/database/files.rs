//! Pictures and which tasks hold them.

use std::collections::{BTreeMap, HashMap};

use db::Connection;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use storage::ObjectKey;

use super::credits::Account;
use super::schema::{files, task_files};
use super::stored;
use crate::models::id::{FileId, TaskId, UserId};
use crate::models::timestamp::Timestamp;

mod hold;

pub use hold::Hold;

/// A picture as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = files)]
pub struct FileRow {
    /// Its id.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// The name it came with.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Bytes.
    pub size_bytes: i64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Where its bytes are.
    pub object_key: String,
    /// Where its preview is.
    pub thumbnail_key: String,
    /// ThumbHash in base64.
    pub thumbhash: String,
    /// Unix milliseconds.
    pub created_at: i64,
}

impl FileRow {
    /// Its id, typed.
    pub fn file_id(&self) -> QueryResult<FileId> {
        stored(&self.id)
    }

    /// The keys of its two objects.
    #[must_use]
    pub fn objects(&self) -> [ObjectKey; 2] {
        [ObjectKey::stored(self.object_key.as_str()), ObjectKey::stored(self.thumbnail_key.as_str())]
    }
}

/// How a task holds a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRole {
    /// Worked on.
    Input,
    /// Named in the parameters, such as a mask or a style picture.
    Parameter,
    /// Made by it.
    Result,
}

impl FileRole {
    const fn as_str(self) -> &'static str {
        match self {
            FileRole::Input => "input",
            FileRole::Parameter => "parameter",
            FileRole::Result => "result",
        }
    }
}

/// Stores rows for files whose objects are in the store already. The caller counts their bytes in the owner's account.
pub fn insert(conn: &mut Connection, rows: &[FileRow]) -> QueryResult<()> {
    for row in rows {
        db::insert!(conn, diesel::insert_into(files::table).values(row))?;
    }
    Ok(())
}

/// A file by its id, whoever owns it: for links, whose signature is the right to see it.
pub fn by_id(conn: &mut Connection, id: &FileId) -> QueryResult<Option<FileRow>> {
    db::get!(conn, files::table.find(id.as_str()).select(FileRow::as_select())).optional()
}

/// A file of an account.
pub fn of_user(conn: &mut Connection, user_id: &UserId, id: &FileId) -> QueryResult<Option<FileRow>> {
    db::get!(conn, files::table.find(id.as_str()).filter(files::user_id.eq(user_id.as_str())).select(FileRow::as_select())).optional()
}

/// Those of the given files that belong to an account, by id.
pub fn many_of_user(conn: &mut Connection, user_id: &UserId, ids: &[FileId]) -> QueryResult<HashMap<String, FileRow>> {
    let own = files::table.filter(files::user_id.eq(user_id.as_str()));
    let rows: Vec<FileRow> = match ids {
        [] => Vec::new(),
        [one] => db::load!(conn, own.filter(files::id.eq(one.as_str())).select(FileRow::as_select()))?,
        many => own.filter(files::id.eq_any(many.iter().map(FileId::as_str))).select(FileRow::as_select()).load(conn)?,
    };
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Notes that a task holds files.
pub fn hold(conn: &mut Connection, task_id: &TaskId, ids: &[FileId], role: FileRole) -> QueryResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let hold = Hold::new(conn, task_id, &[(role, ids)])?;
    db::insert!(conn, hold)
}

/// The files that tasks hold, by id.
pub fn held_by(conn: &mut Connection, task_ids: &[String]) -> QueryResult<HashMap<String, FileRow>> {
    let held = task_files::table.inner_join(files::table);
    let rows: Vec<FileRow> = match task_ids {
        [] => Vec::new(),
        // By far the most frequent question, and one whose text does not change.
        [one] => db::load!(conn, held.filter(task_files::task_id.eq(one)).select(FileRow::as_select()))?,
        many => held.filter(task_files::task_id.eq_any(many)).select(FileRow::as_select()).load(conn)?,
    };
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Lets go of all files of a task and deletes the rows of those that no other task holds. Returns what was
/// deleted, so that the caller can delete the objects once this is committed.
pub fn release(conn: &mut Connection, task_id: &TaskId, now: Timestamp) -> QueryResult<Vec<FileRow>> {
    let held: Vec<String> = task_files::table.filter(task_files::task_id.eq(task_id.as_str())).select(task_files::file_id).load(conn)?;
    diesel::delete(task_files::table.filter(task_files::task_id.eq(task_id.as_str()))).execute(conn)?;
    delete_unheld(conn, &held, now)
}

/// Files stored before a moment that no task holds, by owner.
pub fn unheld(conn: &mut Connection, stored_before: Timestamp, limit: i64) -> QueryResult<BTreeMap<String, Vec<String>>> {
    let holders = task_files::table.filter(task_files::file_id.eq(files::id));
    let rows: Vec<(String, String)> = files::table
        .filter(files::created_at.lt(stored_before.0))
        .filter(not(exists(holders)))
        .order(files::id)
        .limit(limit)
        .select((files::user_id, files::id))
        .load(conn)?;
    let mut by_owner: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (owner, id) in rows {
        by_owner.entry(owner).or_default().push(id);
    }
    Ok(by_owner)
}

/// Deletes the rows of those of the given files that no task holds, and returns them. Their bytes count no longer.
///
/// The rows are locked first. Else, of two tasks that let go of one file at the same time, each would still see the
/// other hold it and neither would delete it; and a task could take hold of a file that is just being deleted. The
/// accounts come before the files, as everywhere.
pub fn delete_unheld(conn: &mut Connection, ids: &[String], now: Timestamp) -> QueryResult<Vec<FileRow>> {
    let mut accounts = accounts_of(conn, ids)?;
    let locked: Vec<String> = db::load_for_update!(conn, files::table.filter(files::id.eq_any(ids)).order(files::id).select(files::id))?;
    let still_held: Vec<String> =
        task_files::table.filter(task_files::file_id.eq_any(&locked)).select(task_files::file_id).distinct().load(conn)?;
    let gone: Vec<String> = locked.into_iter().filter(|id| !still_held.contains(id)).collect();
    let rows = files::table.filter(files::id.eq_any(&gone)).select(FileRow::as_select()).load(conn)?;
    diesel::delete(files::table.filter(files::id.eq_any(&gone))).execute(conn)?;
    for row in &rows {
        let account = accounts.get_mut(&row.user_id).ok_or(diesel::result::Error::RollbackTransaction)?;
        account.now.storage_bytes -= row.size_bytes;
    }
    for account in accounts.into_values() {
        account.save(conn, now)?;
    }
    Ok(rows)
}

/// The accounts of those who own files, locked in one order.
fn accounts_of(conn: &mut Connection, ids: &[String]) -> QueryResult<BTreeMap<String, Account>> {
    let owners: Vec<String> =
        files::table.filter(files::id.eq_any(ids)).select(files::user_id).distinct().order(files::user_id).load(conn)?;
    owners.into_iter().map(|owner| Ok((owner.clone(), Account::lock(conn, &stored(&owner)?)?))).collect()
}

/// Bytes of an account's pictures: what `user_credits.storage_bytes` must say.
pub fn sum_bytes(conn: &mut Connection, user_id: &str) -> QueryResult<i64> {
    // Summed by the database as a decimal on PostgreSQL, so asked for as what it is there.
    let sum = diesel::dsl::sql::<diesel::sql_types::BigInt>("CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT)");
    files::table.filter(files::user_id.eq(user_id)).select(sum).first(conn)
}

/// Those of the given object keys that some file names.
pub fn known_objects(conn: &mut Connection, keys: &[String]) -> QueryResult<Vec<String>> {
    let mut known: Vec<String> = files::table.filter(files::object_key.eq_any(keys)).select(files::object_key).load(conn)?;
    let previews: Vec<String> = files::table.filter(files::thumbnail_key.eq_any(keys)).select(files::thumbnail_key).load(conn)?;
    known.extend(previews);
    Ok(known)
}
