//! What tests found a moment ago. A key that was tested before it is kept need not be tested again, and one that is kept
//! although its test failed shows so.

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::Mutex;
use providers::Secret;
use sha2::{Digest, Sha256};

use super::Secrets;
use crate::database::provider_credentials::CredentialRow;
use crate::models::timestamp::Timestamp;
use crate::services::ai::check::Finding;

/// Tests that are remembered: more than anybody makes before he keeps a key.
const KEPT: usize = 16;
/// Longer than anybody looks at what a test found. What is older says little about now.
const FRESH: Duration = Duration::from_secs(600);

/// The last tests of this process.
#[derive(Default)]
pub struct Trials(Mutex<VecDeque<Trial>>);

struct Trial {
    way: Way,
    finding: Finding,
    at: Timestamp,
}

/// All that a test depends on, as a hash: keys lie nowhere in the open longer than they are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way([u8; 32]);

impl Way {
    pub(super) fn new(provider: &str, base_url: Option<&str>, key: Option<&Secret>, proxy: Option<&Secret>) -> Self {
        let mut hash = Sha256::new();
        for part in [Some(provider), base_url, key.map(Secret::expose), proxy.map(Secret::expose)] {
            // With its length before it no part runs into the next.
            hash.update(part.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
            hash.update(part.unwrap_or_default());
        }
        Self(hash.finalize().into())
    }

    pub(super) fn of(row: &CredentialRow, secrets: &Secrets) -> Self {
        Self::new(&row.provider, row.base_url.as_deref(), secrets.key.as_ref(), secrets.proxy.as_ref())
    }
}

impl Trials {
    pub(super) fn note(&self, way: Way, finding: Finding, at: Timestamp) {
        let mut trials = self.0.lock();
        trials.retain(|trial| trial.way != way);
        trials.push_front(Trial { way, finding, at });
        trials.truncate(KEPT);
    }

    /// What was found on the way of an account, and when.
    pub(super) fn found(&self, way: &Way, now: Timestamp) -> Option<(Finding, Timestamp)> {
        let trials = self.0.lock();
        let trial = trials.iter().find(|trial| &trial.way == way && trial.at.after(FRESH) > now)?;
        Some((trial.finding.clone(), trial.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::ai::check::Outcome;

    #[test]
    fn a_test_speaks_for_the_same_key_at_the_same_place_and_for_a_while_only() {
        let finding = Finding { outcome: Outcome::Ok, detail: String::new(), host: String::new(), elsewhere: None };
        let (trials, key, now) = (Trials::default(), Secret::new("sk-one"), Timestamp(1_000));
        let way = |key: &Secret, place: Option<&str>| Way::new("openai", place, Some(key), None);
        trials.note(way(&key, None), finding.clone(), now);
        assert_eq!(trials.found(&way(&key, None), now), Some((finding, now)));
        assert_eq!(trials.found(&way(&Secret::new("sk-two"), None), now), None);
        assert_eq!(trials.found(&way(&key, Some("https://one.example.com")), now), None);
        assert_eq!(trials.found(&way(&key, None), now.after(FRESH)), None);
    }
}
