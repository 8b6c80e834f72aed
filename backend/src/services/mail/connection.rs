//! The way to the operator's mail server: name, connection, encryption, login, sender. It ends where the first of them
//! fails, and says which; `doctor` and the sending of letters go the same way. The operator's own server may be anywhere,
//! so the rules about addresses that strangers name do not apply.

use std::error::Error as _;
use std::future::Future;
use std::io;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Mail, Rset};
use lettre::transport::smtp::extension::ClientId;

use crate::config::Config;
use crate::config::mail::{Smtp, Tls};

/// Longest step. Servers that look up who calls take seconds for their greeting.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest part of a server's words that is kept, in characters.
const WORDS_CHARACTERS: usize = 200;

/// What the first step is that does not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The host has no address.
    Name,
    /// The host accepts no connection.
    Connection,
    /// The host does not answer in time.
    Answer,
    /// `SMTP_CA_FILE` cannot be read.
    CaFile,
    /// Whoever answers cannot prove to be the host, or does not speak TLS.
    Tls,
    /// The server offers no STARTTLS.
    StartTls,
    /// The server does not want to talk.
    Greeting,
    /// The server offers no way of logging in that we know.
    LoginOffer,
    /// The server refuses user and password.
    Login,
    /// The server refuses the sender.
    Sender,
}

impl Step {
    /// Its name among the messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name_unknown",
            Self::Connection => "no_connection",
            Self::Answer => "no_answer",
            Self::CaFile => "ca_unreadable",
            Self::Tls => "tls_failed",
            Self::StartTls => "no_starttls",
            Self::Greeting => "refused",
            Self::LoginOffer => "no_login",
            Self::Login => "login_refused",
            Self::Sender => "sender_refused",
        }
    }
}

/// The mail server cannot be used as things are. Others may mend it, so what waits for it is tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {words}", step.as_str())]
pub struct Trouble {
    /// Where it ends.
    pub step: Step,
    /// The server's own words or the technical cause; never a password.
    pub words: String,
}

/// A connection on which letters of the sender are taken.
pub struct Ready {
    connection: AsyncSmtpConnection,
}

/// Why a letter was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// The server refuses this letter for good, as to an address that does not exist.
    #[error("refused for good: {0}")]
    Never(String),
    /// It may go later.
    #[error("not taken now: {0}")]
    Later(String),
}

/// Connects, protects the connection, logs in, and asks whether the sender may send.
///
/// # Errors
/// See [`Trouble`].
pub async fn open(config: &Config, smtp: &Smtp) -> Result<Ready, Trouble> {
    open_within(config, smtp, PATIENCE).await
}

async fn open_within(config: &Config, smtp: &Smtp, patience: Duration) -> Result<Ready, Trouble> {
    let host = (smtp.host.as_str(), smtp.port);
    let known = within(patience, tokio::net::lookup_host(host)).await?;
    known.map(drop).map_err(|error| trouble(Step::Name, smtp, &error.to_string()))?;
    let tls = if smtp.tls == Tls::None { None } else { Some(tls(smtp)?) };
    let hello = ClientId::Domain(config.server.domain.host().to_owned());
    let at_once = tls.clone().filter(|_| smtp.tls == Tls::Implicit);
    let connected = within(patience, AsyncSmtpConnection::connect_tokio1(host, Some(patience), &hello, at_once, None)).await?;
    let mut connection = connected.map_err(|error| trouble(way(&error, Step::Greeting), smtp, &words_of(&error)))?;
    if let (Some(tls), Tls::StartTls) = (tls, smtp.tls) {
        if !connection.can_starttls() {
            return Err(trouble(Step::StartTls, smtp, ""));
        }
        let switched = within(patience, connection.starttls(tls, &hello)).await?;
        switched.map_err(|error| trouble(way(&error, Step::Tls), smtp, &words_of(&error)))?;
    }
    if let Some((user, password)) = &smtp.login {
        let credentials = Credentials::new(user.clone(), password.expose().to_owned());
        let known = within(patience, connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)).await?;
        known.map_err(|error| {
            trouble(if error.is_client() { Step::LoginOffer } else { way(&error, Step::Login) }, smtp, &words_of(&error))
        })?;
    }
    let asked = within(patience, connection.command(Mail::new(Some(smtp.from.email.clone()), Vec::new()))).await?;
    asked.map_err(|error| trouble(way(&error, Step::Sender), smtp, &words_of(&error)))?;
    let reset = within(patience, connection.command(Rset)).await?;
    reset.map_err(|error| trouble(way(&error, Step::Sender), smtp, &words_of(&error)))?;
    Ok(Ready { connection })
}

impl Ready {
    /// Hands a letter over.
    ///
    /// # Errors
    /// See [`Undelivered`].
    pub async fn deliver(&mut self, letter: &Message) -> Result<(), Undelivered> {
        let bytes = letter.formatted();
        match tokio::time::timeout(PATIENCE * 3, self.connection.send(letter.envelope(), &bytes)).await {
            Ok(Ok(_)) => Ok(()),
            // Without a response: the address needs what this server does not do.
            Ok(Err(error)) if error.is_permanent() || error.is_client() => Err(Undelivered::Never(shortened(&words_of(&error)))),
            Ok(Err(error)) => Err(Undelivered::Later(shortened(&words_of(&error)))),
            Err(_) => Err(Undelivered::Later("no answer".to_owned())),
        }
    }

    /// Says good-bye. That it was heard is of no importance.
    pub async fn close(mut self) {
        drop(tokio::time::timeout(PATIENCE, self.connection.quit()).await);
    }
}

async fn within<T>(patience: Duration, step: impl Future<Output = T>) -> Result<T, Trouble> {
    tokio::time::timeout(patience, step).await.map_err(|_| Trouble { step: Step::Answer, words: String::new() })
}

fn tls(smtp: &Smtp) -> Result<TlsParameters, Trouble> {
    let mut parameters = TlsParameters::builder(smtp.host.clone());
    if let Some(path) = &smtp.ca_file {
        let unreadable = |error: String| trouble(Step::CaFile, smtp, &format!("{}: {error}", path.display()));
        let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        parameters = parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| unreadable(words_of(&error)))?);
    }
    parameters.build_rustls().map_err(|error| trouble(Step::Tls, smtp, &words_of(&error)))
}

/// Where the way ends: what the server said belongs to the step that asked it.
fn way(error: &Error, asked: Step) -> Step {
    if error.status().is_some() {
        return asked;
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        match error.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::TimedOut) => return Step::Answer,
            // Certificates that prove nothing, and bytes that are no TLS.
            Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => return Step::Tls,
            _ => cause = error.source(),
        }
    }
    if error.is_tls() { Step::Tls } else { Step::Connection }
}

fn words_of(error: &Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !words.contains(&said) {
            words = format!("{words}: {said}");
        }
        cause = error.source();
    }
    words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn shortened(words: &str) -> String {
    words.chars().take(WORDS_CHARACTERS).collect()
}

/// Servers have been seen to repeat what they were sent.
fn trouble(step: Step, smtp: &Smtp, words: &str) -> Trouble {
    let mut words = words.to_owned();
    if let Some((user, password)) = &smtp.login {
        let password = password.expose();
        for secret in [password.to_owned(), STANDARD.encode(password), STANDARD.encode(format!("\0{user}\0{password}"))] {
            words = words.replace(&secret, "***");
        }
    }
    // Only now: half a password would not be found.
    Trouble { step, words: shortened(&words) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tokio::net::TcpListener;

    use super::*;
    use crate::config::Sources;

    #[tokio::test]
    async fn a_server_that_says_nothing_is_not_waited_for_without_end() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = silent.local_addr().unwrap().port().to_string();
        let settings = [("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", &port), ("SMTP_FROM", "studio@example.com")];
        let environment: BTreeMap<String, String> = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let config = Config::load(&Sources { environment, dotenv: None }).unwrap();
        let smtp = config.mail.smtp.as_ref().unwrap();
        let trouble = open_within(&config, smtp, Duration::from_millis(200)).await.err().unwrap();
        assert_eq!(trouble.step, Step::Answer);
    }

    #[test]
    fn a_password_that_a_server_repeats_is_not_kept() {
        let settings = [("SMTP_HOST", "localhost"), ("SMTP_USER", "li@example.com"), ("SMTP_PASS", "a secret of mine")];
        let environment: BTreeMap<String, String> = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let config = Config::load(&Sources { environment, dotenv: None }).unwrap();
        let smtp = config.mail.smtp.as_ref().unwrap();
        let encoded = STANDARD.encode("\0li@example.com\0a secret of mine");
        let said = trouble(Step::Login, smtp, &format!("535 no: a secret of mine {encoded}"));
        assert_eq!(said.words, "535 no: *** ***");
        let late = trouble(Step::Login, smtp, &format!("{}a secret of mine", ".".repeat(WORDS_CHARACTERS - 5)));
        assert!(!late.words.contains("a sec"), "{}", late.words);
    }
}
