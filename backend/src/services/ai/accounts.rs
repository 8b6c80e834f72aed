//! The operator's accounts with vendors: what the catalogue says of a vendor together with the key and address that the
//! settings give. Made once at the start; a vendor without what it needs has no account, and its models are listed as
//! not available.

use std::sync::Arc;
use std::time::Duration;

use egress::{Egress, Route};
use providers::{Account, CallLimits, ImageProvider};
use tokio::sync::Semaphore;
use url::Url;

use super::health::Health;
use crate::config::Config;
use crate::config::providers::Vendor;
use crate::messages;
use crate::models::catalogue::{AiModel, Need, Provider};
use crate::models::locale::Locale;
use crate::services::catalogue::{Catalogue, EMBEDDED};

/// How vendors are reached. A server has the operator's settings; tests open what is otherwise closed.
#[derive(Debug, Clone)]
pub struct Outside {
    /// The only way out.
    pub egress: Egress,
    /// How long calls may take and how much may come back.
    pub limits: CallLimits,
}

impl Outside {
    /// The way out that the settings describe.
    ///
    /// # Errors
    /// When the client cannot be built from them.
    pub fn new(config: &Config) -> Result<Self, egress::BuildError> {
        Ok(Self { egress: Egress::new(options(config))?, limits: CallLimits::default() })
    }
}

/// What the settings say of everything that leaves.
#[must_use]
pub fn options(config: &Config) -> egress::Options {
    egress::Options {
        https_proxy: config.outgoing.https_proxy.clone(),
        no_proxy: config.outgoing.no_proxy.clone(),
        ..egress::Options::new(concat!("danqing/", env!("CARGO_PKG_VERSION")))
    }
}

/// All accounts.
#[derive(Clone)]
pub struct Accounts {
    seats: Vec<Seat>,
    /// What the operator would have to set for those that are missing, by vendor.
    missing: Vec<(String, &'static str)>,
    /// How well they are.
    pub health: Health,
}

/// One account, with the adapter that speaks its vendor's interface and room for so many requests at once.
#[derive(Clone)]
pub struct Seat {
    /// The vendor's name in the catalogue.
    pub provider: String,
    /// Speaks its interface.
    pub adapter: Arc<dyn ImageProvider>,
    /// Where it is, and the key.
    pub account: Account,
    /// How many requests it runs at once.
    pub concurrency: usize,
    /// Room for them.
    pub room: Arc<Semaphore>,
    /// Places for those at work and for as many that wait for room; whoever finds none waits in the queue.
    pub places: Arc<Semaphore>,
}

impl Accounts {
    /// The accounts for which the settings have what their vendor needs.
    #[must_use]
    pub fn open(catalogue: &Catalogue, config: &Config, outside: &Outside) -> Self {
        let mut accounts = Self { seats: Vec::new(), missing: Vec::new(), health: Health::default() };
        for provider in &catalogue.providers {
            let Some(given) = config.providers.vendor(&provider.id) else { continue };
            match seat(provider, given, outside) {
                Some(seat) => accounts.seats.push(seat),
                None => accounts.missing.push((provider.id.clone(), needed(provider, given))),
            }
        }
        accounts
    }

    /// The account with a vendor, if there is one.
    #[must_use]
    pub fn of(&self, provider: &str) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.provider == provider)
    }

    /// Whether any vendor is at work for this process now.
    #[must_use]
    pub fn are_at_work(&self) -> bool {
        self.seats.iter().any(|seat| seat.room.available_permits() < seat.concurrency)
    }

    /// Jobs that vendors can be at work on, or that wait for room with one, at once.
    #[must_use]
    pub fn places(&self) -> usize {
        self.seats.iter().map(|seat| 2 * seat.concurrency).sum()
    }

    /// Whether a model can be run.
    #[must_use]
    pub fn can_run(&self, model: &AiModel) -> bool {
        model.provider == EMBEDDED || self.of(&model.provider).is_some()
    }

    /// What has to be set before a vendor can be used.
    #[must_use]
    pub fn missing(&self, provider: &str) -> Option<&'static str> {
        self.missing.iter().find(|(id, _)| id == provider).map(|(_, variable)| *variable)
    }
}

/// `None` when the settings lack what the vendor needs, or this program does not speak its interface.
fn seat(provider: &Provider, given: &Vendor, outside: &Outside) -> Option<Seat> {
    let usable = match provider.needs {
        Need::Key => given.api_key.is_some(),
        Need::Address => given.base_url.is_some(),
    };
    let base_url = given.base_url.as_ref().map(|url| url.as_str()).or(provider.base_url.as_deref())?;
    let adapter = providers::named(&provider.wire).filter(|_| usable)?;
    let account = Account {
        id: provider.id.clone(),
        base_url: Url::parse(base_url).ok()?,
        key: given.api_key.clone(),
        webhook_secret: None,
        webhook_keys_url: None,
        egress: outside.egress.clone(),
        route: Route::Default,
        limits: limits(provider, outside),
    };
    let concurrency = provider.concurrency;
    let (room, places) = (Arc::new(Semaphore::new(concurrency)), Arc::new(Semaphore::new(2 * concurrency)));
    Some(Seat { provider: provider.id.clone(), adapter, account, concurrency, room, places })
}

/// The usual limits, with the time that the catalogue gives this vendor's requests.
fn limits(provider: &Provider, outside: &Outside) -> CallLimits {
    let Some(time) = provider.timeout_seconds.map(Duration::from_secs) else { return outside.limits };
    let generation = egress::Limits { first_byte: time, idle: time, total: time, ..outside.limits.generation };
    CallLimits { generation, ..outside.limits }
}

const fn needed(provider: &Provider, given: &Vendor) -> &'static str {
    match provider.needs {
        Need::Key => given.key_variable,
        Need::Address => given.address_variable,
    }
}

/// What people call whoever runs a model.
#[must_use]
pub fn provider_name(catalogue: &Catalogue, provider: &str, locale: Locale) -> String {
    if provider == EMBEDDED {
        return messages::plain(locale, "provider.embedded");
    }
    let known = catalogue.providers.iter().find(|known| known.id == provider);
    known.map_or_else(|| provider.to_owned(), |known| known.name.get(locale).to_owned())
}
