//! Whether an address is its owner's: a link that was sent there comes back. Where mail is configured, the welcome credits
//! wait for that, so that nobody earns with addresses that are nobody's.

use std::net::IpAddr;

use db::Connection;

use super::links;
use super::reset::owner_of;
use super::sessions::forget_user;
use crate::app::App;
use crate::database::{mail_links, users};
use crate::error::Failure;
use crate::models::credits::Reason;
use crate::models::id::UserId;
use crate::models::letter::LinkPurpose;
use crate::models::timestamp::Timestamp;
use crate::models::user::User;
use crate::services::credits::{self, Earning};
use crate::services::mail;

/// Sends the link once more. Those of before go on, for letters overtake each other. Nothing is sent to who has
/// confirmed already.
///
/// # Errors
/// `mail_not_configured`, `too_many_attempts`.
pub async fn send_again(app: &App, address: IpAddr, user: User) -> Result<(), Failure> {
    mail::required(app)?;
    app.throttle.mail(address, &user.email).await?;
    let now = app.clock.now();
    let sent = app.database.write::<_, Failure, _>(move |conn| {
        let Some(user) = users::by_id(conn, &user.id)?.filter(|user| !user.email_verified) else { return Ok(()) };
        links::send(conn, &user.id, LinkPurpose::VerifyEmail, &user.email, now)
    });
    sent.await?;
    app.wake_workers();
    Ok(())
}

/// Confirms the address that a link was sent to.
///
/// # Errors
/// `link_invalid`, `account_suspended`.
pub async fn confirm(app: &App, token: &str) -> Result<(), Failure> {
    let (id, now) = (links::read(app, LinkPurpose::VerifyEmail, token)?, app.clock.now());
    let bonus = app.settings.current(app).await?.new_user_credits;
    let confirmed = app.database.write::<_, Failure, _>(move |conn| {
        let link = links::redeem(conn, &id, LinkPurpose::VerifyEmail, now)?;
        let user = owner_of(conn, &link)?;
        users::verify_email(conn, &user.id, now)?;
        mail_links::end_all(conn, &user.id, LinkPurpose::VerifyEmail, now)?;
        welcome(conn, &user.id, bonus, now)?;
        Ok(user.id)
    });
    forget_user(app, confirmed.await?).await
}

/// The welcome credits, once for each account.
///
/// # Errors
/// When the database cannot be written.
pub fn welcome(conn: &mut Connection, user_id: &UserId, bonus: i64, now: Timestamp) -> Result<(), Failure> {
    if bonus > 0 {
        let earning =
            Earning { reason: Reason::Signup, amount: bonus, payment_id: None, note: None, effect_key: format!("user:{user_id}:signup") };
        credits::earn(conn, user_id, earning, now)?;
    }
    Ok(())
}
