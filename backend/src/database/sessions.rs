//! Signed-in browsers. A session ends by its time or by being revoked; its refresh token rotates.

use db::Connection;
use diesel::prelude::*;

use super::schema::{sessions, users};
use super::stored;
use super::users::UserRow;
use crate::models::id::{SessionId, UserId};
use crate::models::timestamp::Timestamp;
use crate::models::user::User;

/// Sessions that a list shows: more than anybody has browsers.
const LISTED: i64 = 100;

/// A session to be opened.
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// SHA-256 of its refresh token.
    pub refresh_hash: String,
    /// What the browser calls itself, at most 256 characters.
    pub user_agent: Option<String>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// Opens a session.
pub fn insert(conn: &mut Connection, session: &NewSession, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session.id.as_str()),
            sessions::user_id.eq(session.user_id.as_str()),
            sessions::refresh_hash.eq(session.refresh_hash.as_str()),
            sessions::refreshed_at.eq(now.0),
            sessions::user_agent.eq(session.user_agent.as_deref()),
            sessions::created_at.eq(now.0),
            sessions::expires_at.eq(session.expires_at.0),
        ))
        .execute(conn)
        .map(drop)
}

/// The account of a live session; `None` when the session ended or was revoked.
pub fn user_of(conn: &mut Connection, id: &SessionId, now: Timestamp) -> QueryResult<Option<User>> {
    let live = sessions::table.find(id.as_str()).filter(sessions::revoked_at.is_null()).filter(sessions::expires_at.gt(now.0));
    let row: QueryResult<UserRow> = db::get!(conn, live.inner_join(users::table).select(UserRow::as_select()));
    row.optional()?.map(UserRow::user).transpose()
}

/// A live session found by its refresh token.
pub struct Refreshable {
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// When the token was last rotated.
    pub refreshed_at: Timestamp,
    /// True when the token is the one before the present one.
    pub is_previous: bool,
}

/// Finds the live session that a refresh token, given as its SHA-256, belongs to.
pub fn by_refresh_hash(conn: &mut Connection, hash: &str, now: Timestamp) -> QueryResult<Option<Refreshable>> {
    let row: Option<(String, String, i64, String)> = sessions::table
        .filter(sessions::refresh_hash.eq(hash).or(sessions::previous_refresh_hash.eq(hash)))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now.0))
        .select((sessions::id, sessions::user_id, sessions::refreshed_at, sessions::refresh_hash))
        .first(conn)
        .optional()?;
    row.map(|(id, user_id, refreshed_at, current)| {
        Ok(Refreshable {
            id: stored(&id)?,
            user_id: stored(&user_id)?,
            refreshed_at: Timestamp(refreshed_at),
            is_previous: current != hash,
        })
    })
    .transpose()
}

/// Gives a session its next refresh token; the one before stays known for a moment (see `accounts::sessions`).
pub fn rotate(conn: &mut Connection, id: &SessionId, next_hash: &str, expires_at: Timestamp, now: Timestamp) -> QueryResult<()> {
    diesel::update(sessions::table.find(id.as_str()))
        .set((
            sessions::previous_refresh_hash.eq(sessions::refresh_hash.nullable()),
            sessions::refresh_hash.eq(next_hash),
            sessions::refreshed_at.eq(now.0),
            sessions::expires_at.eq(expires_at.0),
        ))
        .execute(conn)
        .map(drop)
}

/// Ends one session.
pub fn revoke(conn: &mut Connection, id: &SessionId, now: Timestamp) -> QueryResult<()> {
    diesel::update(sessions::table.find(id.as_str()).filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(now.0))
        .execute(conn)
        .map(drop)
}

/// An open session, as its owner sees it.
pub struct OpenSession {
    /// The session.
    pub id: SessionId,
    /// What the browser called itself.
    pub user_agent: Option<String>,
    /// When somebody logged in.
    pub created_at: Timestamp,
    /// When it was last renewed, which a browser in use does at least every quarter of an hour.
    pub refreshed_at: Timestamp,
}

/// The open sessions of an account, the one used last first.
pub fn open_of(conn: &mut Connection, user_id: &UserId, now: Timestamp) -> QueryResult<Vec<OpenSession>> {
    let rows: Vec<(String, Option<String>, i64, i64)> = sessions::table
        .filter(sessions::user_id.eq(user_id.as_str()))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now.0))
        .order((sessions::refreshed_at.desc(), sessions::id.desc()))
        .select((sessions::id, sessions::user_agent, sessions::created_at, sessions::refreshed_at))
        .limit(LISTED)
        .load(conn)?;
    rows.into_iter()
        .map(|(id, user_agent, created_at, refreshed_at)| {
            Ok(OpenSession { id: stored(&id)?, user_agent, created_at: Timestamp(created_at), refreshed_at: Timestamp(refreshed_at) })
        })
        .collect()
}

/// Ends one session of an account. False when it is not open, or somebody else's.
pub fn revoke_own(conn: &mut Connection, user_id: &UserId, id: &SessionId, now: Timestamp) -> QueryResult<bool> {
    let own = sessions::table.find(id.as_str()).filter(sessions::user_id.eq(user_id.as_str())).filter(sessions::revoked_at.is_null());
    Ok(diesel::update(own).set(sessions::revoked_at.eq(now.0)).execute(conn)? == 1)
}

/// Ends the sessions of an account but one.
pub fn revoke_others(conn: &mut Connection, user_id: &UserId, kept: &SessionId, now: Timestamp) -> QueryResult<()> {
    let others = sessions::table
        .filter(sessions::user_id.eq(user_id.as_str()))
        .filter(sessions::id.ne(kept.as_str()))
        .filter(sessions::revoked_at.is_null());
    diesel::update(others).set(sessions::revoked_at.eq(now.0)).execute(conn).map(drop)
}

/// Ends all sessions of an account.
pub fn revoke_all(conn: &mut Connection, user_id: &UserId, now: Timestamp) -> QueryResult<()> {
    diesel::update(sessions::table.filter(sessions::user_id.eq(user_id.as_str())).filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(now.0))
        .execute(conn)
        .map(drop)
}

/// Deletes sessions that ended before a moment.
pub fn delete_ended(conn: &mut Connection, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(before.0).or(sessions::revoked_at.lt(before.0)))).execute(conn)
}
