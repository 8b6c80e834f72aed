//! Mail to people: what is written, and how it reaches the operator's mail server. A letter is a job, enqueued in the
//! transaction of what causes it and sent by `jobs::send_mail`; the job holds nothing secret.

use db::Connection;
use jobs::{NewJob, Queue};

use crate::app::App;
use crate::error::{Code, Failure};
use crate::models::payload::SendMail;
use crate::models::timestamp::Timestamp;

pub mod connection;
pub mod letter;

/// Attempts, about an hour and a half with the rests between them: a server that is down at night is up by then, and most
/// links are over.
pub const ATTEMPTS: i32 = 16;

/// Whether letters can be sent.
#[must_use]
pub fn is_on(app: &App) -> bool {
    app.config.mail.smtp.is_some()
}

/// Refuses what needs a letter where none can be sent.
///
/// # Errors
/// `mail_not_configured`.
pub fn required(app: &App) -> Result<(), Failure> {
    if is_on(app) { Ok(()) } else { Err(Code::MailNotConfigured.into()) }
}

/// Enqueues a letter in the caller's transaction; whoever does wakes the workers after it.
///
/// # Errors
/// When the database cannot be written.
pub fn enqueue(conn: &mut Connection, mail: &SendMail, now: Timestamp) -> Result<(), Failure> {
    let job = NewJob::new(Queue::Mail, SendMail::KIND, mail).map_err(Failure::internal)?;
    let job = NewJob { fair_key: mail.user_id.to_string(), max_attempts: ATTEMPTS, ..job };
    jobs::enqueue(conn, job, now.0)?;
    Ok(())
}
