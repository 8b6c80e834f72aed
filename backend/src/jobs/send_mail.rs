//! Sends a letter. It is written only now, so that its link's token stands nowhere else. What the server refuses for good
//! ends; whatever may pass is tried again. A letter may come twice when the process ends right after it was taken.

use std::time::Duration;

use jobs::{Context, Job, Outcome};

use crate::app::App;
use crate::database::{mail_links, users};
use crate::error::Failure;
use crate::models::payload::SendMail;
use crate::services::accounts::links;
use crate::services::mail::connection::{self, Undelivered};
use crate::services::mail::letter;

/// Rest while no server is configured: somebody has to change settings and restart.
const WITHOUT_SERVER: Duration = Duration::from_secs(600);

/// How an attempt ended that did not fail inside.
enum Sent {
    /// It was taken, or there is nothing to send any more.
    Done,
    /// It may go later.
    Later(Option<Duration>, String),
}

/// Runs the job.
pub async fn run(app: App, context: Context, job: Job) -> Outcome {
    let sent = tokio::select! {
        sent = send(&app, &job) => sent,
        () = context.cancelled.cancelled() => return Outcome::Release,
    };
    match sent {
        Ok(Sent::Done) => Outcome::Finish,
        Ok(Sent::Later(after, error)) => Outcome::Retry { after, error },
        Err(failure) => Outcome::Retry { after: None, error: format!("{failure:?}") },
    }
}

async fn send(app: &App, job: &Job) -> Result<Sent, Failure> {
    let mail: SendMail = job.payload().map_err(Failure::internal)?;
    let Some(smtp) = &app.config.mail.smtp else {
        return Ok(Sent::Later(Some(WITHOUT_SERVER), "no mail server is configured".to_owned()));
    };
    let (now, user_id, link_id) = (app.clock.now(), mail.user_id.clone(), mail.link.clone());
    let found = app.database.read::<_, Failure, _>(move |conn| {
        let link = link_id.as_ref().map(|id| mail_links::open(conn, id, now)).transpose()?.flatten();
        Ok((users::by_id(conn, &user_id)?, link))
    });
    let (Some(user), link) = found.await? else { return Ok(Sent::Done) };
    if mail.link.is_some() && link.is_none() {
        tracing::info!(letter = mail.letter.as_str(), user = %user.id, "a letter is not sent: its link was used or is over");
        return Ok(Sent::Done);
    }
    let locale = user.locale.unwrap_or(app.config.app.default_locale);
    let address = link.map(|link| links::address(app, &link));
    let written = letter::write(&app.config, mail.letter, address.as_deref(), locale)?;
    let number = format!("{}.{}", job.id, job.created_at);
    let Ok(message) = letter::address(&app.config, smtp, &mail.to, written, &number, now) else {
        tracing::warn!(letter = mail.letter.as_str(), user = %user.id, "a letter is not sent: the address is none");
        return Ok(Sent::Done);
    };
    let mut server = match connection::open(&app.config, smtp).await {
        Ok(server) => server,
        Err(trouble) => {
            tracing::warn!(%trouble, "the mail server cannot be used; the letter is tried again. “danqing doctor” says what to change");
            return Ok(Sent::Later(None, trouble.to_string()));
        }
    };
    let delivered = server.deliver(&message).await;
    server.close().await;
    match delivered {
        Ok(()) => Ok(Sent::Done),
        Err(Undelivered::Later(words)) => Ok(Sent::Later(None, words)),
        Err(never) => {
            tracing::warn!(letter = mail.letter.as_str(), user = %user.id, %never, "a letter was refused");
            Ok(Sent::Done)
        }
    }
}
