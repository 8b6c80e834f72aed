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
    rest: Option<Rest>,
}

/// The time for which an account that failed is left alone.
#[derive(Debug)]
struct Rest {
    /// Not asked before this moment. Whoever comes first after it is the trial.
    until: Timestamp,
    length: Duration,
    /// Whether a trial is under way: it may end before the moment, which is when the next one could be made.
    trial: bool,
}

impl Health {
    /// Whether an account is left alone now: it rests, a trial is under way, or it has too many requests. Looking changes
    /// nothing.
    #[must_use]
    pub fn is_resting(&self, account: &str, now: Timestamp) -> bool {
        self.rests_until(account, now).is_some() || self.is_full_until(account, now).is_some()
    }

    /// Lets a request through that is about to be sent, or does not because the account is left alone. Once a rest is over
    /// one request is let through, as a trial: until it has ended, others find the account resting for as long again.
    #[must_use]
    pub fn admits(&self, account: &str, now: Timestamp) -> bool {
        let mut accounts = self.accounts.lock();
        let Some(circuit) = accounts.get_mut(account) else { return true };
        if circuit.full_until.is_some_and(|until| now < until) {
            return false;
        }
        match &mut circuit.rest {
            None => true,
            Some(rest) if now < rest.until => false,
            Some(rest) => {
                (rest.until, rest.trial) = (now.after(rest.length), true);
                true
            }
        }
    }

    /// Until when an account is left alone after failures, if it is.
    #[must_use]
    pub fn rests_until(&self, account: &str, now: Timestamp) -> Option<Timestamp> {
        self.accounts.lock().get(account)?.rest.as_ref().map(|rest| rest.until).filter(|until| now < *until)
    }

    /// Until when an account has too many requests, if it has now.
    #[must_use]
    pub fn is_full_until(&self, account: &str, now: Timestamp) -> Option<Timestamp> {
        self.accounts.lock().get(account)?.full_until.filter(|until| now < *until)
    }

    /// Notes that an account answered as it should. That ends a rest, but not the time for which its vendor asked to be left
    /// alone: the answer may be to a request from before.
    pub fn is_well(&self, account: &str) {
        if let Some(circuit) = self.accounts.lock().get_mut(account) {
            (circuit.failures, circuit.rest) = (0, None);
        }
    }

    /// Forgets what is known of an account: it has another key now, or leads elsewhere.
    pub fn forget(&self, account: &str) {
        self.accounts.lock().remove(account);
    }

    /// Notes a failure of an account.
    pub fn failed(&self, account: &str, error: &Error, now: Timestamp) {
        let class = error.class;
        if class == Class::RateLimited {
            let until = now.after(error.retry_after.unwrap_or(FULL).min(LONGEST_REST));
            let mut accounts = self.accounts.lock();
            let circuit = accounts.entry(account.to_owned()).or_default();
            circuit.full_until = circuit.full_until.max(Some(until));
            return;
        }
        if !class.is_unhealthy() && !class.needs_operator() {
            // It answered, and what it refused was not its own fault.
            return self.is_well(account);
        }
        let mut accounts = self.accounts.lock();
        let circuit = accounts.entry(account.to_owned()).or_default();
        circuit.failures = circuit.failures.saturating_add(1);
        let length = match &circuit.rest {
            // A request from before: the rest that follows from it is under way.
            Some(rest) if !rest.trial && now < rest.until => return,
            Some(rest) => (rest.length * 2).min(LONGEST_REST),
            None if class.needs_operator() || circuit.failures >= FAILURES => FIRST_REST,
            None => return,
        };
        circuit.rest = Some(Rest { until: now.after(length), length, trial: false });
        tracing::warn!(account, ?class, seconds = length.as_secs(), "an account with a vendor is left alone");
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
        assert!(!health.admits("a", START));
        let later = START.after(Duration::from_secs(30));
        assert!(health.admits("a", later) && health.is_resting("a", later) && !health.admits("a", later));
        health.failed("a", &error(Class::ProviderError), later);
        assert!(health.is_resting("a", later.after(Duration::from_secs(59))));
        let mut now = later;
        for _ in 0..10 {
            now = now.after(LONGEST_REST);
            assert!(health.admits("a", now));
            health.failed("a", &error(Class::ProviderError), now);
        }
        assert!(!health.is_resting("a", now.after(LONGEST_REST)) && health.is_resting("a", now));
        health.is_well("a");
        assert!(!health.is_resting("a", now));
    }

    #[test]
    fn looking_takes_no_trial_and_a_trial_that_never_ends_makes_way_for_another() {
        let health = Health::default();
        health.failed("a", &error(Class::Auth), START);
        let later = START.after(Duration::from_secs(30));
        assert!((0..3).all(|_| !health.is_resting("a", later)));
        assert!(health.admits("a", later) && !health.admits("a", later));
        assert!(health.admits("a", later.after(Duration::from_secs(30))));
    }

    #[test]
    fn failures_of_requests_from_before_do_not_make_a_rest_longer() {
        let health = Health::default();
        for _ in 0..9 {
            health.failed("a", &error(Class::Timeout), START);
        }
        assert_eq!(health.rests_until("a", START), Some(START.after(FIRST_REST)));
    }

    #[test]
    fn a_success_from_before_does_not_end_the_time_that_the_vendor_asked_for() {
        let health = Health::default();
        health.failed("a", &error(Class::RateLimited).retry_after(Some(Duration::from_secs(7))), START);
        health.failed("a", &error(Class::RateLimited).retry_after(Some(Duration::from_secs(2))), START);
        health.is_well("a");
        health.failed("a", &error(Class::ContentPolicyInput), START);
        let soon = START.after(Duration::from_secs(6));
        assert!(health.is_resting("a", soon) && !health.admits("a", soon));
        assert!(health.admits("a", START.after(Duration::from_secs(7))));
        health.forget("a");
        assert!(!health.is_resting("a", soon));
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
