//! Making accounts: through the page, by an invitation, or by the operator's command line.

use db::Connection;

use super::passwords;
use super::sessions::token_hash;
use crate::app::App;
use crate::config::accounts::Registration;
use crate::database::credits::Account;
use crate::database::invitations;
use crate::database::users::{self, NewUser};
use crate::error::{Code, Failure};
use crate::models::credits::Reason;
use crate::models::id::UserId;
use crate::models::locale::Locale;
use crate::models::timestamp::Timestamp;
use crate::models::user::{Email, Password, Role, User};
use crate::models::username::Username;
use crate::services::credits::{self, Earning};

/// Somebody who wants an account.
#[derive(Clone)]
pub struct Applicant {
    /// Address.
    pub email: Email,
    /// Password.
    pub password: Password,
    /// User name.
    pub username: Option<Username>,
    /// The token of an invitation.
    pub invitation: Option<String>,
    /// Language of the browser.
    pub locale: Option<Locale>,
}

/// Registers through the page.
///
/// # Errors
/// `setup_required`, `registration_closed`, `invitation_invalid`, `email_taken`, `username_taken`.
pub async fn register(app: &App, applicant: Applicant) -> Result<User, Failure> {
    let settings = app.settings.current(app).await?;
    let invited = match settings.registration {
        Registration::Closed => return Err(Code::RegistrationClosed.into()),
        Registration::Invite => Some(applicant.invitation.as_deref().map(token_hash).ok_or(Code::InvitationInvalid)?),
        Registration::Open => None,
    };
    let user = new_user(&applicant, Role::User).await?;
    let bonus = settings.new_user_credits;
    let now = app.clock.now();
    let email = applicant.email;
    app.database
        .write::<_, Failure, _>(move |conn| {
            if !users::owner_exists(conn)? {
                return Err(Code::SetupRequired.into());
            }
            insert(conn, &user, bonus, now)?;
            if let Some(token) = &invited
                && !invitations::redeem(conn, token, &email, &user.id, now)?
            {
                return Err(Code::InvitationInvalid.into());
            }
            found(conn, &user.id)
        })
        .await
}

/// Makes an account without asking whether registration is open: for set-up and for the command line.
///
/// # Errors
/// `email_taken`, `username_taken`, and `setup_done` for a second owner.
pub async fn create(app: &App, applicant: Applicant, role: Role) -> Result<User, Failure> {
    let user = new_user(&applicant, role).await?;
    let bonus = app.settings.current(app).await?.new_user_credits;
    let now = app.clock.now();
    app.database
        .write::<_, Failure, _>(move |conn| {
            insert(conn, &user, bonus, now)?;
            found(conn, &user.id)
        })
        .await
}

async fn new_user(applicant: &Applicant, role: Role) -> Result<NewUser, Failure> {
    Ok(NewUser {
        id: UserId::new(),
        email: applicant.email.clone(),
        username: applicant.username.clone(),
        password_hash: passwords::hash(applicant.password.clone()).await?,
        role,
        locale: applicant.locale,
    })
}

/// The account, its balance and its welcome credits, in the caller's transaction.
fn insert(conn: &mut Connection, user: &NewUser, bonus: i64, now: Timestamp) -> Result<(), Failure> {
    users::insert(conn, user, now).map_err(taken)?;
    Account::open(conn, &user.id, now)?;
    if bonus > 0 {
        let earning =
            Earning { reason: Reason::Signup, amount: bonus, payment_id: None, note: None, effect_key: format!("user:{}:signup", user.id) };
        credits::earn(conn, &user.id, earning, now)?;
    }
    Ok(())
}

fn found(conn: &mut Connection, id: &UserId) -> Result<User, Failure> {
    users::by_id(conn, id)?.ok_or_else(|| Failure::internal("an account vanished while it was made"))
}

/// Turns a collision into the answer that says which field collided.
pub fn taken(error: diesel::result::Error) -> Failure {
    if db::unique_violation_on(&error, "users", &["email"]) {
        Failure::new(Code::EmailTaken)
    } else if db::unique_violation_on(&error, "users", &["username_folded"]) {
        Failure::new(Code::UsernameTaken)
    } else if db::unique_violation_on(&error, "users", &["role"]) {
        Failure::new(Code::SetupDone)
    } else {
        error.into()
    }
}
