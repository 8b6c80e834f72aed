//! How fast this machine is, learned from finished runs, so that the next estimate is better than a table.

use std::time::Duration;

use parking_lot::Mutex;

/// Runs planned shorter than this say more about loading and thread start than about speed.
const SHORTEST_SECONDS: f64 = 0.25;
/// Share of the newest run; the last few runs count.
const NEWEST: f64 = 0.3;
/// A machine may seem this much faster or slower than the table; beyond that something else went on.
const RANGE: std::ops::RangeInclusive<f64> = 0.1..=20.0;

/// Factor between the table's time and this machine's.
pub(crate) struct Pace(Mutex<f64>);

impl Default for Pace {
    fn default() -> Self {
        Self(Mutex::new(1.0))
    }
}

impl Pace {
    /// The factor to multiply with.
    pub fn get(&self) -> f64 {
        *self.0.lock()
    }

    /// Takes in a run that was estimated (with the present factor) at `estimated` seconds.
    pub fn learn(&self, estimated: f64, taken: Duration) {
        let mut pace = self.0.lock();
        if estimated / *pace >= SHORTEST_SECONDS {
            let seen = *pace * taken.as_secs_f64() / estimated;
            *pace = (*pace * (1.0 - NEWEST) + seen * NEWEST).clamp(*RANGE.start(), *RANGE.end());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_approach_what_runs_really_take() {
        let pace = Pace::default();
        for _ in 0..20 {
            pace.learn(2.0 * pace.get(), Duration::from_secs(6));
        }
        assert!((pace.get() - 3.0).abs() < 0.05, "{}", pace.get());
        pace.learn(0.01, Duration::from_secs(60));
        assert!(pace.get() < 3.05);
    }
}
