//! What can be wrong with settings, in words that say what to write instead. All problems are collected, so
//! that an operator corrects a file once and not once per start.

use std::fmt;

use super::text::Text;
use crate::models::locale::Locale;

/// Longest part of a wrong value that is repeated in a message, in characters.
const SHOWN_CHARACTERS: usize = 80;

/// Why a value is refused and what would be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong, without a full stop.
    pub reason: Text,
    /// What to do instead, without a full stop.
    pub instead: Text,
}

impl Complaint {
    /// A refusal that recommends a value.
    pub fn suggest(reason: Text, value: impl fmt::Display) -> Self {
        let instead = Text::new(format!("Write a value such as {value}"), format!("请填写，例如 {value}"));
        Self { reason, instead }
    }
}

/// A complaint about one variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The variable's name (or the settings file's).
    pub variable: String,
    /// What was written; never the value of a secret.
    pub value: Option<String>,
    /// Why it is refused, and what to do.
    pub complaint: Complaint,
}

impl Problem {
    /// One line for a log or a terminal.
    #[must_use]
    pub fn render(&self, locale: Locale) -> String {
        let value = self.value.as_deref().map(|value| format!("={}", shown(value))).unwrap_or_default();
        let (reason, instead) = (self.complaint.reason.get(locale), self.complaint.instead.get(locale));
        match locale {
            Locale::En => format!("{}{value}: {reason}. {instead}.", self.variable),
            Locale::ZhCn => format!("{}{value}：{reason}。{instead}。", self.variable),
        }
    }
}

/// A value as it may stand in a log: on one line, not endless, and without password, query or fragment of an address, which may
/// hold a key.
fn shown(value: &str) -> String {
    let mut text = value.to_owned();
    if let Some(end) = text.find(['?', '#']) {
        text.replace_range(end + 1.., "***");
    }
    if let (Some(scheme), Some(at)) = (text.find(':'), text.rfind('@'))
        && scheme < at
    {
        text.replace_range(scheme + 1..at, "***");
    }
    let cut: String = text.chars().take(SHOWN_CHARACTERS).collect();
    let ellipsis = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut:?}{ellipsis}")
}

/// The settings cannot be used; every reason at once.
#[derive(Debug, Clone)]
pub struct ConfigError {
    /// Each refused setting, in the order of the sample file.
    pub problems: Vec<Problem>,
    /// The language of `Display`: the terminal's, as far as it could be read.
    pub locale: Locale,
}

impl ConfigError {
    /// All problems, one per line, under a heading.
    #[must_use]
    pub fn render(&self, locale: Locale) -> String {
        let count = self.problems.len();
        let heading = match locale {
            Locale::En if count == 1 => "1 setting needs a correction:".to_owned(),
            Locale::En => format!("{count} settings need a correction:"),
            Locale::ZhCn => format!("有 {count} 项设置需要修改："),
        };
        self.problems.iter().fold(heading, |text, problem| format!("{text}\n  - {}", problem.render(locale)))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(self.locale))
    }
}

impl std::error::Error for ConfigError {}

/// Something the operator should know although the program can work with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The settings it is about.
    pub variables: Vec<String>,
    /// What to know and what to do about it, in whole sentences.
    pub message: Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_value_stays_on_one_line_and_hides_what_may_be_secret() {
        assert_eq!(shown("ftp://me:pw@host/x"), r#""ftp:***@host/x""#);
        assert_eq!(shown("https://host/x?X-Key=secret#part"), r#""https://host/x?***""#);
        assert_eq!(shown("host#secret"), r#""host#***""#);
        assert_eq!(shown("a\nb"), r#""a\nb""#);
        assert_eq!(shown(&"丹".repeat(200)), format!("\"{}\"…", "丹".repeat(80)));
    }
}
