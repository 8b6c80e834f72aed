//! The mail server that carries confirmations and new passwords. Without one nothing is sent.

use std::net::IpAddr;
use std::path::PathBuf;

use lettre::Address;
use lettre::message::Mailbox;

use super::Secret;
use super::problem::Complaint;
use super::reader::{Reader, as_is};
use super::setting::{Choice, Whole};
use super::text::Text;

const PORT: Whole<u16> = Whole { name: "SMTP_PORT", default: 587, min: 1, max: u16::MAX };

const TLS: Choice<Tls> = Choice {
    name: "SMTP_TLS",
    default: Tls::Auto,
    options: &[("auto", Tls::Auto), ("implicit", Tls::Implicit), ("starttls", Tls::StartTls), ("none", Tls::None)],
};

/// Ports on which TLS begins with the first byte: the registered one, and the one that 163 and QQ name beside it.
const IMPLICIT_PORTS: [u16; 2] = [465, 994];

/// How the connection to the mail server is to be protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// What follows from port and host; see [`Smtp::tls`].
    Auto,
    /// Encrypted from the first byte.
    Implicit,
    /// Begins in the clear and must switch over.
    StartTls,
    /// In the clear.
    None,
}

/// A mail server and the account on it.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// `SMTP_HOST`.
    pub host: String,
    /// `SMTP_PORT` (587).
    pub port: u16,
    /// `SMTP_TLS` (auto): implicit, starttls or none once it is read; auto is implicit on ports 465 and 994, none on this
    /// machine, else starttls.
    pub tls: Tls,
    /// `SMTP_CA_FILE` (none): certificates in PEM that are trusted besides the public ones, for a server of the house.
    pub ca_file: Option<PathBuf>,
    /// `SMTP_USER` and `SMTP_PASS`: both or neither.
    pub login: Option<(String, Secret)>,
    /// `SMTP_FROM` (APP_NAME and SMTP_USER): the sender.
    pub from: Mailbox,
}

/// Settings of mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The server; off without `SMTP_HOST`.
    pub smtp: Option<Smtp>,
}

impl Mail {
    pub(super) fn read(reader: &mut Reader<'_>, app_name: &str) -> Self {
        let host = reader.account("SMTP_HOST", as_is);
        let port = reader.whole(&PORT);
        let tls = reader.choice(&TLS);
        let ca_file = reader.account("SMTP_CA_FILE", |path| Ok(PathBuf::from(path)));
        let user = reader.account("SMTP_USER", as_is);
        let password = reader.account_secret("SMTP_PASS");
        let from = reader.account("SMTP_FROM", |text| parse_sender(text, app_name));
        // A sample's host is often a real one, so that any other sample value means: not set up yet.
        if reader.any_placeholder(&["SMTP_HOST", "SMTP_USER", "SMTP_PASS", "SMTP_FROM"]) {
            return Self { smtp: None };
        }
        let Some(host) = host else { return Self { smtp: None } };
        let from = from.or_else(|| parse_sender(user.as_deref()?, app_name).ok());
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
        let tls = in_force(tls, &host, port);
        Self { smtp: from.map(|from| Smtp { host, port, tls, ca_file, login, from }) }
    }
}

impl Smtp {
    /// Whether the server is on this machine, so that nobody is between.
    #[must_use]
    pub fn is_this_machine(&self) -> bool {
        is_this_machine(&self.host)
    }
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn in_force(tls: Tls, host: &str, port: u16) -> Tls {
    match tls {
        Tls::Auto if IMPLICIT_PORTS.contains(&port) => Tls::Implicit,
        Tls::Auto if is_this_machine(host) => Tls::None,
        Tls::Auto => Tls::StartTls,
        said => said,
    }
}

/// `studio@example.com` or `Studio <studio@example.com>`. Without a name it is the product's.
fn parse_sender(text: &str, app_name: &str) -> Result<Mailbox, Complaint> {
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"').trim(), address.trim()),
        None => (app_name, text),
    };
    let address: Option<Address> = address.parse().ok().filter(|_| !text.chars().any(char::is_control));
    let name = Some(name.to_owned()).filter(|name| !name.is_empty());
    address.map(|address| Mailbox::new(name, address)).ok_or_else(|| {
        let reason = Text::new("must be a mail address, with or without a name", "必须是邮箱地址，可以带名称");
        Complaint::suggest(reason, "Studio <studio@example.com>")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_protects_the_connection_follows_from_port_and_host() {
        for (host, port, tls) in [
            ("smtp.qq.com", 465, Tls::Implicit),
            ("smtp.163.com", 994, Tls::Implicit),
            ("smtp.gmail.com", 587, Tls::StartTls),
            ("mail.example.com", 25, Tls::StartTls),
            ("localhost", 25, Tls::None),
            ("127.0.0.1", 1025, Tls::None),
            ("::1", 465, Tls::Implicit),
        ] {
            assert_eq!(in_force(Tls::Auto, host, port), tls, "{host}:{port}");
        }
        assert_eq!(in_force(Tls::StartTls, "localhost", 465), Tls::StartTls);
        assert_eq!(in_force(Tls::None, "mail.example.com", 25), Tls::None);
    }

    #[test]
    fn a_sender_has_its_own_name_or_that_of_the_product_and_no_line_breaks() {
        for (written, name, address) in [
            ("studio@example.com", "丹青", "studio@example.com"),
            ("\"My, Studio\" <studio@example.com>", "My, Studio", "studio@example.com"),
            ("画室 <studio@example.com>", "画室", "studio@example.com"),
        ] {
            let sender = parse_sender(written, "丹青").unwrap();
            assert_eq!((sender.name.as_deref(), sender.email.to_string().as_str()), (Some(name), address));
        }
        for nonsense in ["studio", "studio@", "A\nBcc: x@y.z <a@b.c>", "<>", "a@b.c, d@e.f"] {
            assert!(parse_sender(nonsense, "丹青").is_err(), "{nonsense:?} was taken");
        }
    }
}
