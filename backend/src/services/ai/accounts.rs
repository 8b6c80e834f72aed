//! The operator's accounts with vendors: what the catalogue says of a vendor together with a key and an address that the
//! operator gave. A vendor may have several, one for each key; one without what it needs has none, and its models are
//! listed as not available.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use egress::Egress;
use parking_lot::{Mutex, RwLock};
use providers::CallLimits;

use super::callbacks::Callbacks;
use super::embedded::Embedded;
use super::health::Health;
use crate::config::Config;
use crate::messages;
use crate::models::catalogue::{AiModel, Provider};
use crate::models::locale::Locale;
use crate::services::catalogue::{Catalogue, EMBEDDED};

mod given;
mod seat;

pub use given::{Given, needed, of_settings};
pub use seat::{Counted, Seat};

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

/// All accounts. Clones share them. They can be exchanged while the server runs.
#[derive(Clone)]
pub struct Accounts {
    seats: Arc<RwLock<Arc<[Arc<Seat>]>>>,
    /// The engine of this process.
    here: Option<Arc<Seat>>,
    outside: Outside,
    callbacks: Callbacks,
    /// Tasks that were given to each vendor without their naming a model.
    turns: Arc<Mutex<HashMap<String, u64>>>,
    /// Requests of all accounts that are at work or wait for room.
    at_work: Arc<AtomicUsize>,
    /// How well they are.
    pub health: Health,
}

impl Accounts {
    /// Those of the given accounts that have what their vendor needs, in their order.
    #[must_use]
    pub fn open(catalogue: &Catalogue, given: &[Given], outside: &Outside, callbacks: Callbacks) -> Self {
        let (seats, turns, health) = (Arc::default(), Arc::default(), Health::default());
        let at_work = Arc::default();
        let accounts = Self { seats, here: None, outside: outside.clone(), callbacks, turns, at_work, health };
        accounts.replace(catalogue, given);
        accounts
    }

    /// With the engine of this process as a provider for so many requests at once.
    #[must_use]
    pub fn and_here(mut self, embedded: Embedded, concurrency: usize) -> Self {
        self.here = Seat::here(embedded, concurrency, &self.outside).map(Arc::new);
        self
    }

    /// Exchanges all accounts. One whose key, address and room stay the same is kept with what it has at work; a request
    /// of one that goes is followed to its end.
    pub fn replace(&self, catalogue: &Catalogue, given: &[Given]) {
        let mut seats = self.seats.write();
        let renewed = given.iter().filter_map(|given| {
            let provider = catalogue.providers.iter().find(|provider| provider.id == given.provider)?;
            let mut fresh = Seat::new(provider, given, &self.outside, &self.callbacks, &self.at_work)?;
            match seats.iter().find(|seat| seat.is_same(&fresh)) {
                Some(kept) if kept.is_unchanged(&fresh) => return Some(Arc::clone(kept)),
                Some(kept) => fresh.go_on_from(kept),
                // Another key, or another way: what failed before says nothing about it.
                None => self.health.forget(&fresh.account.id),
            }
            Some(Arc::new(fresh))
        });
        *seats = renewed.collect();
    }

    /// An account for a test, beside those in force; `None` when it lacks what its vendor needs.
    #[must_use]
    pub fn trial(&self, provider: &Provider, given: &Given) -> Option<Seat> {
        Seat::new(provider, given, &self.outside, &self.callbacks, &self.at_work)
    }

    /// Every account with a vendor, in the operator's order.
    #[must_use]
    pub fn all(&self) -> Arc<[Arc<Seat>]> {
        self.seats.read().clone()
    }

    /// The accounts with a provider, the one whose turn it is first: the smallest part of its share in use.
    #[must_use]
    pub fn of(&self, provider: &str) -> Vec<Arc<Seat>> {
        if provider == EMBEDDED {
            return self.here.iter().cloned().collect();
        }
        let mut seats: Vec<_> = self.all().iter().filter(|seat| seat.provider == provider).cloned().collect();
        seats.sort_by(|one, other| one.by_use(other));
        seats
    }

    /// Notes that a vendor was given a task.
    pub fn had_turn(&self, provider: &str) {
        *self.turns.lock().entry(provider.to_owned()).or_default() += 1;
    }

    /// Which of some vendors, given with their weights, has had the smallest part of its share; the first among equals.
    #[must_use]
    pub fn whose_turn(&self, vendors: &[(&str, u32)]) -> Option<usize> {
        let turns = self.turns.lock();
        let had = |vendor: &(&str, u32)| u128::from(turns.get(vendor.0).copied().unwrap_or_default());
        // Of fractions with positive denominators, compared without division.
        let less = |one: &(&str, u32), other: &(&str, u32)| (had(one) * u128::from(other.1)).cmp(&(had(other) * u128::from(one.1)));
        (0..vendors.len()).min_by(|one, other| less(&vendors[*one], &vendors[*other]))
    }

    /// The account with a vendor that has this token, when its vendor's calls can be checked.
    #[must_use]
    pub fn called_back(&self, provider: &str, token: &str) -> Option<Arc<Seat>> {
        let is_it = |seat: &&Arc<Seat>| {
            seat.provider == provider && seat.can_check_calls() && self.callbacks.is_token(provider, &seat.account.id, token)
        };
        self.all().iter().find(is_it).cloned()
    }

    /// Whether any vendor is at work for this process now, also for an account that was taken away since.
    #[must_use]
    pub fn are_at_work(&self) -> bool {
        self.at_work.load(Relaxed) > 0
    }

    /// Jobs that vendors can be at work on, or that wait for room with one, at once.
    #[must_use]
    pub fn places(&self) -> usize {
        self.all().iter().map(|seat| 2 * seat.concurrency).sum()
    }

    /// Whether a model can be run.
    #[must_use]
    pub fn can_run(&self, model: &AiModel) -> bool {
        model.provider == EMBEDDED || self.all().iter().any(|seat| seat.provider == model.provider)
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use egress::Options;
    use providers::Secret;

    use super::*;
    use crate::config::Sources;
    use crate::config::secrets::Secrets;

    fn given(id: &str, weight: u32) -> Given {
        let (provider, label) = ("openai".to_owned(), id.to_owned());
        let key = Some(Secret::new(id));
        Given { id: id.to_owned(), provider, label, key, base_url: None, webhook_secret: None, weight, concurrency: Some(4), proxy: None }
    }

    fn open(given: &[Given]) -> (Catalogue, Accounts) {
        let catalogue = Catalogue::load(Path::new("/nowhere")).unwrap();
        let outside = Outside { egress: Egress::new(Options::new("test")).unwrap(), limits: CallLimits::default() };
        let environment = [("DOMAIN".to_owned(), "https://studio.test".to_owned())].into();
        let config = Config::load(&Sources { environment, dotenv: None }).unwrap().config;
        let secret = || Secret::new("of these tests");
        let secrets = Secrets { jwt: secret(), encryption: secret(), encryption_previous: None, webhook: secret() };
        let accounts = Accounts::open(&catalogue, given, &outside, Callbacks::new(&config, &secrets));
        (catalogue, accounts)
    }

    fn next(accounts: &Accounts) -> Arc<Seat> {
        accounts.of("openai").remove(0)
    }

    #[test]
    fn accounts_of_one_vendor_share_its_requests_by_weight() {
        let (_, accounts) = open(&[given("a", 1), given("b", 3)]);
        let mut at_work = Vec::new();
        for _ in 0..8 {
            at_work.push(next(&accounts).count());
        }
        let served = |id: &str| accounts.all().iter().find(|seat| seat.account.id == id).map(|seat| seat.served());
        assert_eq!((served("a"), served("b")), (Some(2), Some(6)));
        drop(at_work);
        // One after the other as well.
        for _ in 0..8 {
            drop(next(&accounts).count());
        }
        assert_eq!((served("a"), served("b")), (Some(4), Some(12)));
    }

    #[test]
    fn what_stays_keeps_its_requests_and_what_goes_is_followed_to_its_end() {
        let (catalogue, accounts) = open(&[given("a", 1), given("b", 1)]);
        let [a, b] = &*accounts.all() else { panic!("two accounts") };
        let (_a_works, _b_works) = (a.count(), b.count());
        accounts.replace(&catalogue, &[given("a", 1), given("c", 1)]);
        let ids: Vec<_> = accounts.all().iter().map(|seat| seat.account.id.clone()).collect();
        assert_eq!(ids, ["a", "c"]);
        assert!(Arc::ptr_eq(a, &accounts.all()[0]));
        assert_eq!(next(&accounts).account.id, "c", "it has nothing to do yet");
        accounts.replace(&catalogue, &[Given { key: Some(Secret::new("another")), ..given("a", 1) }]);
        assert!(!Arc::ptr_eq(a, &accounts.all()[0]));
    }

    #[test]
    fn an_account_without_what_its_vendor_needs_is_none() {
        let keyless = Given { key: None, ..given("a", 1) };
        let nowhere = Given { provider: "comfyui".to_owned(), ..given("b", 1) };
        let unknown = Given { provider: "nobody".to_owned(), ..given("c", 1) };
        assert_eq!(open(&[keyless, nowhere, unknown]).1.all().len(), 0);
    }
}
