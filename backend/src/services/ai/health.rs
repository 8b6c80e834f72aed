//! How well the accounts with vendors are, as far as this process has seen: an account that fails again and again is
//! left alone for a while. Nothing of it is stored.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use providers::{Class, Error};

use crate::models::id::TaskId;
use crate::models::timestamp::Timestamp;

/// Failures in a row after which an account is left alone.
const FAILURES: u32 = 5;
/// The first rest; each further one is twice as long.
const FIRST_REST: Duration = Duration::from_secs(30);
/// How long an account with too many requests is left alone that does not say how long itself.
const FULL: Duration = Duration::from_secs(10);
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(600);

/// The health of all accounts.
#[derive(Clone, Default)]
pub struct Health {
    accounts: Arc<Mutex<HashMap<String, Circuit>>>,
    ambiguous: Arc<AtomicU64>,
}

/// One account.
#[derive(Debug, Default)]
struct Circuit {
    failures: u32,
    /// It has too many requests until this moment.
    full_until: Option<Timestamp>,
    /// Not asked before this moment. Whoever comes first after it is the trial.
    rests_until: Option<Timestamp>,
    rest: Duration,
}

impl Health {
    /// Whether an account is left alone now. Once its rest is over one caller is let through; until that call has
    /// ended, others find it resting for as long again.
    #[must_use]
    pub fn is_resting(&self, account: &str, now: Timestamp) -> bool {
        let mut accounts = self.accounts.lock();
        let Some(circuit) = accounts.get_mut(account) else { return false };
        if circuit.full_until.is_some_and(|until| now < until) {
            return true;
        }
        match circuit.rests_until {
            None => false,
            Some(until) if now < until => true,
            Some(_) => {
                circuit.rests_until = Some(now.after(circuit.rest));
                false
            }
        }
    }

    /// Until when an account is left alone, if it is. Unlike [`Health::is_resting`] it lets nobody through.
    #[must_use]
    pub fn rests_until(&self, account: &str, now: Timestamp) -> Option<Timestamp> {
        self.accounts.lock().get(account)?.rests_until.filter(|until| now < *until)
    }

    /// Until when an account has too many requests, if it has now.
    #[must_use]
    pub fn is_full_until(&self, account: &str, now: Timestamp) -> Option<Timestamp> {
        self.accounts.lock().get(account)?.full_until.filter(|until| now < *until)
    }

    /// Notes that an account answered as it should.
    pub fn is_well(&self, account: &str) {
        self.accounts.lock().remove(account);
    }

    /// Notes a failure of an account.
    pub fn failed(&self, account: &str, error: &Error, now: Timestamp) {
        let class = error.class;
        if class == Class::RateLimited {
            let rest = error.retry_after.unwrap_or(FULL).min(LONGEST_REST);
            self.accounts.lock().entry(account.to_owned()).or_default().full_until = Some(now.after(rest));
            return;
        }
        if !class.is_unhealthy() && !class.needs_operator() {
            // It answered, and what it refused was not its own fault.
            return self.is_well(account);
        }
        let mut accounts = self.accounts.lock();
        let circuit = accounts.entry(account.to_owned()).or_default();
        circuit.failures = circuit.failures.saturating_add(1);
        let rested_before = circuit.rests_until.is_some();
        if class.needs_operator() || circuit.failures >= FAILURES || rested_before {
            circuit.rest = if rested_before { (circuit.rest * 2).min(LONGEST_REST) } else { FIRST_REST };
            circuit.rests_until = Some(now.after(circuit.rest));
            tracing::warn!(account, ?class, seconds = circuit.rest.as_secs(), "an account with a vendor is left alone");
        }
    }

    /// Counts a request of a task of which nobody knows whether the vendor did, and charged for, it; and says so.
    pub fn count_ambiguous(&self, task: &TaskId, provider: &str) {
        tracing::error!(%task, provider, "refunded, and the vendor may charge for it");
        self.ambiguous.fetch_add(1, Ordering::Relaxed);
    }

    /// Requests so far that the vendor may have charged for although the task was refunded.
    #[must_use]
    pub fn ambiguous(&self) -> u64 {
        self.ambiguous.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp(1_000_000);

    fn error(class: Class) -> Error {
        Error::new(class, "")
    }

    #[test]
    fn five_failures_in_a_row_or_one_for_the_operator_open_the_circuit() {
        let health = Health::default();
        for _ in 0..4 {
            health.failed("a", &error(Class::ProviderError), START);
        }
        assert!(!health.is_resting("a", START));
        health.failed("a", &error(Class::Timeout), START);
        assert!(health.is_resting("a", START));
        health.failed("b", &error(Class::Auth), START);
        assert!(health.is_resting("b", START) && !health.is_resting("c", START));
    }

    #[test]
    fn what_is_refused_for_its_content_says_that_the_vendor_works() {
        let health = Health::default();
        for _ in 0..4 {
            health.failed("a", &error(Class::ProviderError), START);
        }
        health.failed("a", &error(Class::ContentPolicyInput), START);
        health.failed("a", &error(Class::ProviderError), START);
        assert!(!health.is_resting("a", START));
    }

    #[test]
    fn after_the_rest_one_call_is_a_trial_and_each_failure_doubles_the_rest() {
        let health = Health::default();
        health.failed("a", &error(Class::ProviderBilling), START);
        let later = START.after(Duration::from_secs(30));
        assert!(!health.is_resting("a", later) && health.is_resting("a", later));
        health.failed("a", &error(Class::ProviderError), later);
        assert!(health.is_resting("a", later.after(Duration::from_secs(59))));
        let mut now = later;
        for _ in 0..10 {
            now = now.after(LONGEST_REST);
            assert!(!health.is_resting("a", now));
            health.failed("a", &error(Class::ProviderError), now);
        }
        assert!(!health.is_resting("a", now.after(LONGEST_REST)));
        health.is_well("a");
        assert!(!health.is_resting("a", now));
    }

    #[test]
    fn an_account_with_too_many_requests_is_left_alone_as_long_as_it_says() {
        let health = Health::default();
        health.failed("a", &error(Class::RateLimited).retry_after(Some(Duration::from_secs(7))), START);
        health.failed("b", &error(Class::RateLimited), START);
        let (soon, later) = (START.after(Duration::from_secs(6)), START.after(Duration::from_secs(7)));
        assert!(health.is_resting("a", soon) && health.is_full_until("a", soon) == Some(later));
        assert!(!health.is_resting("a", later) && health.is_full_until("a", later).is_none() && health.is_resting("b", later));
    }
}
