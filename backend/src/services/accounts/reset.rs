//! A forgotten password: asked for with an address, chosen anew with the link that was sent there.

use db::Connection;
use jobs::{Fence, NewJob, Queue};

use super::{links, passwords, sessions as open_sessions};
use crate::app::App;
use crate::database::mail_links::{self, MailLink};
use crate::database::{sessions, users};
use crate::error::{Code, Failure};
use crate::models::id::UserId;
use crate::models::letter::{Letter, LinkPurpose};
use crate::models::payload::{ForgottenPassword, SendMail};
use crate::models::timestamp::Timestamp;
use crate::models::user::{Email, Password, User};
use crate::services::mail;

/// Notes that somebody forgot the password of an address. Whose it is, if anybody's, is looked up by a job: what happens
/// here is the same for every address.
///
/// # Errors
/// When the database cannot be written.
pub async fn forgotten(app: &App, email: Email) -> Result<(), Failure> {
    let payload = ForgottenPassword { email: email.as_str().to_owned() };
    let job = NewJob::new(Queue::Mail, ForgottenPassword::KIND, &payload).map_err(Failure::internal)?;
    let now = app.clock.now();
    app.database.write::<_, Failure, _>(move |conn| Ok(jobs::enqueue(conn, job.clone(), now.0).map(drop)?)).await?;
    app.wake_workers();
    Ok(())
}

/// Ends the job of [`forgotten`]: with a link and a letter where the address is somebody's, else with nothing.
///
/// # Errors
/// When the database cannot be written.
pub async fn write_to(app: &App, email: String, fence: Fence) -> Result<(), Failure> {
    let now = app.clock.now();
    let unit = move |conn: &mut Connection| {
        if jobs::finish(conn, &fence)?
            && let Some(user) = users::by_email(conn, &email)?.filter(|user| user.is_active)
        {
            links::send(conn, &user.id, LinkPurpose::ResetPassword, &user.email, now)?;
        }
        Ok(())
    };
    app.database.write::<_, Failure, _>(unit).await?;
    app.wake_workers();
    Ok(())
}

/// A link for the operator to hand over, where no letter can be sent.
///
/// # Errors
/// When the database cannot be written.
pub async fn link_for(app: &App, user: User) -> Result<String, Failure> {
    let now = app.clock.now();
    let made = app.database.write::<_, Failure, _>(move |conn| links::make(conn, &user.id, LinkPurpose::ResetPassword, &user.email, now));
    Ok(links::address(app, &made.await?))
}

/// Gives the link's account a new password and ends all its sessions.
///
/// # Errors
/// `link_invalid`.
pub async fn reset(app: &App, token: &str, password: Password) -> Result<(), Failure> {
    let (id, now) = (links::read(app, LinkPurpose::ResetPassword, token)?, app.clock.now());
    let asked = id.clone();
    let works = app.database.read::<_, Failure, _>(move |conn| Ok(mail_links::open(conn, &asked, now)?.is_some())).await?;
    // Hashing is dear: not for a link that is over.
    if !works {
        return Err(Code::LinkInvalid.into());
    }
    let hash = passwords::hash(password).await?;
    let now = app.clock.now();
    let is_mail_on = mail::is_on(app);
    let changed = app.database.write::<_, Failure, _>(move |conn| {
        let link = links::redeem(conn, &id, LinkPurpose::ResetPassword, now)?;
        let user = owner_of(conn, &link)?;
        users::set_password_hash(conn, &user.id, &hash, now)?;
        password_changed(conn, &user, is_mail_on, now)?;
        let ended = sessions::open_of(conn, &user.id, now)?;
        sessions::revoke_all(conn, &user.id, now)?;
        Ok(ended)
    });
    open_sessions::forget_all_of(app, changed.await?).await;
    app.wake_workers();
    Ok(())
}

/// The account of a link, if it may be used.
///
/// # Errors
/// `link_invalid`, `account_suspended`.
pub fn owner_of(conn: &mut Connection, link: &MailLink) -> Result<User, Failure> {
    let user = users::by_id(conn, &link.user_id)?.ok_or(Code::LinkInvalid)?;
    // A letter to an address that is the account's no more opens nothing; the link that changes it goes to the next one.
    if link.purpose != LinkPurpose::ChangeEmail && user.email != link.email {
        return Err(Code::LinkInvalid.into());
    }
    if user.is_active { Ok(user) } else { Err(Code::AccountSuspended.into()) }
}

/// What follows from a new password, in its transaction: no link of before opens anything, and its owner is told.
///
/// # Errors
/// When the database cannot be written.
pub fn password_changed(conn: &mut Connection, user: &User, is_mail_on: bool, now: Timestamp) -> Result<(), Failure> {
    end_links(conn, &user.id, now)?;
    if is_mail_on {
        let mail = SendMail { letter: Letter::PasswordChanged, user_id: user.id.clone(), to: user.email.clone(), link: None };
        mail::enqueue(conn, &mail, now)?;
    }
    Ok(())
}

/// Whoever had somebody's password for a while may have asked for links with it. A link that only confirms the address
/// goes on.
fn end_links(conn: &mut Connection, user_id: &UserId, now: Timestamp) -> Result<(), Failure> {
    for purpose in [LinkPurpose::ResetPassword, LinkPurpose::ChangeEmail] {
        mail_links::end_all(conn, user_id, purpose, now)?;
    }
    Ok(())
}
