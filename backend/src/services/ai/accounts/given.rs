//! What accounts are made of: keys that the operator gave, wherever he gave them. Those of the settings are read here.

use egress::ProxyUrl;
use providers::Secret;
use url::Url;

use crate::config::Config;
use crate::config::providers::Vendor;
use crate::config::secrets::Secrets;
use crate::models::catalogue::{Need, Provider};
use crate::services::catalogue::Catalogue;
use crate::services::crypto::derive;

/// An account with a vendor as the operator gave it.
#[derive(Debug, Clone)]
pub struct Given {
    /// Names the account as long as it exists, in tries at tasks, logs and health. No two accounts have the same, and it
    /// tells nothing of the key.
    pub id: String,
    /// The vendor's name in the catalogue.
    pub provider: String,
    /// What the operator calls it: for him only.
    pub label: String,
    /// The key, where the vendor wants one. For HTTP Basic it is `user:password`.
    pub key: Option<Secret>,
    /// Where its interface is, if not at its usual place.
    pub base_url: Option<Url>,
    /// The secret that the vendor signs its calls with, where it has one for each account.
    pub webhook_secret: Option<Secret>,
    /// Its share of the vendor's requests beside its other accounts; at least 1.
    pub weight: u32,
    /// Requests at once, if not as many as the catalogue says.
    pub concurrency: Option<usize>,
    /// The proxy that it goes through, whatever the settings say for all.
    pub proxy: Option<ProxyUrl>,
    /// Whether the operator has paused it: it is given no new requests.
    pub paused: bool,
}

/// The accounts that the settings give: one for each key, or one without a key where an address is enough.
#[must_use]
pub fn of_settings(catalogue: &Catalogue, config: &Config, secrets: &Secrets) -> Vec<Given> {
    let mut given = Vec::new();
    for provider in &catalogue.providers {
        let Some(vendor) = config.providers.vendor(&provider.id) else { continue };
        if vendor.api_keys.is_empty() && provider.needs == Need::Address && vendor.base_url.is_some() {
            given.push(account(vendor, None, secrets));
        }
        given.extend(vendor.api_keys.iter().enumerate().map(|place| account(vendor, Some(place), secrets)));
    }
    given
}

fn account(vendor: &Vendor, key: Option<(usize, &Secret)>, secrets: &Secrets) -> Given {
    let id = key.map_or_else(|| vendor.id.to_owned(), |(_, key)| format!("{}-{}", vendor.id, trace(secrets, key)));
    let label = match key {
        None => vendor.address_variable.to_owned(),
        Some((0, _)) => vendor.key_variable.to_owned(),
        Some((place, _)) => format!("{} ({})", vendor.key_variable, place + 1),
    };
    Given {
        id,
        provider: vendor.id.to_owned(),
        label,
        key: key.map(|(_, key)| key.clone()),
        base_url: vendor.base_url.as_ref().and_then(|url| Url::parse(url.as_str()).ok()),
        webhook_secret: vendor.webhook_secret(key.map_or(0, |(place, _)| place)).cloned(),
        weight: 1,
        concurrency: None,
        proxy: None,
        paused: false,
    }
}

/// Finds a key again after a restart, in whatever order the settings have them then. Made with a secret of ours, so that
/// guesses at a key cannot be tried on it.
fn trace(secrets: &Secrets, key: &Secret) -> String {
    let mut trace = hex::encode(derive(&secrets.jwt, &format!("account of a vendor{}", key.expose())));
    trace.truncate(8);
    trace
}

/// What has to be set before a vendor can be used.
#[must_use]
pub fn needed(catalogue: &Catalogue, config: &Config, provider: &str) -> Option<&'static str> {
    let needs = catalogue.providers.iter().find(|known| known.id == provider)?.needs;
    let vendor = config.providers.vendor(provider)?;
    Some(match needs {
        Need::Key => vendor.key_variable,
        Need::Address => vendor.address_variable,
    })
}

/// Whether an account has what its vendor needs.
pub(super) fn is_complete(provider: &Provider, given: &Given) -> bool {
    match provider.needs {
        Need::Key => given.key.is_some(),
        Need::Address => given.base_url.is_some(),
    }
}
