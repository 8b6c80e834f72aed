//! Pictures that somebody may put straight into the store. A row is *open* until it became a file, or was refused.

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
    /// When what was put was refused, in Unix milliseconds. Its link may still open.
    pub refused_at: Option<i64>,
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

/// How many an account may have.
pub struct Most {
    /// That are open, or were refused and their links open still.
    pub open: i64,
    /// Of which the links open still, whatever became of them.
    pub links: i64,
}

/// Writes down what may be put, unless the account has as many as it may already: then it is the limit that is reached.
pub fn insert(conn: &mut Connection, row: &UploadRow, most: &Most) -> QueryResult<Option<i64>> {
    // Locked, so that two that come at once count each other.
    let _account: String = db::get_for_update!(conn, users::table.find(row.user_id.as_str()).select(users::id))?;
    let own = uploads::table.filter(uploads::user_id.eq(row.user_id.as_str()));
    let takes_bytes = uploads::expires_at.gt(row.created_at);
    let open = own.filter(uploads::file_id.is_null()).filter(uploads::refused_at.is_null().or(takes_bytes));
    let open: i64 = db::get!(conn, open.count())?;
    if open >= most.open {
        return Ok(Some(most.open));
    }
    let links: i64 = db::get!(conn, own.filter(takes_bytes).count())?;
    if links >= most.links {
        return Ok(Some(most.links));
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
    Ok(None)
}

/// One that is open, whoever may put it: for links, whose signature is the right to.
pub fn open(conn: &mut Connection, id: &UploadId) -> QueryResult<Option<UploadRow>> {
    let open = uploads::table.find(id.as_str()).filter(uploads::file_id.is_null()).filter(uploads::refused_at.is_null());
    db::get!(conn, open.select(UploadRow::as_select())).optional()
}

/// One of an account, open or not.
pub fn of_user(conn: &mut Connection, user_id: &UserId, id: &UploadId) -> QueryResult<Option<UploadRow>> {
    let own = uploads::table.find(id.as_str()).filter(uploads::user_id.eq(user_id.as_str()));
    db::get!(conn, own.select(UploadRow::as_select())).optional()
}

/// Notes the file that it became. False when it is not open any more.
pub fn complete(conn: &mut Connection, id: &UploadId, file_id: &FileId) -> QueryResult<bool> {
    let open = uploads::table.find(id.as_str()).filter(uploads::file_id.is_null()).filter(uploads::refused_at.is_null());
    Ok(db::execute!(conn, diesel::update(open).set(uploads::file_id.eq(file_id.as_str())))? == 1)
}

/// Ends one that is open, because what was put is refused. Its link may take something still, so the row stays.
pub fn refuse(conn: &mut Connection, id: &UploadId, now: Timestamp) -> QueryResult<bool> {
    let open = uploads::table.find(id.as_str()).filter(uploads::file_id.is_null()).filter(uploads::refused_at.is_null());
    Ok(db::execute!(conn, diesel::update(open).set(uploads::refused_at.eq(now.0)))? == 1)
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
    let named = uploads::table.filter(uploads::object_key.eq_any(keys));
    let open = named.filter(uploads::file_id.is_null()).filter(uploads::refused_at.is_null());
    open.select(uploads::object_key).load(conn)
}
