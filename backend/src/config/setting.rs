//! Types of values that more than one place reads: whole numbers with a range and choices from a list. A
//! setting that an admin may change at run time is checked by the same rule as its environment variable.

use std::fmt;

use super::problem::Complaint;
use super::text::Text;

/// A whole number with its default and its limits, both inclusive.
#[derive(Debug)]
pub struct Whole<T> {
    /// Name of the environment variable.
    pub name: &'static str,
    /// Value when nothing is set.
    pub default: T,
    /// Smallest accepted value.
    pub min: T,
    /// Largest accepted value.
    pub max: T,
}

impl<T> Whole<T>
where
    T: Copy + fmt::Display + TryFrom<i128> + Into<i128>,
{
    /// Reads a decimal number; thousands separators and fractions are refused, not guessed at.
    pub fn parse(&self, text: &str) -> Result<T, Complaint> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let reason = Text::new("must be a whole number, digits only", "必须是整数，只能包含数字");
            return Err(Complaint::suggest(reason, self.default));
        }
        // Digits that overflow even this type are out of any range.
        let number = text.parse::<i128>().ok();
        let inside = number.filter(|number| (self.min.into()..=self.max.into()).contains(number));
        inside.and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
            let (min, max) = (self.min, self.max);
            let reason = Text::new(format!("must be between {min} and {max}"), format!("必须在 {min} 到 {max} 之间"));
            Complaint::suggest(reason, self.default)
        })
    }
}

/// One of a few words.
#[derive(Debug)]
pub struct Choice<T: 'static> {
    /// Name of the environment variable.
    pub name: &'static str,
    /// The word when nothing is set; it is one of `options`.
    pub default: T,
    /// Every accepted word and what it means; the first word for a meaning is the one we show.
    pub options: &'static [(&'static str, T)],
}

impl<T: Copy + PartialEq> Choice<T> {
    /// Reads one of the words, in any case of letters.
    pub fn parse(&self, text: &str) -> Result<T, Complaint> {
        let found = self.options.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        found.map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<_> = self.options.iter().map(|(word, _)| *word).collect();
            not_one_of(&words, self.word(self.default))
        })
    }

    /// The word we show for a value.
    #[must_use]
    pub fn word(&self, value: T) -> &'static str {
        self.options.iter().find(|(_, option)| *option == value).map_or("", |(word, _)| word)
    }
}

/// Refuses a word that is none of the accepted ones.
pub(super) fn not_one_of(words: &[&str], suggested: &str) -> Complaint {
    let reason = Text::new(format!("must be one of {}", words.join(", ")), format!("只能是其中之一：{}", words.join("、")));
    Complaint::suggest(reason, suggested)
}

/// A switch.
#[must_use]
pub const fn switch(name: &'static str, default: bool) -> Choice<bool> {
    const WORDS: &[(&str, bool)] =
        &[("true", true), ("false", false), ("1", true), ("0", false), ("yes", true), ("no", false), ("on", true), ("off", false)];
    Choice { name, default, options: WORDS }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::locale::Locale;

    const PIXELS: Whole<u32> = Whole { name: "MAX_PIXELS", default: 50, min: 1, max: 100 };

    #[test]
    fn a_number_outside_its_range_is_refused_with_the_range() {
        for text in ["-1", "0", "101", "99999999999999999999999999999999999999999999", "-9999999999"] {
            let complaint = PIXELS.parse(text).unwrap_err();
            assert_eq!(complaint.reason.get(Locale::En), "must be between 1 and 100", "{text}");
            assert_eq!(complaint.instead.get(Locale::ZhCn), "请填写，例如 50");
        }
        assert_eq!(PIXELS.parse("1").unwrap(), 1);
        assert_eq!(PIXELS.parse("+100").unwrap(), 100);
    }

    #[test]
    fn what_is_not_digits_is_no_number() {
        for text in ["ten", "1.5", "1,000", "1e3", "0x10", "-", "5 MB", "５０"] {
            assert!(PIXELS.parse(text).unwrap_err().reason.en.contains("digits only"), "{text}");
        }
    }

    #[test]
    fn a_word_is_read_in_any_case_and_others_are_refused_with_the_list() {
        let metrics = switch("ENABLE_METRICS", true);
        assert!(!metrics.parse("OFF").unwrap());
        let complaint = metrics.parse("maybe").unwrap_err();
        assert!(complaint.reason.en.starts_with("must be one of true, false, 1, 0"));
        assert_eq!(complaint.instead.en, "Write a value such as true");
    }
}
