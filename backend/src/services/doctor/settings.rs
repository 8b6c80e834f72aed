//! What is written in the settings, and the secrets.

use std::collections::BTreeSet;

use super::{Line, State};
use crate::config::app::Environment;
use crate::config::secrets::{PLACES, Secrets};
use crate::config::{Config, Secret};
use crate::models::locale::Locale;

/// Fewer different characters than this make no secret, however long it is.
const LEAST_DIFFERENT: usize = 10;

/// Settings that are odd, and the address of the studio.
pub fn lines(config: &Config, locale: Locale) -> Vec<Line> {
    // What is odd about DOMAIN has a line of its own.
    let odd = config.warnings.iter().filter(|warning| warning.variables != ["DOMAIN"]).map(|warning| {
        let message = warning.message.get(locale).to_owned();
        Line { check: "settings", state: State::Warning, message, advice: None }
    });
    let mut lines: Vec<Line> = odd.collect();
    if lines.is_empty() {
        lines.push(Line::new(locale, "settings", State::Ok, "sound", &[]));
    }
    lines.push(domain(config, locale));
    lines
}

fn domain(config: &Config, locale: Locale) -> Line {
    let (domain, host) = (&config.server.domain, config.server.host);
    let (address, listens) = (domain.as_str(), host.to_string());
    let values = [("domain", address), ("host", listens.as_str())];
    let open = config.app.environment == Environment::Production && !domain.is_https() && !domain.is_this_machine();
    let (state, what) = match () {
        () if open => (State::Warning, "open"),
        () if domain.is_this_machine() && !host.is_loopback() => (State::Warning, "local"),
        () => (State::Ok, "sound"),
    };
    Line::new(locale, "domain", state, what, &values)
}

/// Whether the secrets are there, differ, and cannot be guessed.
pub fn secret_lines(config: &Config, secrets: Result<&Secrets, &Vec<&'static str>>, locale: Locale) -> Vec<Line> {
    let folder = config.app.data_dir.join("secrets").display().to_string();
    let secrets = match secrets {
        Ok(secrets) => secrets,
        Err(missing) => {
            let values = [("names", missing.join(", ")), ("folder", folder)];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            let (state, what) = if config.makes_secrets() { (State::Ok, "later") } else { (State::Failure, "missing") };
            return vec![Line::new(locale, "secrets", state, what, &values)];
        }
    };
    let all: [(&str, &Secret); 3] = [(PLACES[0], &secrets.jwt), (PLACES[1], &secrets.encryption), (PLACES[2], &secrets.webhook)];
    let weak = all.iter().filter(|(_, secret)| secret.expose().chars().collect::<BTreeSet<char>>().len() < LEAST_DIFFERENT);
    let mut lines: Vec<Line> = weak.map(|(name, _)| Line::new(locale, "secrets", State::Failure, "weak", &[("name", *name)])).collect();
    let different: BTreeSet<&str> = all.iter().map(|(_, secret)| secret.expose()).collect();
    if different.len() < all.len() {
        lines.push(Line::new(locale, "secrets", State::Warning, "same", &[]));
    }
    if lines.is_empty() {
        lines.push(Line::new(locale, "secrets", State::Ok, "sound", &[]));
    }
    lines
}
