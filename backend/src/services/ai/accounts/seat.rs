//! One account at work: its adapter, its room, and how much of it is used.

use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use egress::Route;
use providers::{Account, CallLimits, ImageProvider, Secret};
use tokio::sync::Semaphore;
use url::Url;

use super::Outside;
use super::given::{Given, is_complete};
use crate::models::catalogue::{Provider, Webhooks};
use crate::services::ai::callbacks::Callbacks;
use crate::services::ai::embedded::Embedded;
use crate::services::catalogue::EMBEDDED;

/// One account, with the adapter that speaks its vendor's interface and room for so many requests at once.
pub struct Seat {
    /// The vendor's name in the catalogue.
    pub provider: String,
    /// What the operator calls it.
    pub label: String,
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
    /// Its share beside the vendor's other accounts.
    pub(super) weight: u32,
    /// Its requests, counted together with those of the same account under another name or weight.
    counts: Arc<Counts>,
}

/// Requests of an account.
#[derive(Default)]
struct Counts {
    /// At work, or waiting for room.
    used: AtomicUsize,
    /// Those of all vendors' accounts.
    at_work: Arc<AtomicUsize>,
}

impl Seat {
    /// `None` when the account lacks what its vendor needs, or this program does not speak its interface.
    pub(super) fn new(
        provider: &Provider,
        given: &Given,
        outside: &Outside,
        callbacks: &Callbacks,
        at_work: &Arc<AtomicUsize>,
    ) -> Option<Self> {
        let base_url = match &given.base_url {
            Some(url) => url.clone(),
            None => Url::parse(provider.base_url.as_deref()?).ok()?,
        };
        let adapter = providers::named(&provider.wire).filter(|_| is_complete(provider, given))?;
        let (webhook_secret, webhook_keys_url) = match provider.webhooks.as_ref() {
            Some(Webhooks::AccountSecret) => (given.webhook_secret.clone(), None),
            Some(Webhooks::RequestSecret) => (Some(callbacks.request_secret(&provider.id, &given.id)), None),
            Some(Webhooks::KeysAt(url)) => (None, Url::parse(url).ok()),
            None => (None, None),
        };
        let account = Account {
            id: given.id.clone(),
            base_url,
            key: given.key.clone(),
            webhook_secret,
            webhook_keys_url,
            callback: None,
            egress: outside.egress.clone(),
            route: given.proxy.clone().map_or(Route::Default, Route::Via),
            limits: limits(provider, outside),
        };
        let concurrency = given.concurrency.unwrap_or(provider.concurrency).max(1);
        let seat = Self::with(&provider.id, adapter, account, concurrency);
        let mut seat = Self { label: given.label.clone(), weight: given.weight.max(1), ..seat };
        seat.counts = Arc::new(Counts { at_work: Arc::clone(at_work), ..Counts::default() });
        seat.account.callback = callbacks.address(&provider.id, &given.id).filter(|_| seat.can_check_calls());
        Some(seat)
    }

    /// The engine of this process. Nothing leaves it: its address is only a name.
    pub(super) fn here(embedded: Embedded, concurrency: usize, outside: &Outside) -> Option<Self> {
        let account = Account {
            id: EMBEDDED.to_owned(),
            base_url: Url::parse("embedded:engine").ok()?,
            key: None,
            webhook_secret: None,
            webhook_keys_url: None,
            callback: None,
            egress: outside.egress.clone(),
            route: Route::Default,
            limits: outside.limits,
        };
        Some(Self::with(EMBEDDED, Arc::new(embedded), account, concurrency))
    }

    fn with(provider: &str, adapter: Arc<dyn ImageProvider>, account: Account, concurrency: usize) -> Self {
        Self {
            provider: provider.to_owned(),
            label: String::new(),
            adapter,
            account,
            concurrency,
            room: Arc::new(Semaphore::new(concurrency)),
            places: Arc::new(Semaphore::new(2 * concurrency)),
            weight: 1,
            counts: Arc::default(),
        }
    }

    /// Whether another is this account with the same key at the same place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let exposed = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
        let key = |seat: &Self| (exposed(&seat.account.key), exposed(&seat.account.webhook_secret));
        let facts = |seat: &Self| (seat.account.id.clone(), seat.account.base_url.clone(), seat.concurrency);
        facts(self) == facts(other) && key(self) == key(other) && self.account.route == other.account.route
    }

    /// Takes over what the same account has at work, which it may have had under another name or weight.
    pub(super) fn go_on_from(&mut self, before: &Self) {
        self.room = Arc::clone(&before.room);
        self.places = Arc::clone(&before.places);
        self.counts = Arc::clone(&before.counts);
    }

    /// Whether its name and weight are those of another, too.
    pub(super) fn is_unchanged(&self, other: &Self) -> bool {
        self.is_same(other) && self.label == other.label && self.weight == other.weight
    }

    /// Whether a call of its vendor can be checked.
    #[must_use]
    pub fn can_check_calls(&self) -> bool {
        let account = &self.account;
        self.adapter.abilities().webhooks && (account.webhook_secret.is_some() || account.webhook_keys_url.is_some())
    }

    /// Counts a request from now until what is returned is dropped.
    pub(super) fn count(&self) -> Counted {
        self.counts.used.fetch_add(1, Relaxed);
        self.counts.at_work.fetch_add(1, Relaxed);
        Counted(Arc::clone(&self.counts))
    }

    /// Which of two accounts has the smaller part of its share in use now.
    pub(super) fn by_use(&self, other: &Self) -> Ordering {
        let share = |seat: &Self| seat.concurrency as u64 * u64::from(seat.weight);
        let used = |seat: &Self| seat.counts.used.load(Relaxed) as u64;
        (used(self) * share(other)).cmp(&(used(other) * share(self)))
    }
}

/// The usual limits, with the time that the catalogue gives this vendor's requests.
fn limits(provider: &Provider, outside: &Outside) -> CallLimits {
    let Some(time) = provider.timeout_seconds.map(Duration::from_secs) else { return outside.limits };
    let generation = egress::Limits { first_byte: time, idle: time, total: time, ..outside.limits.generation };
    CallLimits { generation, ..outside.limits }
}

/// Keeps a request counted while it lives.
pub struct Counted(Arc<Counts>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.used.fetch_sub(1, Relaxed);
        self.0.at_work.fetch_sub(1, Relaxed);
    }
}
