//! Reads the marks in a prompt.

use super::{Fault, Phase};

/// One mark: `[word]`, `[word:number]`, `[word@phase]` or `[word:number@phase]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    fault: Fault,
    number: Option<u64>,
    phase: Phase,
}

/// The marks of a prompt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Mark>);

impl Faults {
    /// The marks in a text. Words in brackets that are no fault are ordinary words. A product may neutralise
    /// brackets for engines that give them a meaning, so escaped and full-width brackets count as well.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let plain = text.replace('\\', "").replace(['［', '【'], "[").replace(['］', '】'], "]").replace('：', ":");
        let inside = plain.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(inside, _)| inside);
        Self(inside.filter_map(mark).collect())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this one is marked, for whichever part.
    #[must_use]
    pub fn has(&self, fault: Fault) -> bool {
        self.0.iter().any(|mark| mark.fault == fault)
    }

    /// Its number when it is marked for one of these parts; 0 when it has none.
    #[must_use]
    pub fn at(&self, fault: Fault, phases: &[Phase]) -> Option<u64> {
        let mark = self.0.iter().find(|mark| mark.fault == fault && phases.contains(&mark.phase))?;
        Some(mark.number.unwrap_or(0))
    }

    /// All marks of both.
    #[must_use]
    pub fn and(mut self, more: &Faults) -> Self {
        self.0.extend_from_slice(&more.0);
        self
    }
}

fn mark(inside: &str) -> Option<Mark> {
    let (rest, phase) = match inside.split_once('@') {
        Some((rest, phase)) => (rest, Some(Phase::named(phase.trim())?)),
        None => (inside, None),
    };
    let (word, number) = match rest.split_once(':') {
        Some((word, number)) => (word, Some(number.trim().parse().ok()?)),
        None => (rest, None),
    };
    let fault = Fault::ALL.iter().copied().find(|fault| fault.word() == word.trim())?;
    Some(Mark { fault, number, phase: phase.unwrap_or_else(|| fault.phase()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_words_in_brackets_with_number_and_phase() {
        let faults = Faults::parse(r"a cat [429:2] \[500x:3@poll\] ［hang］ [a:b:2] [nonsense]");
        assert_eq!(faults.at(Fault::RateLimited, &[Phase::Submit]), Some(2));
        assert_eq!(faults.at(Fault::Failing, &[Phase::Submit]), None);
        assert_eq!(faults.at(Fault::Failing, &[Phase::Poll]), Some(3));
        assert!(faults.has(Fault::Hang));
        assert_eq!(faults.0.len(), 3);
    }

    #[test]
    fn every_sample_is_read_as_its_own_fault() {
        for fault in Fault::ALL {
            assert_eq!(Faults::parse(fault.sample()).0.iter().map(|mark| mark.fault).collect::<Vec<_>>(), vec![*fault]);
        }
    }
}
