//! How long a failed job rests.

use std::time::Duration;

/// Rest after the first failure.
const FIRST: Duration = Duration::from_secs(2);
/// Longest rest: whatever is wrong for longer than that is looked at every ten minutes.
const LONGEST: Duration = Duration::from_secs(600);

/// Rest after the given attempt (from 1): doubles each time up to ten minutes, and is then drawn between half
/// and the whole of it, so that jobs which failed together do not come back together.
pub fn backoff(attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(16);
    let whole = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    whole.mul_f64(rand::random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_doubles_up_to_ten_minutes_with_jitter() {
        for (attempt, whole_seconds) in [(-1, 2), (1, 2), (2, 4), (5, 32), (9, 512), (10, 600), (i32::MAX, 600)] {
            let whole = Duration::from_secs(whole_seconds);
            let drawn: Vec<Duration> = (0..50).map(|_| backoff(attempt)).collect();
            assert!(drawn.iter().all(|rest| (whole / 2..=whole).contains(rest)), "attempt {attempt}: {drawn:?}");
            assert!(drawn.iter().any(|rest| *rest != drawn[0]), "attempt {attempt} has no jitter");
        }
    }
}
