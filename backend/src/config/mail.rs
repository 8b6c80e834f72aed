//! The mail server that carries confirmations and new passwords. Without one nothing is sent.

use super::Secret;
use super::problem::Complaint;
use super::reader::{Reader, as_is};
use super::setting::{Choice, Whole};
use super::text::Text;

const PORT: Whole<u16> = Whole { name: "SMTP_PORT", default: 587, min: 1, max: u16::MAX };

const TLS: Choice<Tls> =
    Choice { name: "SMTP_TLS", default: Tls::StartTls, options: &[("starttls", Tls::StartTls), ("tls", Tls::Tls), ("none", Tls::None)] };

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Begins in the clear and must switch over (port 587).
    StartTls,
    /// Encrypted from the first byte (port 465).
    Tls,
    /// In the clear: a server on this machine.
    None,
}

/// A mail server and the account on it.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// `SMTP_HOST`.
    pub host: String,
    /// `SMTP_PORT` (587).
    pub port: u16,
    /// `SMTP_TLS` (starttls): starttls, tls or none.
    pub tls: Tls,
    /// `SMTP_USER` and `SMTP_PASS`: both or neither.
    pub login: Option<(String, Secret)>,
    /// `SMTP_FROM` (SMTP_USER): the sender's address.
    pub from: String,
}

/// Settings of mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The server; off without `SMTP_HOST`.
    pub smtp: Option<Smtp>,
}

impl Mail {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let host = reader.account("SMTP_HOST", as_is);
        let port = reader.whole(&PORT);
        let tls = reader.choice(&TLS);
        let user = reader.account("SMTP_USER", as_is);
        let password = reader.account_secret("SMTP_PASS");
        let from = reader.account("SMTP_FROM", parse_sender);
        // A sample's host is often a real one, so that any other sample value means: not set up yet.
        if reader.any_placeholder(&["SMTP_HOST", "SMTP_USER", "SMTP_PASS", "SMTP_FROM"]) {
            return Self { smtp: None };
        }
        let Some(host) = host else { return Self { smtp: None } };
        let from = from.or_else(|| user.clone().filter(|user| user.contains('@')));
        let login = match (user, password) {
            (Some(user), Some(password)) => Some((user, password)),
            (Some(_), None) => {
                reader.missing("SMTP_PASS", "SMTP_USER");
                None
            }
            (None, Some(_)) => {
                reader.missing("SMTP_USER", "SMTP_PASS");
                None
            }
            (None, None) => None,
        };
        if from.is_none() && !reader.is_given("SMTP_FROM") {
            reader.missing("SMTP_FROM", "SMTP_HOST");
        }
        Self { smtp: from.map(|from| Smtp { host, port, tls, login, from }) }
    }
}

/// Checks only what would let a value break out of a header; the mail library reads the address itself.
fn parse_sender(text: &str) -> Result<String, Complaint> {
    let suits = text.contains('@') && !text.chars().any(char::is_control);
    suits.then(|| text.to_owned()).ok_or_else(|| {
        let reason = Text::new("must be a mail address", "必须是邮箱地址");
        Complaint::suggest(reason, "studio@example.com")
    })
}
