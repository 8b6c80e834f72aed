//! Reads one setting after another from the layers, writes down what is wrong with each and goes on with the
//! default, so that all problems are found in one pass. It also keeps the list of every setting it was asked
//! for, which is what the sample file is compared with.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use super::placeholder::is_placeholder;
use super::problem::{Complaint, Problem, Warning};
use super::setting::{Choice, Whole};
use super::text::Text;
use super::{Secret, from_file};

/// Fewest bytes of a secret that protects sessions or stored keys: 256 bits, the strength of what is made of it.
pub(super) const SECRET_BYTES: usize = 32;

/// What a setting is when nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fallback {
    /// This value.
    Value(String),
    /// A value that follows from other settings; shown is what it is when those have their defaults.
    Derived(String),
    /// Nothing: the part of the product that needs it stays off.
    Absent,
}

/// One setting as it was found, for the start of the server and for the test of the sample file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Name of the environment variable.
    pub name: &'static str,
    /// What it is when nothing is written.
    pub fallback: Fallback,
    /// Whether a usable value stands in the environment or in the file.
    pub given: bool,
    /// Whether that value is another one than without it. The sample file writes many a default.
    pub changed: bool,
}

/// The state of one reading.
pub(super) struct Reader<'a> {
    environment: &'a BTreeMap<String, String>,
    file: &'a BTreeMap<String, String>,
    pub settings: Vec<Setting>,
    pub problems: Vec<Problem>,
    pub warnings: Vec<Warning>,
    pub placeholders: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    pub fn new(environment: &'a BTreeMap<String, String>, file: &'a BTreeMap<String, String>) -> Self {
        Self { environment, file, settings: Vec::new(), problems: Vec::new(), warnings: Vec::new(), placeholders: Vec::new() }
    }

    /// What is written for the first of the names that has anything, the environment before the file. A value itself
    /// wins over the file that `NAME_FILE` names beside it.
    fn written(&mut self, names: &[&'static str]) -> Option<(&'static str, Cow<'a, str>)> {
        for layer in [self.environment, self.file] {
            for name in names {
                if let Some(value) = in_layer(layer, name) {
                    return Some((name, Cow::Borrowed(value)));
                }
                let variable = format!("{name}{}", from_file::SUFFIX);
                if let Some(path) = in_layer(layer, &variable) {
                    // What is written there is not said: it may be the secret itself, put into the wrong variable.
                    let value = from_file::read(Path::new(path)).map_err(|complaint| self.complain(&variable, complaint));
                    return value.ok().map(|value| (*name, Cow::Owned(value)));
                }
            }
        }
        None
    }

    /// What the shell says besides our own settings.
    pub fn said_by_shell(&self, name: &str) -> Option<&'a str> {
        in_layer(self.environment, name)
    }

    fn declare(&mut self, name: &'static str, fallback: Fallback, given: Option<&str>) {
        let same = matches!((&fallback, given), (Fallback::Value(default), Some(value)) if default.eq_ignore_ascii_case(value));
        self.settings.push(Setting { name, fallback, given: given.is_some(), changed: given.is_some() && !same });
    }

    /// Notes that the setting read last has its default, in whatever spelling: `off` for `false`.
    fn is_default(&mut self) {
        if let Some(setting) = self.settings.last_mut() {
            setting.changed = false;
        }
    }

    /// Notes a problem with a variable that is not about its value, for instance that it is missing.
    pub fn complain(&mut self, variable: &str, complaint: Complaint) {
        self.problems.push(Problem { variable: variable.to_owned(), value: None, complaint });
    }

    /// Reads a value by its own rule; `None` when nothing is written or the value is refused.
    pub fn parsed<T>(&mut self, name: &'static str, fallback: Fallback, parse: impl FnOnce(&str) -> Result<T, Complaint>) -> Option<T> {
        let written = self.written(&[name]).map(|(_, value)| value);
        self.declare(name, fallback, written.as_deref());
        let value = written?;
        parse(&value).map_err(|complaint| self.refuse(name, Some(&value), complaint)).ok()
    }

    fn refuse(&mut self, variable: &str, value: Option<&str>, complaint: Complaint) {
        self.problems.push(Problem { variable: variable.to_owned(), value: value.map(str::to_owned), complaint });
    }

    /// A whole number within its limits.
    pub fn whole<T>(&mut self, rule: &Whole<T>) -> T
    where
        T: Copy + fmt::Display + TryFrom<i128> + Into<i128>,
    {
        let fallback = Fallback::Value(rule.default.to_string());
        let value = self.parsed(rule.name, fallback, |text| rule.parse(text)).unwrap_or(rule.default);
        if value.into() == rule.default.into() {
            self.is_default();
        }
        value
    }

    /// One of a few words.
    pub fn choice<T: Copy + PartialEq>(&mut self, rule: &Choice<T>) -> T {
        let fallback = Fallback::Value(rule.word(rule.default).to_owned());
        let value = self.parsed(rule.name, fallback, |text| rule.parse(text)).unwrap_or(rule.default);
        if value == rule.default {
            self.is_default();
        }
        value
    }

    /// One of a few words, under a second name that other programs use. Within a layer the first name wins.
    pub fn choice_with_alias<T: Copy + PartialEq>(&mut self, rule: &Choice<T>, alias: &'static str) -> T {
        let written = self.written(&[rule.name, alias]);
        let given_as = |name| written.as_ref().filter(|(given, _)| *given == name).map(|(_, value)| value.as_ref());
        self.declare(rule.name, Fallback::Value(rule.word(rule.default).to_owned()), given_as(rule.name));
        self.declare(alias, Fallback::Absent, given_as(alias));
        let Some((name, value)) = written else { return rule.default };
        rule.parse(&value).unwrap_or_else(|complaint| {
            self.refuse(name, Some(&value), complaint);
            rule.default
        })
    }

    /// A part of an account with somebody else: a bucket, a user name, an address. Sample values count as absent.
    pub fn account<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Result<T, Complaint>) -> Option<T> {
        let value = self.unless_placeholder(name)?;
        parse(&value).map_err(|complaint| self.refuse(name, Some(&value), complaint)).ok()
    }

    /// A key or password of an account with somebody else, of any length.
    pub fn account_secret(&mut self, name: &'static str) -> Option<Secret> {
        self.unless_placeholder(name).map(Secret::new)
    }

    /// A secret of our own; too short a one is refused.
    pub fn own_secret(&mut self, name: &'static str) -> Option<Secret> {
        let value = self.unless_placeholder(name)?;
        if value.len() < SECRET_BYTES {
            self.refuse(name, None, too_short(value.len()));
            return None;
        }
        Some(Secret::new(value))
    }

    /// An address with a password inside, whose value is never repeated in a message.
    pub fn secret_address<T>(
        &mut self,
        name: &'static str,
        fallback: Fallback,
        parse: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<T> {
        let written = self.written(&[name]).map(|(_, value)| value);
        self.declare(name, fallback, written.as_deref());
        let value = written?;
        parse(&value).map_err(|complaint| self.refuse(name, None, complaint)).ok()
    }

    fn unless_placeholder(&mut self, name: &'static str) -> Option<Cow<'a, str>> {
        let written = self.written(&[name]).map(|(_, value)| value);
        let is_written = written.is_some();
        let value = written.filter(|value| !is_placeholder(value));
        self.declare(name, Fallback::Absent, value.as_deref());
        if is_written && value.is_none() {
            self.placeholders.push(name);
        }
        value
    }

    /// Whether a usable value was written for a variable that was read already.
    pub fn is_given(&self, name: &str) -> bool {
        self.settings.iter().any(|setting| setting.name == name && setting.given)
    }

    /// Whether any of these variables holds a value of the sample file.
    pub fn any_placeholder(&self, names: &[&str]) -> bool {
        self.placeholders.iter().any(|name| names.contains(name))
    }

    /// Notes that a setting is needed because of another one.
    pub fn missing(&mut self, name: &str, because: &str) {
        let complaint = Complaint {
            reason: Text::new(format!("is missing, but {because} needs it"), format!("未设置，但 {because} 需要它")),
            instead: Text::new(format!("Set {name}, or remove {because}"), format!("请设置 {name}，或去掉 {because}")),
        };
        self.complain(name, complaint);
    }
}

/// What a layer says. Blanks around a value do not count, and an empty value is none.
fn in_layer<'a>(layer: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    layer.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// Any text is accepted.
pub(super) fn as_is(text: &str) -> Result<String, Complaint> {
    Ok(text.to_owned())
}

pub(super) fn too_short(bytes: usize) -> Complaint {
    Complaint {
        reason: Text::new(
            format!("has {bytes} bytes, at least {SECRET_BYTES} are needed"),
            format!("只有 {bytes} 字节，至少需要 {SECRET_BYTES} 字节"),
        ),
        instead: make_one(),
    }
}

/// The command that makes a secret, on any machine with OpenSSL.
pub(super) fn make_one() -> Text {
    Text::new("Make one with: openssl rand -base64 32", "可用此命令生成：openssl rand -base64 32")
}
