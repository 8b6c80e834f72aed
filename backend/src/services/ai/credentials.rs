//! Accounts with vendors that the owner gives in the page: sealed in the database, opened only into the accounts in force.
//! Each process follows the table, so that a key serves within seconds wherever it was given, without a restart.

use std::time::Duration;

use db::{Connection, Database};
use egress::ProxyUrl;
use providers::Secret;
use tokio::sync::Mutex;
use url::Url;

use super::accounts::{Given, of_settings};
use crate::app::App;
use crate::config::{self, Config};
use crate::database::provider_credentials::{self as table, CredentialRow, Version};
use crate::error::{Code, Failure};
use crate::models::catalogue::Provider;
use crate::models::id::CredentialId;
use crate::models::user::User;
use crate::services::catalogue::Catalogue;
use crate::services::crypto::{Keyring, OpenError, Place};

mod change;
mod trials;
mod view;
mod wish;

pub use change::{add, change, remove};
pub use view::{CredentialView, EnvironmentView, ProviderModel, ProviderView, TestView, show, show_all, tested};
pub use wish::{CredentialRequest, Wish, present};

use trials::{Trials, Way};

/// How often a process looks whether another one changed the accounts.
pub const FOLLOW_EVERY: Duration = Duration::from_secs(2);

/// What a process knows of the accounts beside the table.
#[derive(Default)]
pub struct Credentials {
    /// Which state of the table the accounts in force were made of.
    seen: Mutex<Option<Version>>,
    trials: Trials,
}

/// What is secret about an account.
#[derive(Default, Clone)]
struct Secrets {
    key: Option<Secret>,
    webhook_secret: Option<Secret>,
    /// The address of the proxy, which may hold a password.
    proxy: Option<Secret>,
}

/// Makes the accounts in force anew, if the table changed since: those of the settings, then those of the page.
///
/// # Errors
/// When the database cannot be read.
pub async fn reload(app: &App) -> Result<(), db::Error> {
    // Held to the end, so that of two that come at once the newer list stays.
    let mut seen = app.credentials.seen.lock().await;
    let known = seen.clone();
    let found = app.database.read::<_, db::Error, _>(move |conn| {
        let version = table::version(conn)?;
        if known.as_ref() == Some(&version) { Ok(None) } else { Ok(Some((version, table::all(conn)?))) }
    });
    if let Some((version, rows)) = found.await? {
        let given = in_force(&app.catalogue, &app.config, &app.secrets, &app.keyring, &rows);
        app.accounts.replace(&app.catalogue, &given);
        *seen = Some(version);
    }
    Ok(())
}

/// The accounts in force: those of the settings, then those of these rows that can be read, paused ones included.
#[must_use]
pub fn in_force(
    catalogue: &Catalogue,
    config: &Config,
    secrets: &config::secrets::Secrets,
    keyring: &Keyring,
    rows: &[CredentialRow],
) -> Vec<Given> {
    let mut given = of_settings(catalogue, config, secrets);
    given.extend(rows.iter().filter_map(|row| readable(config, keyring, row)));
    given
}

fn readable(config: &Config, keyring: &Keyring, row: &CredentialRow) -> Option<Given> {
    let opened = given(config, keyring, row);
    if let Err(error) = &opened {
        tracing::error!(provider = row.provider, credential = row.id, %error, "a stored key cannot be read; its account is not used");
    }
    opened.ok()
}

/// What the account of a row is made of.
fn given(config: &Config, keyring: &Keyring, row: &CredentialRow) -> Result<Given, OpenError> {
    Ok(made_of(config, row, open(keyring, row)?))
}

fn made_of(config: &Config, row: &CredentialRow, secrets: Secrets) -> Given {
    Given {
        id: row.id.clone(),
        provider: row.provider.clone(),
        label: row.label.clone(),
        key: secrets.key,
        base_url: named_address(config, &row.provider, row.base_url.as_deref()),
        webhook_secret: secrets.webhook_secret,
        weight: u32::try_from(row.weight).unwrap_or(1),
        concurrency: row.concurrency.and_then(|concurrency| usize::try_from(concurrency).ok()),
        proxy: secrets.proxy.and_then(|proxy| ProxyUrl::parse(proxy.expose()).ok()),
        paused: !row.enabled,
    }
}

/// Where an account leads, if somebody named a place: the page's word, then the settings'.
fn named_address(config: &Config, provider: &str, of_page: Option<&str>) -> Option<Url> {
    let of_settings = config.providers.vendor(provider).and_then(|vendor| vendor.base_url.as_ref());
    Url::parse(of_page.or(of_settings.map(|url| url.as_str()))?).ok()
}

/// Seals everything anew that is not of the present key, and says how many accounts that were.
///
/// # Errors
/// When the database fails. What cannot be opened is left as it is.
pub async fn reseal(app: &App) -> Result<usize, Failure> {
    let for_unit = app.clone();
    let resealed = app.database.write::<_, Failure, _>(move |conn| {
        table::lock(conn)?;
        let mut resealed = 0;
        for row in table::all(conn)?.into_iter().filter(|row| is_outdated(&for_unit.keyring, row)) {
            if let Ok(secrets) = open(&for_unit.keyring, &row) {
                table::update(conn, &seal(&for_unit.keyring, row, &secrets)?)?;
                resealed += 1;
            }
        }
        Ok(resealed)
    });
    resealed.await
}

/// All accounts that were given in the page, sealed as they are.
///
/// # Errors
/// When the database cannot be read.
pub async fn stored(database: &Database) -> Result<Vec<CredentialRow>, db::Error> {
    database.read(|conn| Ok(table::all(conn)?)).await
}

/// How many of these have a key that cannot be read, and how many are sealed with the previous `ENCRYPTION_KEY`.
#[must_use]
pub fn unreadable_and_outdated(keyring: &Keyring, rows: &[CredentialRow]) -> (usize, usize) {
    let (readable, unreadable): (Vec<_>, Vec<_>) = rows.iter().partition(|row| open(keyring, row).is_ok());
    (unreadable.len(), readable.into_iter().filter(|row| is_outdated(keyring, row)).count())
}

fn is_outdated(keyring: &Keyring, row: &CredentialRow) -> bool {
    let sealed = [&row.key_ciphertext, &row.webhook_secret_ciphertext, &row.proxy_ciphertext];
    sealed.into_iter().flatten().any(|sealed| keyring.is_outdated(sealed))
}

/// The vendor and the server that a row's secrets may be used for. A server of the operator's settings or of the
/// catalogue is his word and has no name here.
fn bound_to(row: &CredentialRow) -> String {
    let origin = row.base_url.as_deref().and_then(|url| Url::parse(url).ok()).map(|url| url.origin().ascii_serialization());
    format!("{} {}", row.provider, origin.unwrap_or_default())
}

fn open(keyring: &Keyring, row: &CredentialRow) -> Result<Secrets, OpenError> {
    let bound_to = bound_to(row);
    let opened = |column, sealed: &Option<String>| {
        let place = Place { column, row: &row.id, bound_to: &bound_to };
        sealed.as_deref().map(|sealed| keyring.open(place, sealed)).transpose()
    };
    Ok(Secrets {
        key: opened(KEY, &row.key_ciphertext)?,
        webhook_secret: opened(WEBHOOK_SECRET, &row.webhook_secret_ciphertext)?,
        proxy: opened(PROXY, &row.proxy_ciphertext)?,
    })
}

/// The row with its secrets sealed for what it says now.
fn seal(keyring: &Keyring, row: CredentialRow, secrets: &Secrets) -> Result<CredentialRow, Failure> {
    let bound_to = bound_to(&row);
    let sealed = |column, secret: &Option<Secret>| {
        let place = Place { column, row: &row.id, bound_to: &bound_to };
        secret.as_ref().map(|secret| keyring.seal(place, secret)).transpose().map_err(Failure::internal)
    };
    let (key, webhook_secret, proxy) =
        (sealed(KEY, &secrets.key)?, sealed(WEBHOOK_SECRET, &secrets.webhook_secret)?, sealed(PROXY, &secrets.proxy)?);
    Ok(CredentialRow { key_ciphertext: key, webhook_secret_ciphertext: webhook_secret, proxy_ciphertext: proxy, ..row })
}

const KEY: &str = "provider_credentials.key_ciphertext";
const WEBHOOK_SECRET: &str = "provider_credentials.webhook_secret_ciphertext";
const PROXY: &str = "provider_credentials.proxy_ciphertext";

/// The vendor of a name in the catalogue.
///
/// # Errors
/// `not_found`.
pub fn provider<'a>(app: &'a App, id: &str) -> Result<&'a Provider, Failure> {
    app.catalogue.providers.iter().find(|provider| provider.id == id).ok_or_else(|| Code::NotFound.into())
}

/// The stored account of an id as it was sent.
fn found(conn: &mut Connection, provider: &str, id: &str) -> Result<CredentialRow, Failure> {
    let id: CredentialId = id.parse().map_err(|_| Code::NotFound)?;
    table::by_id(conn, provider, &id)?.ok_or_else(|| Code::NotFound.into())
}

/// Says in the log who did what. Never with which key.
fn audit(by: &User, row: &CredentialRow, what: &str, fields: &str) {
    tracing::info!(by = %by.id, provider = row.provider, credential = row.id, label = row.label, what, fields, "an account with a vendor");
}
