//! Invitations to register: single-use, for a time, perhaps for one address.

use db::Connection;
use diesel::prelude::*;

use super::schema::invitations;
use crate::models::id::UserId;
use crate::models::timestamp::Timestamp;
use crate::models::user::Email;

/// Keeps an invitation, named by the SHA-256 of its token.
pub fn insert(conn: &mut Connection, token_hash: &str, email: Option<&Email>, expires_at: Timestamp, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::token_hash.eq(token_hash),
            invitations::email.eq(email.map(Email::as_str)),
            invitations::created_at.eq(now.0),
            invitations::expires_at.eq(expires_at.0),
        ))
        .execute(conn)
        .map(drop)
}

/// Uses up an invitation. False when it is unknown, used, expired or for another address; of two that try at
/// once only one succeeds.
pub fn redeem(conn: &mut Connection, token_hash: &str, email: &Email, user_id: &UserId, now: Timestamp) -> QueryResult<bool> {
    let open = invitations::table
        .find(token_hash)
        .filter(invitations::used_at.is_null())
        .filter(invitations::expires_at.gt(now.0))
        .filter(invitations::email.is_null().or(invitations::email.eq(email.as_str())));
    let changed = diesel::update(open).set((invitations::used_at.eq(now.0), invitations::used_by.eq(user_id.as_str()))).execute(conn)?;
    Ok(changed == 1)
}
