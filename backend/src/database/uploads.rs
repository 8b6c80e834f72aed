//! Pictures that somebody may put straight into the store. A row is *open* until it became a file.

use db::Connection;
use diesel::prelude::*;

use super::schema::{uploads, users};
use super::stored;
use crate::models::id::{FileId, UploadId, UserId};
use crate::models::timestamp::Timestamp;

/// What may be put, where, and what became of it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = uploads)]
pub struct UploadRow {
    /// Its id.
    pub id: String,
    /// Who may put it.
    pub user_id: String,
    /// The name it will have.
    pub name: String,
    /// The only media type that is taken.
    pub mime: String,
    /// The only length that is taken, in bytes.
    pub size_bytes: i64,
    /// Where it lies until it is looked at.
    pub object_key: String,
    /// The file that it became.
    pub file_id: Option<String>,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Until when its link opens, in Unix milliseconds.
    pub expires_at: i64,
}

impl UploadRow {
    /// The file that it became, typed.
    pub fn file_id(&self) -> QueryResult<Option<FileId>> {
        self.file_id.as_deref().map(stored).transpose()
    }
}

/// Writes down what may be put, unless the account has so many open ones already.
pub fn insert(conn: &mut Connection, row: &UploadRow, most_open: i64) -> QueryResult<bool> {
    // Locked, so that two that come at once count each other.
    let _account: String = db::get_for_update!(conn, users::table.find(row.user_id.as_str()).select(users::id))?;
    let open = uploads::table.filter(uploads::user_id.eq(row.user_id.as_str())).filter(uploads::file_id.is_null());
    let open: i64 = db::get!(conn, open.count())?;
    if open >= most_open {
        return Ok(false);
    }
    // Always without a file at first, so the statement has one text.
    db::insert!(
        conn,
        diesel::insert_into(uploads::table).values((
            uploads::id.eq(row.id.as_str()),
            uploads::user_id.eq(row.user_id.as_str()),
            uploads::name.eq(row.name.as_str()),
            uploads::mime.eq(row.mime.as_str()),
            uploads::size_bytes.eq(row.size_bytes),
            uploads::object_key.eq(row.object_key.as_str()),
            uploads::created_at.eq(row.created_at),
            uploads::expires_at.eq(row.expires_at),
        ))
    )?;
    Ok(true)
}

/// One that is open, whoever may put it: for links, whose signature is the right to.
pub fn open(conn: &mut Connection, id: &UploadId) -> QueryResult<Option<UploadRow>> {
    let open = uploads::table.find(id.as_str()).filter(uploads::file_id.is_null());
    db::get!(conn, open.select(UploadRow::as_select())).optional()
}

/// One of an account, open or not.
pub fn of_user(conn: &mut Connection, user_id: &UserId, id: &UploadId) -> QueryResult<Option<UploadRow>> {
    let own = uploads::table.find(id.as_str()).filter(uploads::user_id.eq(user_id.as_str()));
    db::get!(conn, own.select(UploadRow::as_select())).optional()
}

/// Notes the file that it became. False when it is not open any more.
pub fn complete(conn: &mut Connection, id: &UploadId, file_id: &FileId) -> QueryResult<bool> {
    let open = uploads::table.find(id.as_str()).filter(uploads::file_id.is_null());
    Ok(db::execute!(conn, diesel::update(open).set(uploads::file_id.eq(file_id.as_str())))? == 1)
}

/// Forgets one that is open, for instance because what was put is refused.
pub fn forget(conn: &mut Connection, id: &UploadId) -> QueryResult<bool> {
    let open = uploads::table.find(id.as_str()).filter(uploads::file_id.is_null());
    Ok(db::execute!(conn, diesel::delete(open))? == 1)
}

/// Some whose links were over before a moment, open or not.
pub fn expired(conn: &mut Connection, before: Timestamp, limit: i64) -> QueryResult<Vec<String>> {
    db::load!(conn, uploads::table.filter(uploads::expires_at.lt(before.0)).limit(limit).select(uploads::id))
}

/// Forgets these, and returns where those lie that became no file.
pub fn delete(conn: &mut Connection, ids: &[String]) -> QueryResult<Vec<String>> {
    let open = uploads::table.filter(uploads::id.eq_any(ids)).filter(uploads::file_id.is_null());
    let keys = open.select(uploads::object_key).load(conn)?;
    diesel::delete(uploads::table.filter(uploads::id.eq_any(ids))).execute(conn)?;
    Ok(keys)
}

/// Those of the given object keys that an open one names.
pub fn known_objects(conn: &mut Connection, keys: &[String]) -> QueryResult<Vec<String>> {
    let open = uploads::table.filter(uploads::object_key.eq_any(keys)).filter(uploads::file_id.is_null());
    open.select(uploads::object_key).load(conn)
}
