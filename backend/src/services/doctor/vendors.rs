//! The accounts with vendors, each tested with a call that costs nothing, and the keys that are stored.

use std::sync::Arc;

use futures::{StreamExt, stream};

use super::database::Opened;
use super::{Line, State};
use crate::config::secrets::Secrets;
use crate::config::{Config, Secret};
use crate::database::provider_credentials::CredentialRow;
use crate::models::locale::Locale;
use crate::services::ai::accounts::{Accounts, Outside, Seat};
use crate::services::ai::callbacks::Callbacks;
use crate::services::ai::check::{Outcome, Place, check};
use crate::services::ai::credentials::{in_force, stored, unreadable_and_outdated};
use crate::services::catalogue::Catalogue;
use crate::services::crypto::Keyring;

/// Accounts tested at once.
const AT_ONCE: usize = 8;

/// Says how they are.
pub async fn lines(config: &Config, secrets: Result<Secrets, Vec<&'static str>>, opened: &Opened, locale: Locale) -> Vec<Line> {
    let failed = |reason: &dyn ToString| vec![Line::new(locale, "vendors", State::Failure, "unusable", &[("reason", &reason.to_string())])];
    let outside = match Outside::new(config) {
        Ok(outside) => outside,
        Err(error) => return failed(&error),
    };
    let catalogue = match Catalogue::load(&config.app.data_dir.join("catalogue")) {
        Ok(catalogue) => catalogue,
        Err(error) => return failed(&error),
    };
    let mut lines = Vec::new();
    // The keys of the settings can be tested also where nothing else can.
    let (mut rows, may_sign) = (Vec::new(), secrets.is_ok());
    let secrets = secrets.unwrap_or_else(|_| nothing());
    let keyring = Keyring::new(&secrets);
    if let (Opened::Current(database), true) = (opened, may_sign) {
        match stored(database).await {
            Ok(found) => rows = found,
            Err(error) => lines.push(Line::new(locale, STORED, State::Failure, "unread", &[("reason", &error.to_string())])),
        }
    }
    lines.extend(sealed(&keyring, &rows, locale));
    let given = in_force(&catalogue, config, &secrets, &keyring, &rows);
    let seats = Accounts::open(&catalogue, &given, &outside, Callbacks::new(config, &secrets)).all();
    if seats.is_empty() {
        lines.push(Line::new(locale, "vendors", State::Ok, "none", &[]));
    }
    let tests: Vec<_> = seats.iter().map(|seat| account(config, &catalogue, seat, locale)).collect();
    lines.extend(stream::iter(tests).buffered(AT_ONCE).collect::<Vec<_>>().await.into_iter().flatten());
    lines
}

/// Stands in for secrets that are still to be made: nothing is signed or sealed here.
fn nothing() -> Secrets {
    let none = || Secret::new("");
    Secrets { jwt: none(), encryption: none(), encryption_previous: None, webhook: none() }
}

async fn account(config: &Config, catalogue: &Catalogue, seat: &Arc<Seat>, locale: Locale) -> Option<Line> {
    let provider = catalogue.providers.iter().find(|provider| provider.id == seat.provider)?;
    let variable = config.providers.vendor(&provider.id).map_or("", |vendor| vendor.address_variable);
    let finding = check(provider, seat).await;
    let words = finding.words(provider, Place::Settings(variable), locale);
    let state = match finding.outcome {
        Outcome::Ok => State::Ok,
        Outcome::Busy => State::Warning,
        _ => State::Failure,
    };
    let detail = words.detail.map(|detail| format!(": {detail}")).unwrap_or_default();
    Some(Line { check: "vendors", state, message: format!("{} ({}{detail})", words.message, seat.label), advice: words.advice })
}

/// The check of stored keys.
const STORED: &str = "stored_keys";

fn sealed(keyring: &Keyring, rows: &[CredentialRow], locale: Locale) -> Option<Line> {
    let line = |state, what: &str, count: usize| Line::new(locale, STORED, state, what, &[("count", &count.to_string())]);
    match unreadable_and_outdated(keyring, rows) {
        (0, 0) => None,
        (0, outdated) => Some(line(State::Warning, "outdated", outdated)),
        (unreadable, _) => Some(line(State::Failure, "unreadable", unreadable)),
    }
}
