//! Progress in the logs of models, which print it as bars: `50%|#####     | 2/4`.

/// The last percentage in a log as a fraction, 0 to 1.
#[must_use]
pub fn last(log: &str) -> Option<f32> {
    let (before, _) = log.rsplit_once('%')?;
    let digits = before.len() - before.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.').len();
    let percent: f32 = before[before.len() - digits..].parse().ok()?;
    (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_percentage_counts() {
        assert_eq!(last("  0%|   | 0/4\n 25%|##  | 1/4\n 50%|#### | 2/4\n"), Some(0.5));
        assert_eq!(last("done: 12.5% of it"), Some(0.125));
        for nothing in ["", "loading", "%", "a%", "进度%", "250%", "1.2.3%"] {
            assert_eq!(last(nothing), None, "{nothing}");
        }
    }
}
