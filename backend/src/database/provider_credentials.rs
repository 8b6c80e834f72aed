//! The operator's accounts with vendors that were given in the page. Sealing and opening is left to
//! `services::ai::credentials`: here a key is an opaque text.

use db::{Backend, Connection};
use diesel::prelude::*;

use super::schema::provider_credentials as table;
use crate::models::id::CredentialId;
use crate::models::timestamp::Timestamp;

/// One account as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
pub struct CredentialRow {
    /// Its id.
    pub id: String,
    /// The vendor's name in the catalogue.
    pub provider: String,
    /// The owner's name for it, unique for the vendor.
    pub label: String,
    /// The sealed key; none for a server of one's own that wants none.
    pub key_ciphertext: Option<String>,
    /// Where the vendor is, if not at its usual place.
    pub base_url: Option<String>,
    /// The sealed secret that its webhooks are signed with.
    pub webhook_secret_ciphertext: Option<String>,
    /// The sealed address of the proxy to it, which may hold a password.
    pub proxy_ciphertext: Option<String>,
    /// Its share among the accounts of the vendor.
    pub weight: i32,
    /// Requests that it runs at once; without it what the catalogue says.
    pub concurrency: Option<i32>,
    /// False while the owner has it rest.
    pub enabled: bool,
    /// When it was given.
    pub created_at: i64,
    /// When the owner changed it last.
    pub updated_at: i64,
    /// When it was tested last.
    pub last_checked_at: Option<i64>,
    /// What came of it, JSON.
    pub last_check_result: Option<String>,
}

/// Changes whenever an account is given, changed or removed. Cheap to ask for: the table has a handful of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    rows: i64,
    updated_at: Option<i64>,
    newest: Option<String>,
}

/// All accounts, by vendor in the order in which they were given.
pub fn all(conn: &mut Connection) -> QueryResult<Vec<CredentialRow>> {
    table::table.order((table::provider, table::created_at, table::id)).select(CredentialRow::as_select()).load(conn)
}

/// One account of a vendor.
pub fn by_id(conn: &mut Connection, provider: &str, id: &CredentialId) -> QueryResult<Option<CredentialRow>> {
    let found = table::table.find(id.as_str()).filter(table::provider.eq(provider));
    found.select(CredentialRow::as_select()).first(conn).optional()
}

/// The version of the whole table.
pub fn version(conn: &mut Connection) -> QueryResult<Version> {
    use diesel::dsl::{count_star, max};
    let (rows, updated_at, newest) = table::table.select((count_star(), max(table::updated_at), max(table::id))).first(conn)?;
    Ok(Version { rows, updated_at, newest })
}

/// Changes of the table come one after the other, in all processes, from here to the end of the transaction. On SQLite they
/// do so anyway. Without this, two that overlap read the same times and names, and give the table the same [`Version`].
pub fn lock(conn: &mut Connection) -> QueryResult<()> {
    match conn.backend() {
        Backend::Sqlite => Ok(()),
        // Readers go on.
        Backend::Postgres => diesel::sql_query("LOCK TABLE provider_credentials IN SHARE ROW EXCLUSIVE MODE").execute(conn).map(drop),
    }
}

/// Keeps an account.
///
/// # Errors
/// A unique violation on `label`.
pub fn insert(conn: &mut Connection, row: &CredentialRow) -> QueryResult<()> {
    diesel::insert_into(table::table).values(row).execute(conn).map(drop)
}

/// Writes an account that was read in the same transaction, after [`lock`].
///
/// # Errors
/// A unique violation on `label`.
pub fn update(conn: &mut Connection, row: &CredentialRow) -> QueryResult<()> {
    diesel::update(table::table.find(&row.id)).set(row).execute(conn).map(drop)
}

/// Removes an account. False when there is none.
pub fn delete(conn: &mut Connection, provider: &str, id: &CredentialId) -> QueryResult<bool> {
    Ok(diesel::delete(table::table.find(id.as_str()).filter(table::provider.eq(provider))).execute(conn)? == 1)
}

/// Notes what came of a test. The account itself is the same as before.
pub fn note_check(conn: &mut Connection, id: &CredentialId, result: &str, now: Timestamp) -> QueryResult<()> {
    diesel::update(table::table.find(id.as_str()))
        .set((table::last_checked_at.eq(now.0), table::last_check_result.eq(result)))
        .execute(conn)
        .map(drop)
}
