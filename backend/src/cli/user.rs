//! `danqing user …`

use std::io::{IsTerminal, Read};

use clap::Subcommand;

use super::output::{remark, say};
use super::{CommandError, CommandResult, context};
use crate::app::App;
use crate::database::{sessions, users};
use crate::error::Failure;
use crate::models::user::{Email, Password, Role};
use crate::models::username::Username;
use crate::services::accounts::register::{self, Applicant};
use crate::services::accounts::{invitations, passwords, reset};
use crate::services::mail;

/// Make and change accounts.
#[derive(Subcommand)]
pub enum User {
    /// Make an account. Without --password it is read from standard input.
    Create {
        /// E-mail address.
        email: String,
        /// Password, 8 to 128 characters; better piped in than typed here.
        #[arg(long)]
        password: Option<String>,
        /// User name.
        #[arg(long)]
        username: Option<String>,
        /// Make it the owner of the studio; there is one.
        #[arg(long)]
        owner: bool,
    },
    /// Give an account another password and end its sessions.
    SetPassword {
        /// E-mail address.
        email: String,
        /// Password; better piped in.
        #[arg(long)]
        password: Option<String>,
    },
    /// Print a link with which somebody chooses a new password. It works once, for an hour.
    ResetLink {
        /// E-mail address.
        email: String,
    },
    /// Lock an account out. Pictures and credits stay.
    Suspend {
        /// E-mail address.
        email: String,
    },
    /// Let a suspended account in again.
    Restore {
        /// E-mail address.
        email: String,
    },
    /// Print a link with which somebody may register while registration is by invitation.
    Invite {
        /// For this address only.
        email: Option<String>,
    },
}

impl User {
    /// Runs the command.
    pub async fn run(self) -> CommandResult {
        let app = context::app().await?;
        let locale = app.config.app.terminal_locale;
        let sentence = |failure: Failure| context::sentence(&failure, locale);
        match self {
            Self::Create { email, password, username, owner } => {
                let applicant = Applicant {
                    email: Email::parse(&email).map_err(sentence)?,
                    password: Password::choose(secret(password)?).map_err(sentence)?,
                    username: username.as_deref().map(Username::parse).transpose().map_err(sentence)?,
                    invitation: None,
                    locale: None,
                };
                let role = if owner { Role::Owner } else { Role::User };
                let user = register::create(&app, applicant, role).await.map_err(sentence)?;
                say(user.id);
            }
            Self::SetPassword { email, password } => set_password(&app, &email, secret(password)?).await?,
            Self::ResetLink { email } => {
                let user = context::user(&app, &email).await?;
                say(reset::link_for(&app, user).await.map_err(sentence)?);
            }
            Self::Suspend { email } => set_active(&app, &email, false).await?,
            Self::Restore { email } => set_active(&app, &email, true).await?,
            Self::Invite { email } => {
                let email = email.as_deref().map(Email::parse).transpose().map_err(sentence)?;
                say(invitations::create(&app, email).await.map_err(sentence)?);
            }
        }
        Ok(())
    }
}

/// The password given, or the first line of standard input.
fn secret(given: Option<String>) -> Result<String, CommandError> {
    if let Some(given) = given {
        return Ok(given);
    }
    if std::io::stdin().is_terminal() {
        remark("Password / 密码:");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

async fn set_password(app: &App, email: &str, password: String) -> CommandResult {
    let locale = app.config.app.terminal_locale;
    let sentence = |failure: Failure| context::sentence(&failure, locale);
    let user = context::user(app, email).await?;
    let hash = passwords::hash(Password::choose(password).map_err(sentence)?).await.map_err(sentence)?;
    let (now, is_mail_on) = (app.clock.now(), mail::is_on(app));
    let changed = app.database.write::<_, Failure, _>(move |conn| {
        users::set_password_hash(conn, &user.id, &hash, now)?;
        reset::password_changed(conn, &user, is_mail_on, now)?;
        Ok(sessions::revoke_all(conn, &user.id, now)?)
    });
    changed.await.map_err(sentence)?;
    say("ok");
    Ok(())
}

async fn set_active(app: &App, email: &str, active: bool) -> CommandResult {
    let user = context::user(app, email).await?;
    let now = app.clock.now();
    let changed = app.database.write::<_, Failure, _>(move |conn| Ok(users::set_active(conn, &user.id, active, now)?));
    changed.await.map_err(|failure| context::sentence(&failure, app.config.app.terminal_locale))?;
    say("ok");
    Ok(())
}
