//! The operator's accounts with vendors: what the catalogue says of a vendor together with a key and an address that the
//! operator gave. A vendor may have several, one for each key; one without what it needs has none, and its models are
//! listed as not available.

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
mod turns;

pub use given::{Given, needed, of_settings};
pub use seat::{Counted, Seat};
use turns::Turns;

/// How vendors and the bucket are reached. A server has the operator's settings; tests open what is otherwise closed.
#[derive(Debug, Clone)]
pub struct Outside {
    /// The only way out.
    pub egress: Egress,
    /// How long calls may take and how much may come back.
    pub limits: CallLimits,
    /// How long the bucket may be silent.
    pub bucket: storage::Patience,
}

impl Outside {
    /// The way out that the settings describe.
    ///
    /// # Errors
    /// When the client cannot be built from them.
    pub fn new(config: &Config) -> Result<Self, egress::BuildError> {
        Ok(Self { egress: Egress::new(options(config))?, limits: CallLimits::default(), bucket: storage::Patience::default() })
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

/// The accounts that there are now.
#[derive(Default)]
struct Seats {
    /// Those that requests are sent to.
    in_force: Arc<[Arc<Seat>]>,
    /// Those that the operator has paused: they are asked about what they have, and given nothing new.
    paused: Vec<Arc<Seat>>,
}

/// All accounts. Clones share them. They can be exchanged while the server runs.
#[derive(Clone)]
pub struct Accounts {
    seats: Arc<RwLock<Seats>>,
    /// The engine of this process.
    here: Option<Arc<Seat>>,
    outside: Outside,
    callbacks: Callbacks,
    /// Of vendors: tasks that were given to them without their naming a model.
    vendor_turns: Arc<Mutex<Turns>>,
    /// Of accounts: requests.
    account_turns: Arc<Mutex<Turns>>,
    /// Requests of all accounts that are at work or wait for room.
    at_work: Arc<AtomicUsize>,
    /// How well they are.
    pub health: Health,
}

impl Accounts {
    /// Those of the given accounts that have what their vendor needs, in their order.
    #[must_use]
    pub fn open(catalogue: &Catalogue, given: &[Given], outside: &Outside, callbacks: Callbacks) -> Self {
        let accounts = Self {
            seats: Arc::default(),
            here: None,
            outside: outside.clone(),
            callbacks,
            vendor_turns: Arc::default(),
            account_turns: Arc::default(),
            at_work: Arc::default(),
            health: Health::default(),
        };
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
        let renewed = |given: &Given| {
            let provider = catalogue.providers.iter().find(|provider| provider.id == given.provider)?;
            let mut fresh = Seat::new(provider, given, &self.outside, &self.callbacks, &self.at_work)?;
            match seats.in_force.iter().chain(&seats.paused).find(|seat| seat.is_same(&fresh)) {
                Some(kept) if kept.is_unchanged(&fresh) => return Some(Arc::clone(kept)),
                Some(kept) => fresh.go_on_from(kept),
                // Another key, or another way: what failed before says nothing about it.
                None => self.health.forget(&fresh.account.id),
            }
            Some(Arc::new(fresh))
        };
        let (paused, in_force): (Vec<&Given>, Vec<&Given>) = given.iter().partition(|given| given.paused);
        *seats = Seats {
            in_force: in_force.into_iter().filter_map(renewed).collect(),
            paused: paused.into_iter().filter_map(renewed).collect(),
        };
        self.account_turns.lock().keep(&ids(&seats.in_force));
    }

    /// An account for a test, beside those in force; `None` when it lacks what its vendor needs.
    #[must_use]
    pub fn trial(&self, provider: &Provider, given: &Given) -> Option<Seat> {
        Seat::new(provider, given, &self.outside, &self.callbacks, &self.at_work)
    }

    /// Every account with a vendor that requests are sent to, in the operator's order.
    #[must_use]
    pub fn all(&self) -> Arc<[Arc<Seat>]> {
        Arc::clone(&self.seats.read().in_force)
    }

    /// Who is asked about a request that an account was sent: that account, also while it is paused, and true; when it is
    /// gone, another one with the vendor, whose key may be the new one in its place.
    #[must_use]
    pub fn keeper(&self, provider: &str, account: Option<&str>) -> Option<(Arc<Seat>, bool)> {
        let paused = self.seats.read().paused.iter().filter(|seat| seat.provider == provider).cloned().collect();
        let seats = [self.of(provider), paused].concat();
        let own = seats.iter().find(|seat| account == Some(seat.account.id.as_str()));
        Some((own.or(seats.first())?.clone(), own.is_some()))
    }

    /// The accounts with a provider, the one whose turn it is first: the smallest part of its share in use.
    #[must_use]
    pub fn of(&self, provider: &str) -> Vec<Arc<Seat>> {
        if provider == EMBEDDED {
            return self.here.iter().cloned().collect();
        }
        let seats = self.with(provider);
        let beginnings = self.account_turns.lock().beginnings(&ids(&seats));
        let mut placed: Vec<(u64, Arc<Seat>)> = beginnings.into_iter().zip(seats).collect();
        placed.sort_by(|(begins, seat), (other_begins, other)| seat.by_use(other).then(begins.cmp(other_begins)));
        placed.into_iter().map(|(_, seat)| seat).collect()
    }

    /// Counts a request of an account from now until what is returned is dropped.
    #[must_use]
    pub fn count(&self, seat: &Seat) -> Counted {
        let sharing = self.with(&seat.provider);
        if let Some(place) = sharing.iter().position(|other| other.account.id == seat.account.id) {
            self.account_turns.lock().had(&ids(&sharing), place, seat.weight);
        }
        seat.count()
    }

    /// The accounts with a vendor, in the operator's order.
    fn with(&self, provider: &str) -> Vec<Arc<Seat>> {
        self.all().iter().filter(|seat| seat.provider == provider).cloned().collect()
    }

    /// Which of some vendors has its turn now.
    #[must_use]
    pub fn whose_turn(&self, sharing: Vec<(String, u32)>) -> Option<VendorTurn> {
        let place = self.vendor_turns.lock().next(&names(&sharing))?;
        Some(VendorTurn { sharing, place })
    }

    /// Notes that a vendor was given the task for which it was its turn.
    pub fn had_turn(&self, turn: &VendorTurn) {
        let Some((_, weight)) = turn.sharing.get(turn.place) else { return };
        self.vendor_turns.lock().had(&names(&turn.sharing), turn.place, *weight);
    }

    /// The account with a vendor that has this token, when its vendor's calls can be checked.
    #[must_use]
    pub fn called_back(&self, provider: &str, token: &str) -> Option<Arc<Seat>> {
        let is_it = |seat: &&Arc<Seat>| {
            seat.provider == provider && seat.can_check_calls() && self.callbacks.is_token(provider, &seat.account.id, token)
        };
        let seats = self.seats.read();
        seats.in_force.iter().chain(&seats.paused).find(is_it).cloned()
    }

    /// Whether any vendor is at work for this process now, also for an account that was taken away since.
    #[must_use]
    pub fn are_at_work(&self) -> bool {
        self.at_work.load(Relaxed) > 0
    }

    /// Jobs that vendors can be at work on, or that wait for room with one, at once.
    #[must_use]
    pub fn places(&self) -> usize {
        let seats = self.seats.read();
        seats.in_force.iter().chain(&seats.paused).map(|seat| 2 * seat.concurrency).sum()
    }

    /// Whether a model can be run.
    #[must_use]
    pub fn can_run(&self, model: &AiModel) -> bool {
        model.provider == EMBEDDED || self.all().iter().any(|seat| seat.provider == model.provider)
    }
}

/// A vendor whose turn it is.
#[derive(Debug, Clone)]
pub struct VendorTurn {
    /// Those who share the task, with their weights.
    sharing: Vec<(String, u32)>,
    /// Its place among them.
    pub place: usize,
}

fn names(sharing: &[(String, u32)]) -> Vec<&str> {
    sharing.iter().map(|(name, _)| name.as_str()).collect()
}

fn ids(seats: &[Arc<Seat>]) -> Vec<&str> {
    seats.iter().map(|seat| seat.account.id.as_str()).collect()
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
        Given {
            id: id.to_owned(),
            provider,
            label,
            key,
            base_url: None,
            webhook_secret: None,
            weight,
            concurrency: Some(4),
            proxy: None,
            paused: false,
        }
    }

    fn open(given: &[Given]) -> (Catalogue, Accounts) {
        let catalogue = Catalogue::load(Path::new("/nowhere")).unwrap();
        let outside = Outside {
            egress: Egress::new(Options::new("test")).unwrap(),
            limits: CallLimits::default(),
            bucket: storage::Patience::default(),
        };
        let environment = [("DOMAIN".to_owned(), "https://studio.test".to_owned())].into();
        let config = Config::load(&Sources { environment, dotenv: None }).unwrap();
        let secret = || Secret::new("of these tests");
        let secrets = Secrets { jwt: secret(), encryption: secret(), encryption_previous: None, webhook: secret() };
        let accounts = Accounts::open(&catalogue, given, &outside, Callbacks::new(&config, &secrets));
        (catalogue, accounts)
    }

    fn next(accounts: &Accounts) -> Arc<Seat> {
        accounts.of("openai").remove(0)
    }

    /// Gives so many requests one after the other, and counts those of an account.
    fn served(accounts: &Accounts, count: usize, id: &str) -> usize {
        let given = (0..count).map(|_| next(accounts)).inspect(|seat| drop(accounts.count(seat)));
        given.filter(|seat| seat.account.id == id).count()
    }

    #[test]
    fn accounts_of_one_vendor_share_its_requests_by_weight() {
        let (_, accounts) = open(&[given("a", 1), given("b", 3)]);
        let at_work: Vec<_> = (0..8).map(|_| next(&accounts)).map(|seat| (accounts.count(&seat), seat.account.id.clone())).collect();
        assert_eq!(at_work.iter().filter(|(_, id)| id == "b").count(), 6);
        drop(at_work);
        // One after the other as well.
        assert_eq!(served(&accounts, 8, "b"), 6);
    }

    #[test]
    fn an_account_that_comes_new_or_back_shares_from_then_on() {
        let (catalogue, accounts) = open(&[given("a", 1), given("b", 1)]);
        served(&accounts, 100, "a");
        for _ in 0..2 {
            accounts.replace(&catalogue, &[given("a", 1), given("b", 1), given("new", 2)]);
            assert_eq!(served(&accounts, 20, "new"), 10);
            accounts.replace(&catalogue, &[given("a", 1), given("b", 1)]);
            served(&accounts, 100, "a");
        }
    }

    #[test]
    fn what_stays_keeps_its_requests_and_what_goes_is_followed_to_its_end() {
        let (catalogue, accounts) = open(&[given("a", 1), given("b", 1)]);
        let [a, b] = &*accounts.all() else { panic!("two accounts") };
        let (_a_works, _b_works) = (accounts.count(a), accounts.count(b));
        accounts.replace(&catalogue, &[given("a", 1), given("c", 1)]);
        let ids: Vec<_> = accounts.all().iter().map(|seat| seat.account.id.clone()).collect();
        assert_eq!(ids, ["a", "c"]);
        assert!(Arc::ptr_eq(a, &accounts.all()[0]));
        assert_eq!(next(&accounts).account.id, "c", "it has nothing to do yet");
        accounts.replace(&catalogue, &[Given { key: Some(Secret::new("another")), ..given("a", 1) }]);
        assert!(!Arc::ptr_eq(a, &accounts.all()[0]));
    }

    #[test]
    fn a_paused_account_is_asked_about_what_it_has_and_given_nothing_new() {
        let (catalogue, accounts) = open(&[given("a", 1), given("b", 1)]);
        let a = Arc::clone(&accounts.all()[0]);
        let paused = Given { paused: true, ..given("a", 1) };
        accounts.replace(&catalogue, &[paused.clone(), given("b", 1)]);
        assert_eq!(ids(&accounts.of("openai")), ["b"]);
        let keeper = |account| accounts.keeper("openai", Some(account)).map(|(seat, own)| (seat.account.id.clone(), own));
        assert_eq!((keeper("a"), keeper("gone")), (Some(("a".to_owned(), true)), Some(("b".to_owned(), false))));
        assert!(Arc::ptr_eq(&a, &accounts.keeper("openai", Some("a")).unwrap().0), "its requests at work are still counted");
        accounts.replace(&catalogue, &[paused]);
        assert!(accounts.places() > 0 && accounts.all().is_empty() && keeper("a").is_some());
    }

    #[test]
    fn an_account_without_what_its_vendor_needs_is_none() {
        let keyless = Given { key: None, ..given("a", 1) };
        let nowhere = Given { provider: "comfyui".to_owned(), ..given("b", 1) };
        let unknown = Given { provider: "nobody".to_owned(), ..given("c", 1) };
        assert_eq!(open(&[keyless, nowhere, unknown]).1.all().len(), 0);
    }
}
