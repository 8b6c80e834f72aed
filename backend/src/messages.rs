//! Every sentence the server says, in both languages: `locales/zh-CN.toml` and `locales/en.toml`. A key names a
//! sentence, `{name}` in it is replaced by a value. A test holds the two files to the same keys and values.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::models::locale::Locale;

type Messages = HashMap<String, String>;

static ZH_CN: LazyLock<Messages> = LazyLock::new(|| parse(include_str!("locales/zh-CN.toml")));
static EN: LazyLock<Messages> = LazyLock::new(|| parse(include_str!("locales/en.toml")));

/// The sentence of a key with its values filled in; the key itself when there is no such sentence, which the
/// tests rule out for keys that the code names.
#[must_use]
pub fn text<V: AsRef<str>>(locale: Locale, key: &str, values: &[(&str, V)]) -> String {
    let Some(template) = messages(locale).get(key) else { return key.to_owned() };
    values.iter().fold(template.clone(), |text, (name, value)| filled(locale, &text, &format!("{{{name}}}"), value.as_ref()))
}

/// A text with a value in it. Chinese has a space where Han meets Latin letters or digits, and none between Han and Han,
/// whatever the value is.
fn filled(locale: Locale, text: &str, slot: &str, value: &str) -> String {
    if locale != Locale::ZhCn {
        return text.replace(slot, value);
    }
    let mut parts = text.split(slot);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for next in parts {
        let gap = gap(whole.trim_end_matches(' ').chars().last(), value.chars().next());
        if let Some(gap) = gap {
            whole.truncate(whole.trim_end_matches(' ').len());
            whole.push_str(gap);
        }
        whole.push_str(value);
        match self::gap(next.trim_start_matches(' ').chars().next(), value.chars().last()) {
            Some(gap) => whole.extend([gap, next.trim_start_matches(' ')]),
            None => whole.push_str(next),
        }
    }
    whole
}

/// What stands between our own letter and the nearest one of a value; as it was written where our own is not Han.
fn gap(ours: Option<char>, theirs: Option<char>) -> Option<&'static str> {
    let is_han = |letter: char| ('\u{3400}'..='\u{9fff}').contains(&letter);
    match (ours?, theirs?) {
        (ours, theirs) if is_han(ours) && theirs.is_alphanumeric() => Some(if is_han(theirs) { "" } else { " " }),
        _ => None,
    }
}

/// A sentence without values, if there is one under this key.
#[must_use]
pub fn find(locale: Locale, key: &str) -> Option<String> {
    messages(locale).get(key).cloned()
}

/// A sentence without values.
#[must_use]
pub fn plain(locale: Locale, key: &str) -> String {
    text::<&str>(locale, key, &[])
}

fn messages(locale: Locale) -> &'static Messages {
    match locale {
        Locale::ZhCn => &ZH_CN,
        Locale::En => &EN,
    }
}

/// Flattens `[errors.x] title = "…"` to `errors.x.title`.
fn parse(source: &str) -> Messages {
    #[expect(clippy::expect_used, reason = "the files are compiled in and every test run parses them")]
    let table: toml::Table = source.parse().expect("the message files are valid TOML");
    let mut messages = Messages::new();
    flatten("", &toml::Value::Table(table), &mut messages);
    messages
}

fn flatten(prefix: &str, value: &toml::Value, into: &mut Messages) {
    match value {
        toml::Value::Table(table) => {
            for (key, inner) in table {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&path, inner, into);
            }
        }
        toml::Value::String(text) => {
            into.insert(prefix.to_owned(), text.clone());
        }
        other => {
            into.insert(prefix.to_owned(), other.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::error::Code;

    fn names(template: &str) -> BTreeSet<&str> {
        template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
    }

    #[test]
    fn both_languages_say_the_same_sentences_with_the_same_values() {
        let (zh, en): (BTreeSet<_>, BTreeSet<_>) = (ZH_CN.keys().collect(), EN.keys().collect());
        assert_eq!(zh, en);
        for (key, sentence) in ZH_CN.iter() {
            assert_eq!(names(sentence), names(&EN[key]), "the values of {key}");
        }
    }

    #[test]
    fn chinese_is_spaced_from_latin_letters_and_from_nothing_else() {
        for (template, value, said) in [
            ("{x}拒绝了该密钥", "OpenAI", "OpenAI 拒绝了该密钥"),
            ("{x} 拒绝了该密钥", "智谱", "智谱拒绝了该密钥"),
            ("由 {x}，或{x}", "a1", "由 a1，或 a1"),
            ("请设置{x}", "“代理”", "请设置“代理”"),
        ] {
            assert_eq!(filled(Locale::ZhCn, template, "{x}", value), said);
        }
        assert_eq!(filled(Locale::En, "a{x}b", "{x}", "1"), "a1b");
    }

    #[test]
    fn every_code_has_a_title_and_a_detail() {
        for code in Code::ALL {
            for part in ["title", "detail"] {
                assert!(EN.contains_key(&format!("errors.{}.{part}", code.as_str())), "{} lacks a {part}", code.as_str());
            }
        }
    }
}
