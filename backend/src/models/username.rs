//! User names: what may be one, and when two of them are the same to a reader.

use std::collections::BTreeSet;

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, Script};
use icu_properties::{CodePointMapData, CodePointSetData};

use super::user::invalid;
use crate::error::Failure;

/// A user name: 2 to 32 letters (of any script, but not of several), digits, `-` or `_`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username {
    shown: String,
    folded: String,
}

/// Scripts that are written together: Chinese, Japanese and Korean, each with Latin letters between (UTS #39, §5.2,
/// "Highly Restrictive").
const WRITTEN_TOGETHER: [&[Script]; 3] = [
    &[Script::Latin, Script::Han, Script::Bopomofo],
    &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana],
    &[Script::Latin, Script::Han, Script::Hangul],
];

impl Username {
    /// Reads a user name.
    ///
    /// # Errors
    /// `invalid_request` on the field `username`.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let name = text.trim();
        let length = name.chars().count();
        if length < 2 {
            return Err(invalid("username", "too_short").field_with("minimum", 2));
        }
        if length > 32 {
            return Err(invalid("username", "too_long").field_with("maximum", 32));
        }
        // Some letters are never seen, for instance the fillers of Hangul.
        let unseen = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        if !name.chars().all(|c| (c.is_alphanumeric() && !unseen.contains(c)) || c == '-' || c == '_') {
            return Err(invalid("username", "username"));
        }
        let folded = fold(name);
        if !is_of_one_script(&folded) {
            return Err(invalid("username", "mixed_scripts"));
        }
        Ok(Self { shown: name.to_owned(), folded })
    }

    /// The name as it was entered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// What two names have in common that differ only in case, width or the way their letters are composed. One
    /// account may have it.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

/// NFKC without case. By way of upper case, so that forms fall together that lower case alone keeps apart (ς and σ).
fn fold(name: &str) -> String {
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let caseless: String = nfkc.normalize(name).chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    nfkc.normalize(&caseless).into_owned()
}

/// Whether all letters are of one script, or of scripts that are written together. A Cyrillic а among Latin letters is
/// there to be taken for another.
fn is_of_one_script(name: &str) -> bool {
    let script = CodePointMapData::<Script>::new();
    let scripts: BTreeSet<Script> =
        name.chars().map(|c| script.get(c)).filter(|found| ![Script::Common, Script::Inherited].contains(found)).collect();
    scripts.len() < 2 || WRITTEN_TOGETHER.iter().any(|together| scripts.iter().all(|found| together.contains(found)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str) -> String {
        Username::parse(name).unwrap_err().fields[0].code.to_string()
    }

    #[test]
    fn names_of_every_script_are_names() {
        for name in ["丹青", "li-wei_7", "Ольга", "Ελένη", "さくらサクラ花", "김철수", "丹青Studio", "ⅷ世", "محمد٣"]
        {
            assert_eq!(Username::parse(name).unwrap().as_str(), name);
        }
        assert_eq!((refused("a"), refused(&"a".repeat(33))), ("too_short".to_owned(), "too_long".to_owned()));
        for name in ["a<b>", "a b", "a\0b", "admin\u{200b}", "admin\u{3164}", "a\u{202e}b"] {
            assert_eq!(refused(name), "username", "{name:?}");
        }
    }

    #[test]
    fn letters_of_several_scripts_are_no_name() {
        for name in ["аdmin", "admіn", "Ωmega", "さくら김", "丹青Ольга"] {
            assert_eq!(refused(name), "mixed_scripts", "{name}");
        }
    }

    #[test]
    fn what_looks_the_same_in_another_case_or_width_is_the_same() {
        let folded = |name: &str| Username::parse(name).unwrap().folded().to_owned();
        for name in ["admin", "ADMIN", "Admin", "ＡＤＭＩＮ", "ａｄｍｉｎ", "𝐚𝐝𝐦𝐢𝐧"] {
            assert_eq!(folded(name), "admin", "{name}");
        }
        assert_eq!(folded("ΟΔΟΣ"), folded("οδος"));
        assert_eq!(folded("Straße"), folded("STRASSE"));
        assert_eq!(folded("ｶﾅ"), folded("カナ"));
        assert_ne!(folded("li"), folded("lí"));
    }
}
