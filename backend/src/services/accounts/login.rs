//! Logging in. Wrong address and wrong password take the same time and get the same answer.

use std::net::IpAddr;

use super::passwords;
use crate::app::App;
use crate::database::users;
use crate::error::{Code, Failure};
use crate::models::user::{Email, User};

/// An account whose password was given.
pub struct Proven {
    /// The account.
    pub user: User,
    /// The hash that the password fitted; opening a session asks whether it still is the account's.
    pub hash: String,
}

/// The account that e-mail and password, given from an address, belong to.
///
/// # Errors
/// `invalid_credentials`, `account_suspended`, `too_many_attempts`.
pub async fn login(app: &App, address: IpAddr, email: &str, password: String) -> Result<Proven, Failure> {
    let email = email.trim().to_lowercase();
    app.throttle.login_account(address, &email).await?;
    // What is no address is nobody's.
    let found = match Email::parse(&email) {
        Ok(email) => app.database.read::<_, Failure, _>(move |conn| Ok(users::with_password(conn, email.as_str())?)).await?,
        Err(_) => None,
    };
    let hash = found.as_ref().map(|(_, hash)| hash.clone());
    if !passwords::verify(password, hash).await? {
        return Err(Code::InvalidCredentials.into());
    }
    let (user, hash) = found.ok_or(Code::InvalidCredentials)?;
    if user.is_active { Ok(Proven { user, hash }) } else { Err(Code::AccountSuspended.into()) }
}
