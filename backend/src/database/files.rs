//! Pictures and which tasks hold them.

use std::collections::HashMap;

use db::{Connection, cached};
use diesel::prelude::*;
use storage::ObjectKey;

use super::schema::{files, task_files};
use super::stored;
use crate::models::id::{FileId, TaskId, UserId};

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

/// Stores rows for files whose objects are in the store already.
pub fn insert(conn: &mut Connection, rows: &[FileRow]) -> QueryResult<()> {
    for row in rows {
        cached(diesel::insert_into(files::table).values(row)).execute(conn)?;
    }
    Ok(())
}

/// A file by its id, whoever owns it: for links, whose signature is the right to see it.
pub fn by_id(conn: &mut Connection, id: &FileId) -> QueryResult<Option<FileRow>> {
    files::table.find(id.as_str()).select(FileRow::as_select()).first(conn).optional()
}

/// A file of an account.
pub fn of_user(conn: &mut Connection, user_id: &UserId, id: &FileId) -> QueryResult<Option<FileRow>> {
    files::table.find(id.as_str()).filter(files::user_id.eq(user_id.as_str())).select(FileRow::as_select()).first(conn).optional()
}

/// Those of the given files that belong to an account, by id.
pub fn many_of_user(conn: &mut Connection, user_id: &UserId, ids: &[FileId]) -> QueryResult<HashMap<String, FileRow>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = files::table
        .filter(files::user_id.eq(user_id.as_str()))
        .filter(files::id.eq_any(ids.iter().map(FileId::as_str)))
        .select(FileRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Notes that a task holds files.
pub fn hold(conn: &mut Connection, task_id: &TaskId, ids: &[FileId], role: FileRole) -> QueryResult<()> {
    let mut unique: Vec<&str> = ids.iter().map(FileId::as_str).collect();
    unique.sort_unstable();
    unique.dedup();
    for id in unique {
        let row = (task_files::task_id.eq(task_id.as_str()), task_files::file_id.eq(id), task_files::role.eq(role.as_str()));
        cached(diesel::insert_into(task_files::table).values(row)).execute(conn)?;
    }
    Ok(())
}

/// The files that tasks hold, by id.
pub fn held_by(conn: &mut Connection, task_ids: &[String]) -> QueryResult<HashMap<String, FileRow>> {
    if task_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows =
        task_files::table.inner_join(files::table).filter(task_files::task_id.eq_any(task_ids)).select(FileRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Lets go of all files of a task and deletes the rows of those that no other task holds. Returns what was
/// deleted, so that the caller can delete the objects once this is committed.
pub fn release(conn: &mut Connection, task_id: &TaskId) -> QueryResult<Vec<FileRow>> {
    let held: Vec<String> = task_files::table.filter(task_files::task_id.eq(task_id.as_str())).select(task_files::file_id).load(conn)?;
    diesel::delete(task_files::table.filter(task_files::task_id.eq(task_id.as_str()))).execute(conn)?;
    let still_held: Vec<String> =
        task_files::table.filter(task_files::file_id.eq_any(&held)).select(task_files::file_id).distinct().load(conn)?;
    let gone: Vec<String> = held.into_iter().filter(|id| !still_held.contains(id)).collect();
    let rows = files::table.filter(files::id.eq_any(&gone)).select(FileRow::as_select()).load(conn)?;
    diesel::delete(files::table.filter(files::id.eq_any(&gone))).execute(conn)?;
    Ok(rows)
}

/// Those of the given object keys that some file names.
pub fn known_objects(conn: &mut Connection, keys: &[String]) -> QueryResult<Vec<String>> {
    let mut known: Vec<String> = files::table.filter(files::object_key.eq_any(keys)).select(files::object_key).load(conn)?;
    let previews: Vec<String> = files::table.filter(files::thumbnail_key.eq_any(keys)).select(files::thumbnail_key).load(conn)?;
    known.extend(previews);
    Ok(known)
}
