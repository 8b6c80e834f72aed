//! Whose turn it is among those who share something by weight. Whoever comes new, or comes back, starts where the others are
//! and shares from then on: what went on without him is not made up for.
//!
//! Each turn has a beginning and an end on a scale of its own, and the end comes the sooner the more weight there is. The
//! next turn goes to whoever could begin first: at the end of his last one, but not before the last turn of any of the
//! others began ("start-time fair queueing").

use std::collections::HashMap;

/// The length of a turn of weight 1. Weights up to 16 divide it, so small shares come out exactly.
const TURN: u64 = 720_720 << 10;

/// Turns so far.
#[derive(Debug, Default)]
pub struct Turns(HashMap<String, Turn>);

/// Somebody's last turn.
#[derive(Debug, Clone, Copy, Default)]
struct Turn {
    began: u64,
    ended: u64,
}

impl Turns {
    /// When each of those who share could begin, in their order.
    #[must_use]
    pub fn beginnings(&self, sharing: &[&str]) -> Vec<u64> {
        let level = sharing.iter().map(|name| self.last(name).began).max().unwrap_or_default();
        sharing.iter().map(|name| self.last(name).ended.max(level)).collect()
    }

    /// Whose turn it is of those who share, by their places; the first among equals.
    #[must_use]
    pub fn next(&self, sharing: &[&str]) -> Option<usize> {
        let beginnings = self.beginnings(sharing);
        (0..sharing.len()).min_by_key(|place| beginnings[*place])
    }

    /// Notes that one of those who share, by his place, had a turn with this weight.
    pub fn had(&mut self, sharing: &[&str], place: usize, weight: u32) {
        let Some(began) = self.beginnings(sharing).get(place).copied() else { return };
        let length = (TURN / u64::from(weight.max(1))).max(1);
        self.0.insert(sharing[place].to_owned(), Turn { began, ended: began.saturating_add(length) });
    }

    /// Forgets all who are not among these.
    pub fn keep(&mut self, names: &[&str]) {
        self.0.retain(|name, _| names.contains(&name.as_str()));
    }

    fn last(&self, name: &str) -> Turn {
        self.0.get(name).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many turns to those who share, and says how many each had.
    fn shares<const N: usize>(turns: &mut Turns, sharing: [(&str, u32); N], count: usize) -> [usize; N] {
        let names = sharing.map(|(name, _)| name);
        let mut had = [0; N];
        for _ in 0..count {
            let next = turns.next(&names).unwrap();
            turns.had(&names, next, sharing[next].1);
            had[next] += 1;
        }
        had
    }

    #[test]
    fn turns_go_round_by_weight() {
        let mut turns = Turns::default();
        assert_eq!(shares(&mut turns, [("a", 1), ("b", 3)], 8), [2, 6]);
        assert_eq!(shares(&mut turns, [("a", 1), ("b", 1)], 8), [4, 4]);
        assert_eq!(turns.next(&[]), None);
    }

    #[test]
    fn whoever_comes_new_or_back_shares_from_then_on_and_makes_up_for_nothing() {
        let mut turns = Turns::default();
        shares(&mut turns, [("a", 1), ("b", 1)], 1000);
        assert_eq!(shares(&mut turns, [("a", 1), ("b", 1), ("new", 2)], 40), [10, 10, 20]);
        shares(&mut turns, [("a", 1), ("b", 1)], 1000);
        assert_eq!(shares(&mut turns, [("a", 1), ("b", 1), ("new", 2)], 40), [10, 10, 20]);
    }

    #[test]
    fn whoever_shares_with_some_keeps_his_share_with_others() {
        let mut turns = Turns::default();
        for _ in 0..8 {
            shares(&mut turns, [("a", 1), ("b", 1)], 50);
            shares(&mut turns, [("c", 1), ("d", 3)], 1);
        }
        assert_eq!(shares(&mut turns, [("c", 1), ("d", 3)], 40), [10, 30]);
    }
}
