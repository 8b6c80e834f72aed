//! The two languages of the product, and how a request's language is found. A person's own choice comes first
//! and is looked up elsewhere; here is what `Accept-Language` and `DEFAULT_LOCALE` add.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language the product speaks completely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Locale {
    /// Simplified Chinese, the first language.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

/// The language tag belongs to no language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a supported language; write zh-CN or en")]
pub struct UnknownLocale;

impl Locale {
    /// The tag as it stands in HTML, headers and the database.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The best supported language of an `Accept-Language` header (RFC 9110, 12.5.4): highest weight first,
    /// the earlier one among equals. Anything malformed or unsupported is skipped, `*` asks for `fallback`.
    #[must_use]
    pub fn from_accept_language(header: &str, fallback: Locale) -> Locale {
        let mut best: Option<(u16, Locale)> = None;
        for range in header.split(',') {
            let Some((weight, tag)) = weigh(range) else { continue };
            let locale = if tag == "*" { Some(fallback) } else { tag.parse().ok() };
            let Some(locale) = locale else { continue };
            if weight > best.map_or(0, |(top, _)| top) {
                best = Some((weight, locale));
            }
        }
        best.map_or(fallback, |(_, locale)| locale)
    }
}

/// Splits `zh-TW;q=0.8` into its weight in thousandths and its tag.
fn weigh(range: &str) -> Option<(u16, &str)> {
    let (tag, parameters) = range.split_once(';').unwrap_or((range, "q=1"));
    let weight: f32 = parameters.trim().strip_prefix("q=")?.trim().parse().ok()?;
    // The cast cannot leave the range: the weight was just checked to lie within 0 and 1.
    (0.0..=1.0).contains(&weight).then_some(((weight * 1000.0) as u16, tag.trim()))
}

impl FromStr for Locale {
    type Err = UnknownLocale;

    /// Every Chinese is Simplified Chinese here and every English is English, whatever region or script follows.
    fn from_str(tag: &str) -> Result<Self, UnknownLocale> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "zh" => Ok(Self::ZhCn),
            "en" => Ok(Self::En),
            _ => Err(UnknownLocale),
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::Locale::{self, En, ZhCn};

    #[test]
    fn every_chinese_is_simplified_chinese() {
        for tag in ["zh", "zh-CN", "zh-TW", "zh-Hant-HK", "ZH_cn"] {
            assert_eq!(Locale::from_accept_language(tag, En), ZhCn, "{tag}");
        }
    }

    #[test]
    fn the_highest_weight_wins_and_the_earlier_one_among_equals() {
        assert_eq!(Locale::from_accept_language("en;q=0.5, zh-TW;q=0.9", En), ZhCn);
        assert_eq!(Locale::from_accept_language("en-GB,zh", ZhCn), En);
        assert_eq!(Locale::from_accept_language("fr-FR, de;q=0.9, en;q=0.1", ZhCn), En);
    }

    #[test]
    fn what_cannot_be_used_leads_to_the_default() {
        for header in ["", "fr", "*", "en;q=0", "en;q=7", "en;level=1", ";;;,,", "en;q=NaN"] {
            assert_eq!(Locale::from_accept_language(header, ZhCn), ZhCn, "{header}");
        }
    }

    #[test]
    fn a_locale_survives_its_tag() {
        for locale in [ZhCn, En] {
            assert_eq!(locale.tag().parse(), Ok(locale));
        }
    }
}
