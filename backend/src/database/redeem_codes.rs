//! Codes for credits. Only a hash of each is kept.

use db::Connection;
use diesel::prelude::*;

use super::schema::redeem_codes;
use crate::models::id::UserId;
use crate::models::timestamp::Timestamp;

/// One code as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = redeem_codes, treat_none_as_default_value = false)]
pub struct CodeRow {
    /// Its id.
    pub id: String,
    /// Those that were made together.
    pub batch: String,
    /// The hash of the code.
    pub code_hash: String,
    /// Its first characters: enough to find it again, too few to guess it.
    pub beginning: String,
    /// What it is worth.
    pub credits: i64,
    /// When it ends.
    pub expires_at: Option<i64>,
    /// When the operator took it back.
    pub revoked_at: Option<i64>,
    /// When it was redeemed.
    pub redeemed_at: Option<i64>,
    /// By whom.
    pub redeemed_by: Option<String>,
    /// When it was made.
    pub created_at: i64,
}

/// Names the one effect of a code in the ledger.
#[must_use]
pub fn effect_key(id: &str) -> String {
    format!("code:{id}:earn")
}

/// Keeps new codes.
pub fn insert(conn: &mut Connection, codes: &[CodeRow]) -> QueryResult<()> {
    for code in codes {
        db::insert!(conn, diesel::insert_into(redeem_codes::table).values(code))?;
    }
    Ok(())
}

/// Uses a code up, if it can be: of many that try at once one succeeds.
pub fn use_up(conn: &mut Connection, hash: &str, user_id: &UserId, now: Timestamp) -> QueryResult<bool> {
    let usable = redeem_codes::table
        .filter(redeem_codes::code_hash.eq(hash))
        .filter(redeem_codes::redeemed_at.is_null())
        .filter(redeem_codes::revoked_at.is_null())
        .filter(redeem_codes::expires_at.is_null().or(redeem_codes::expires_at.gt(now.0)));
    let used = (redeem_codes::redeemed_at.eq(now.0), redeem_codes::redeemed_by.eq(user_id.as_str()));
    Ok(diesel::update(usable).set(used).execute(conn)? == 1)
}

/// The code of a hash.
pub fn by_hash(conn: &mut Connection, hash: &str) -> QueryResult<Option<CodeRow>> {
    redeem_codes::table.filter(redeem_codes::code_hash.eq(hash)).select(CodeRow::as_select()).first(conn).optional()
}

/// Takes back those of a batch that nobody redeemed. Returns how many.
pub fn revoke_batch(conn: &mut Connection, batch: &str, now: Timestamp) -> QueryResult<usize> {
    let open = redeem_codes::table.filter(redeem_codes::batch.eq(batch));
    let open = open.filter(redeem_codes::redeemed_at.is_null()).filter(redeem_codes::revoked_at.is_null());
    diesel::update(open).set(redeem_codes::revoked_at.eq(now.0)).execute(conn)
}

/// Takes back one that nobody redeemed, by its id.
pub fn revoke(conn: &mut Connection, id: &str, now: Timestamp) -> QueryResult<usize> {
    let open = redeem_codes::table.find(id).filter(redeem_codes::redeemed_at.is_null()).filter(redeem_codes::revoked_at.is_null());
    diesel::update(open).set(redeem_codes::revoked_at.eq(now.0)).execute(conn)
}

/// Codes, of one batch or of all, newest first.
pub fn list(conn: &mut Connection, batch: Option<&str>, limit: i64) -> QueryResult<Vec<CodeRow>> {
    let mut query = redeem_codes::table.select(CodeRow::as_select()).into_boxed::<db::MultiBackend>();
    if let Some(batch) = batch {
        query = query.filter(redeem_codes::batch.eq(batch));
    }
    query.order(redeem_codes::id.desc()).limit(limit).load(conn)
}

/// Codes in order of their ids, after one id.
pub fn after(conn: &mut Connection, id: &str, limit: i64) -> QueryResult<Vec<CodeRow>> {
    redeem_codes::table.filter(redeem_codes::id.gt(id)).order(redeem_codes::id).limit(limit).select(CodeRow::as_select()).load(conn)
}
