//! Whether the mail server takes letters from the studio: name, connection, encryption with a certificate that proves the host,
//! login, sender. Nothing is sent.

use super::{Line, State};
use crate::config::Config;
use crate::config::mail::Tls;
use crate::models::locale::Locale;
use crate::services::mail::connection;

/// Says how it is.
pub async fn line(config: &Config, locale: Locale) -> Line {
    let Some(smtp) = &config.mail.smtp else { return Line::new(locale, "mail", State::Ok, "off", &[]) };
    let place = format!("{}:{}", smtp.host, smtp.port);
    let sender = smtp.from.email.to_string();
    let said = |state, what: &str, reason: &str| {
        let values = [("place", place.as_str()), ("host", &smtp.host), ("sender", &sender), ("reason", reason)];
        Line::new(locale, "mail", state, what, &values)
    };
    match connection::open(config, smtp).await {
        Ok(server) => {
            server.close().await;
            let is_far_and_open = smtp.tls == Tls::None && !smtp.is_this_machine();
            if is_far_and_open { said(State::Warning, "open", "") } else { said(State::Ok, "takes", "") }
        }
        Err(trouble) => said(State::Failure, trouble.step.as_str(), &trouble.words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages;
    use crate::services::mail::connection::Step;

    #[test]
    fn every_step_that_may_fail_has_words_and_advice() {
        use Step::{Answer, CaFile, Connection, Greeting, Login, LoginOffer, Name, Sender, StartTls, Tls};
        for step in [Name, Connection, Answer, CaFile, Tls, StartTls, Greeting, LoginOffer, Login, Sender] {
            for end in ["", "_do"] {
                let key = format!("doctor.mail.{}{end}", step.as_str());
                assert!(messages::find(Locale::En, &key).is_some(), "{key}");
            }
        }
    }
}
