//! A sentence in both languages. Settings are read before any request exists, so what is wrong with them is
//! said in whichever language the reader of the log or of a command asks for.

use crate::models::locale::Locale;

/// The same words in English and in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh_cn: String,
}

impl Text {
    /// Pairs two translations.
    pub fn new(en: impl Into<String>, zh_cn: impl Into<String>) -> Self {
        Self { en: en.into(), zh_cn: zh_cn.into() }
    }

    /// The words in one language.
    #[must_use]
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::ZhCn => &self.zh_cn,
            Locale::En => &self.en,
        }
    }
}
