//! Links that were sent by mail: single-use, for a time, for one account and one address.

use db::Connection;
use diesel::prelude::*;

use super::schema::mail_links;
use super::{damaged, stored};
use crate::models::id::{LinkId, UserId};
use crate::models::letter::LinkPurpose;
use crate::models::timestamp::Timestamp;

/// A link.
#[derive(Debug, Clone)]
pub struct MailLink {
    /// Its id.
    pub id: LinkId,
    /// Whose account it is about.
    pub user_id: UserId,
    /// What it is good for.
    pub purpose: LinkPurpose,
    /// The address that it was made for.
    pub email: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Keeps a link.
pub fn insert(conn: &mut Connection, link: &MailLink, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(mail_links::table)
        .values((
            mail_links::id.eq(link.id.as_str()),
            mail_links::user_id.eq(link.user_id.as_str()),
            mail_links::purpose.eq(link.purpose.as_str()),
            mail_links::email.eq(link.email.as_str()),
            mail_links::created_at.eq(now.0),
            mail_links::expires_at.eq(link.expires_at.0),
        ))
        .execute(conn)
        .map(drop)
}

/// A link that still works.
pub fn open(conn: &mut Connection, id: &LinkId, now: Timestamp) -> QueryResult<Option<MailLink>> {
    let row: Option<(String, String, String, String, i64)> = mail_links::table
        .find(id.as_str())
        .filter(mail_links::used_at.is_null())
        .filter(mail_links::expires_at.gt(now.0))
        .select((mail_links::id, mail_links::user_id, mail_links::purpose, mail_links::email, mail_links::expires_at))
        .first(conn)
        .optional()?;
    row.map(|(id, user_id, purpose, email, expires_at)| {
        let purpose = purpose.parse().map_err(|()| damaged(&purpose))?;
        Ok(MailLink { id: stored(&id)?, user_id: stored(&user_id)?, purpose, email, expires_at: Timestamp(expires_at) })
    })
    .transpose()
}

/// Uses up a link that still works. False when it does not; of two that try at once only one succeeds.
pub fn use_up(conn: &mut Connection, id: &LinkId, now: Timestamp) -> QueryResult<bool> {
    let open = mail_links::table.find(id.as_str()).filter(mail_links::used_at.is_null()).filter(mail_links::expires_at.gt(now.0));
    Ok(diesel::update(open).set(mail_links::used_at.eq(now.0)).execute(conn)? == 1)
}

/// Ends all links of one purpose of an account.
pub fn end_all(conn: &mut Connection, user_id: &UserId, purpose: LinkPurpose, now: Timestamp) -> QueryResult<()> {
    let open = mail_links::table
        .filter(mail_links::user_id.eq(user_id.as_str()))
        .filter(mail_links::purpose.eq(purpose.as_str()))
        .filter(mail_links::used_at.is_null());
    diesel::update(open).set(mail_links::used_at.eq(now.0)).execute(conn).map(drop)
}

/// Deletes links whose time was over before a moment.
pub fn delete_expired(conn: &mut Connection, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(mail_links::table.filter(mail_links::expires_at.lt(before.0))).execute(conn)
}
