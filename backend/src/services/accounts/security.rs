//! What somebody who is logged in changes about the own account: password and address. Both ask for the present password,
//! so that a browser left open is not enough.

use std::net::IpAddr;

use super::register::taken;
use super::sessions::{forget_all_of, forget_user};
use super::{links, passwords, reset, verify};
use crate::app::App;
use crate::database::{mail_links, sessions, users};
use crate::error::{Code, Failure};
use crate::models::id::SessionId;
use crate::models::letter::{Letter, LinkPurpose};
use crate::models::payload::SendMail;
use crate::models::user::{Email, Password, User};
use crate::services::mail;

/// Gives the account another password and ends its other sessions.
///
/// # Errors
/// `invalid_request` on `currentPassword`, `too_many_attempts`.
pub async fn change_password(
    app: &App,
    address: IpAddr,
    user: User,
    kept: SessionId,
    current: String,
    next: Password,
) -> Result<(), Failure> {
    let before = check_password(app, address, &user, current).await?;
    let hash = passwords::hash(next).await?;
    let (now, is_mail_on) = (app.clock.now(), mail::is_on(app));
    let changed = app.database.write::<_, Failure, _>(move |conn| {
        // While the password was checked, a reset may have given the account another one.
        if !users::replace_password_hash(conn, &user.id, &before, &hash, now)? {
            return Err(wrong_password());
        }
        reset::password_changed(conn, &user, is_mail_on, now)?;
        let open = sessions::open_of(conn, &user.id, now)?;
        sessions::revoke_others(conn, &user.id, &kept, now)?;
        Ok(open)
    });
    forget_all_of(app, changed.await?).await;
    app.wake_workers();
    Ok(())
}

/// Sends a link to a new address, and word of it to the present one. The answer does not say whether the new one is
/// somebody else's: then only the present one hears of it.
///
/// # Errors
/// `invalid_request` on `currentPassword`, `too_many_attempts`, `mail_not_configured`.
pub async fn ask_for_email(app: &App, address: IpAddr, user: User, current: String, next: Email) -> Result<(), Failure> {
    mail::required(app)?;
    let before = check_password(app, address, &user, current).await?;
    app.throttle.mail(address, next.as_str()).await?;
    let now = app.clock.now();
    let asked = app.database.write::<_, Failure, _>(move |conn| {
        if users::lock_password_hash(conn, &user.id)?.as_ref() != Some(&before) {
            return Err(wrong_password());
        }
        mail_links::end_all(conn, &user.id, LinkPurpose::ChangeEmail, now)?;
        let told = SendMail { letter: Letter::EmailChangeAsked, user_id: user.id.clone(), to: user.email.clone(), link: None };
        mail::enqueue(conn, &told, now)?;
        if users::by_email(conn, next.as_str())?.is_none() {
            links::send(conn, &user.id, LinkPurpose::ChangeEmail, next.as_str(), now)?;
        }
        Ok(())
    });
    asked.await?;
    app.wake_workers();
    Ok(())
}

/// Makes the address that a link was sent to the account's, and tells the one before.
///
/// # Errors
/// `link_invalid`, `email_taken`, `account_suspended`.
pub async fn change_email(app: &App, token: &str) -> Result<(), Failure> {
    let (id, now) = (links::read(app, LinkPurpose::ChangeEmail, token)?, app.clock.now());
    let is_mail_on = mail::is_on(app);
    let bonus = app.settings.current(app).await?.new_user_credits;
    let changed = app.database.write::<_, Failure, _>(move |conn| {
        let link = links::redeem(conn, &id, LinkPurpose::ChangeEmail, now)?;
        let user = reset::owner_of(conn, &link)?;
        users::change_email(conn, &user.id, &link.email, now).map_err(taken)?;
        verify::welcome(conn, &user.id, bonus, now)?;
        // Those that were sent to the address before open nothing any more.
        for purpose in [LinkPurpose::ResetPassword, LinkPurpose::VerifyEmail] {
            mail_links::end_all(conn, &user.id, purpose, now)?;
        }
        if is_mail_on {
            let told = SendMail { letter: Letter::EmailChanged, user_id: user.id.clone(), to: user.email, link: None };
            mail::enqueue(conn, &told, now)?;
        }
        Ok(user.id)
    });
    forget_user(app, changed.await?).await?;
    app.wake_workers();
    Ok(())
}

/// The hash that the present password fits.
async fn check_password(app: &App, address: IpAddr, user: &User, current: String) -> Result<String, Failure> {
    app.throttle.login_account(address, &user.email).await?;
    let id = user.id.clone();
    let hash = app.database.read::<_, Failure, _>(move |conn| Ok(users::password_hash(conn, &id)?)).await?;
    let hash = hash.ok_or(Code::Unauthenticated)?;
    if passwords::verify(current, Some(hash.clone())).await? { Ok(hash) } else { Err(wrong_password()) }
}

fn wrong_password() -> Failure {
    Failure::new(Code::InvalidRequest).with("reason", "currentPassword").field("currentPassword", "wrong_password")
}
