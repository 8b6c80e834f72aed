//! A letter as it is sent: subject, text and HTML in the reader's language, with links from DOMAIN only and nothing that is
//! fetched when it is opened.

use lettre::Message;
use lettre::address::AddressError;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use minijinja::{AutoEscape, Environment, context};

use crate::config::Config;
use crate::config::mail::Smtp;
use crate::error::Failure;
use crate::messages;
use crate::models::letter::Letter;
use crate::models::locale::Locale;
use crate::models::timestamp::Timestamp;

const HTML: &str = include_str!("letter.html");
const TEXT: &str = include_str!("letter.txt");

/// What a letter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// One line.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As a page.
    pub html: String,
}

/// Writes a letter; `link` is the whole address.
///
/// # Errors
/// When a template cannot be filled, which the tests rule out.
pub fn write(config: &Config, letter: Letter, link: Option<&str>, locale: Locale) -> Result<Written, Failure> {
    let say = |part: &str| {
        let values = [("app", config.app.name.as_str())];
        messages::text(locale, &format!("mail.{part}"), &values)
    };
    let name = letter.as_str();
    let subject: String = say(&format!("{name}.subject")).chars().filter(|letter| !letter.is_control()).collect();
    let body = say(&format!("{name}.body"));
    let values = context! {
        lang => locale.tag(),
        subject => subject.as_str(),
        paragraphs => body.split("\n\n").map(str::to_owned).collect::<Vec<String>>(),
        link,
        action => link.map(|_| say(&format!("{name}.action"))),
        paste => say("paste"),
        footer => say("footer"),
        studio => config.server.domain.as_str(),
    };
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    let fill = |name, template| templates.render_named_str(name, template, &values).map_err(Failure::internal);
    Ok(Written { text: fill("letter.txt", TEXT)?, html: fill("letter.html", HTML)?, subject })
}

/// Puts a letter into an envelope. `number` names it, so that one that was sent twice can be told to be one.
///
/// # Errors
/// When the address is none that mail can be sent to.
pub fn address(config: &Config, smtp: &Smtp, to: &str, written: Written, number: &str, now: Timestamp) -> Result<Message, AddressError> {
    let to = Mailbox::new(None, to.parse()?);
    let message = Message::builder()
        .from(smtp.from.clone())
        .to(to)
        .subject(written.subject)
        .date(now.system_time())
        .message_id(Some(format!("<{number}@{}>", config.server.domain.host())))
        .multipart(MultiPart::alternative_plain_html(written.text, written.html));
    let mut message = message.map_err(|_| AddressError::Unbalanced)?;
    // Nobody on holiday has to answer us.
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
    Ok(message)
}
