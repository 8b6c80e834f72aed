//! Numbers of tasks: the day, and nine characters that nobody confuses (no 0 O 1 I L).
//!
//! The first five tell the time of day, so numbers grow with time: they sort as people expect, and the index that keeps
//! them unique grows at its end. With random numbers every new task would change a page of that index of its own.

use std::time::Duration;

use rand::Rng;

const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const TIME_CHARACTERS: u32 = 5;
const RANDOM_CHARACTERS: u32 = 4;
/// A day on which clocks are put back.
const LONGEST_DAY: Duration = Duration::from_secs(25 * 3600);

/// A number for a task made on `day` (`yyyymmdd`), so long before the next day. About three milliseconds share the
/// first five characters, and have nearly a million numbers.
pub fn draw(day: i32, until_tomorrow: Duration) -> String {
    let slots = 31_u128.pow(TIME_CHARACTERS);
    let passed = LONGEST_DAY.saturating_sub(until_tomorrow).as_millis();
    let slot = passed * slots / (LONGEST_DAY.as_millis() + 1);
    let random = rand::rng().random_range(0..31_u128.pow(RANDOM_CHARACTERS));
    format!("{day}-{}{}", characters(slot, TIME_CHARACTERS), characters(random, RANDOM_CHARACTERS))
}

/// A number to the base of 31, with leading zeros.
fn characters(number: u128, count: u32) -> String {
    let digits = (0..count).rev().map(|place| number / 31_u128.pow(place) % 31);
    digits.map(|digit| char::from(ALPHABET[digit as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_tasks_have_greater_numbers_on_long_and_short_days() {
        for hours in [23, 24, 25] {
            let day = Duration::from_secs(hours * 3600);
            let at = |passed: Duration| draw(20_261_127, day.checked_sub(passed).unwrap());
            let mut before = at(Duration::ZERO);
            for minute in 1..hours * 60 {
                let now = at(Duration::from_secs(minute * 60));
                assert!(now > before, "{now} after {before}");
                before = now;
            }
            assert!(at(day) > before);
        }
    }

    #[test]
    fn a_number_is_the_day_and_nine_characters_that_differ_within_a_moment() {
        let numbers: std::collections::HashSet<String> = (0..20).map(|_| draw(20_261_127, Duration::from_secs(60))).collect();
        assert!(numbers.len() > 15, "{numbers:?}");
        for number in numbers {
            let (day, rest) = number.split_once('-').unwrap();
            assert_eq!((day, rest.len()), ("20261127", 9));
            assert!(rest.bytes().all(|byte| ALPHABET.contains(&byte)), "{rest}");
        }
    }
}
