//! Accounts.

use db::Connection;
use diesel::prelude::*;

use super::schema::users;
use super::stored;
use crate::models::id::UserId;
use crate::models::locale::Locale;
use crate::models::timestamp::Timestamp;
use crate::models::user::{Email, Role, User};
use crate::models::username::Username;

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct UserRow {
    id: String,
    email: String,
    email_verified_at: Option<i64>,
    username: Option<String>,
    avatar_url: Option<String>,
    role: String,
    locale: Option<String>,
    is_active: bool,
    created_at: i64,
}

impl UserRow {
    pub(super) fn user(self) -> QueryResult<User> {
        Ok(User {
            id: stored(&self.id)?,
            email: self.email,
            email_verified: self.email_verified_at.is_some(),
            username: self.username,
            avatar_url: self.avatar_url,
            role: Role::stored(&self.role),
            locale: self.locale.as_deref().and_then(|tag| tag.parse().ok()),
            is_active: self.is_active,
            created_at: Timestamp(self.created_at),
        })
    }
}

/// An account to be made.
pub struct NewUser {
    /// Its id.
    pub id: UserId,
    /// Its address.
    pub email: Email,
    /// Its user name.
    pub username: Option<Username>,
    /// The Argon2id hash of its password.
    pub password_hash: String,
    /// What it may do.
    pub role: Role,
    /// Its language.
    pub locale: Option<Locale>,
}

/// Makes an account.
///
/// # Errors
/// A unique violation on `email`, on `username_folded`, or on `role` when there is an owner already.
pub fn insert(conn: &mut Connection, user: &NewUser, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(users::table)
        .values((
            users::id.eq(user.id.as_str()),
            users::email.eq(user.email.as_str()),
            users::username.eq(user.username.as_ref().map(Username::as_str)),
            users::username_folded.eq(user.username.as_ref().map(Username::folded)),
            users::password_hash.eq(user.password_hash.as_str()),
            users::role.eq(user.role.as_str()),
            users::locale.eq(user.locale.map(Locale::tag)),
            users::is_active.eq(true),
            users::created_at.eq(now.0),
            users::updated_at.eq(now.0),
        ))
        .execute(conn)?;
    Ok(())
}

/// An account by its id.
pub fn by_id(conn: &mut Connection, id: &UserId) -> QueryResult<Option<User>> {
    users::table.find(id.as_str()).select(UserRow::as_select()).first(conn).optional()?.map(UserRow::user).transpose()
}

/// An account by its address, with the hash of its password.
pub fn with_password(conn: &mut Connection, email: &str) -> QueryResult<Option<(User, String)>> {
    users::table
        .filter(users::email.eq(email))
        .select((UserRow::as_select(), users::password_hash))
        .first::<(UserRow, String)>(conn)
        .optional()?
        .map(|(row, hash)| Ok((row.user()?, hash)))
        .transpose()
}

/// The owner's account, once there is one.
pub fn owner(conn: &mut Connection) -> QueryResult<Option<String>> {
    users::table.filter(users::role.eq(Role::Owner.as_str())).select(users::id).first(conn).optional()
}

/// Whether the studio has an owner, that is, whether set-up is done.
pub fn owner_exists(conn: &mut Connection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(users::table.filter(users::role.eq(Role::Owner.as_str())))).get_result(conn)
}

/// Changes name or language; `None` leaves a field as it is.
///
/// # Errors
/// A unique violation on `username_folded`.
pub fn change_profile(
    conn: &mut Connection,
    id: &UserId,
    username: Option<&Username>,
    locale: Option<Locale>,
    now: Timestamp,
) -> QueryResult<()> {
    let target = users::table.find(id.as_str());
    if let Some(name) = username {
        let name = (users::username.eq(name.as_str()), users::username_folded.eq(name.folded()));
        diesel::update(target).set((name, users::updated_at.eq(now.0))).execute(conn)?;
    }
    if let Some(locale) = locale {
        diesel::update(target).set((users::locale.eq(locale.tag()), users::updated_at.eq(now.0))).execute(conn)?;
    }
    Ok(())
}

/// Replaces the password's hash.
pub fn set_password_hash(conn: &mut Connection, id: &UserId, hash: &str, now: Timestamp) -> QueryResult<()> {
    diesel::update(users::table.find(id.as_str())).set((users::password_hash.eq(hash), users::updated_at.eq(now.0))).execute(conn).map(drop)
}

/// Replaces the password's hash if it is still this one. False when somebody was faster.
pub fn replace_password_hash(conn: &mut Connection, id: &UserId, before: &str, hash: &str, now: Timestamp) -> QueryResult<bool> {
    let same = users::table.find(id.as_str()).filter(users::password_hash.eq(before));
    Ok(diesel::update(same).set((users::password_hash.eq(hash), users::updated_at.eq(now.0))).execute(conn)? == 1)
}

/// The hash of an account's password.
pub fn password_hash(conn: &mut Connection, id: &UserId) -> QueryResult<Option<String>> {
    users::table.find(id.as_str()).select(users::password_hash).first(conn).optional()
}

/// The hash of an account's password, which nobody changes until the transaction ends: for whatever a password just opened.
pub fn lock_password_hash(conn: &mut Connection, id: &UserId) -> QueryResult<Option<String>> {
    db::get_for_update!(conn, users::table.find(id.as_str()).select(users::password_hash)).optional()
}

/// An account by its address.
pub fn by_email(conn: &mut Connection, email: &str) -> QueryResult<Option<User>> {
    users::table.filter(users::email.eq(email)).select(UserRow::as_select()).first(conn).optional()?.map(UserRow::user).transpose()
}

/// Notes that the account's address is its owner's. The first time counts.
pub fn verify_email(conn: &mut Connection, id: &UserId, now: Timestamp) -> QueryResult<()> {
    let unverified = users::table.find(id.as_str()).filter(users::email_verified_at.is_null());
    diesel::update(unverified).set((users::email_verified_at.eq(now.0), users::updated_at.eq(now.0))).execute(conn).map(drop)
}

/// Gives an account another address, which its owner confirmed.
///
/// # Errors
/// A unique violation on `email`.
pub fn change_email(conn: &mut Connection, id: &UserId, email: &str, now: Timestamp) -> QueryResult<()> {
    let change = (users::email.eq(email), users::email_verified_at.eq(now.0), users::updated_at.eq(now.0));
    diesel::update(users::table.find(id.as_str())).set(change).execute(conn).map(drop)
}

/// Suspends an account or lets it in again.
pub fn set_active(conn: &mut Connection, id: &UserId, active: bool, now: Timestamp) -> QueryResult<()> {
    diesel::update(users::table.find(id.as_str())).set((users::is_active.eq(active), users::updated_at.eq(now.0))).execute(conn).map(drop)
}
