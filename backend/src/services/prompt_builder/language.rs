//! In which language words are, as far as it matters: whether a model reads them, and which words go with them.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

use crate::models::catalogue::{AiModel, PromptLanguage};
use crate::models::locale::Locale;

/// A Chinese character says about as much as this many Latin letters: a name in brackets makes no Chinese of a sentence.
const LETTERS_OF_A_CHARACTER: usize = 4;

/// The language that words are mostly in; none for words without letters.
#[must_use]
pub fn of(words: &str) -> Option<PromptLanguage> {
    let characters = words.chars().filter(|letter| is_han(*letter)).count();
    let letters = words.chars().filter(|letter| letter.is_alphabetic() && !is_han(*letter)).count();
    match (characters, letters) {
        (0, 0) => None,
        _ if characters * LETTERS_OF_A_CHARACTER >= letters => Some(PromptLanguage::Zh),
        _ => Some(PromptLanguage::En),
    }
}

/// The language of what is added to words for a model: theirs where it reads that.
#[must_use]
pub fn of_additions(words: &str, model: &AiModel, locale: Locale) -> PromptLanguage {
    let own = of(words).unwrap_or_else(|| locale.into());
    let reads = model.reads();
    if reads.is_empty() || reads.contains(&own) { own } else { reads.first().copied().unwrap_or(own) }
}

/// Whether a model reads all of the words. One of which the catalogue says nothing is not held to anything.
#[must_use]
pub fn is_read(words: &str, model: &AiModel) -> bool {
    let reads = model.reads();
    let reads = |language: PromptLanguage| reads.is_empty() || reads.contains(&language);
    // Chinese among other words is not read either; Latin letters among Chinese ones are names and measures.
    (reads(PromptLanguage::Zh) || !words.chars().any(is_han)) && of(words).is_none_or(reads)
}

/// Whether a text says nothing to anybody: it is empty, or only of blanks, of characters without a form of their own, such as
/// the zero-width space and the marks of interlinear annotation, and of those that Unicode gives no meaning.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let categories = CodePointMapData::<GeneralCategory>::new();
    let says_nothing = GeneralCategoryGroup::Other.union(GeneralCategoryGroup::Separator);
    text.chars().all(|c| c == BRAILLE_BLANK || says_nothing.contains(categories.get(c)) || ignorable.contains(c))
}

/// Braille without a dot, which Unicode counts among the symbols.
const BRAILLE_BLANK: char = '\u{2800}';

/// Whether a character is a Chinese one (the blocks of Unicode's unified ideographs).
#[must_use]
pub fn is_han(letter: char) -> bool {
    matches!(u32::from(letter), 0x3005..=0x3007 | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_blank_and_what_joins_visible_signs_is_not() {
        for blank in ["", " \n\t　", "\u{200b}\u{200c}\u{200d}", "\u{feff}\u{2060}\u{ad}", "\u{3164}\u{2800}\u{0}", "\u{fe0f}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        // Private use in all three places, interlinear annotation, and what is not assigned.
        for blank in ["\u{e000} \u{f8ff}", "\u{f0000}\u{10fffd}", "\u{fff9}\u{fffa}\u{fffb}", "\u{378}\u{ffff}\u{e0080}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for seen in ["猫", ".", "👩\u{200d}🎨", "\u{200b}a", "\u{e000}猫"] {
            assert!(!is_blank(seen), "{seen:?}");
        }
    }

    #[test]
    fn words_are_in_the_language_that_most_of_them_are_in() {
        for (words, language) in [
            ("一只猫", Some(PromptLanguage::Zh)),
            ("A cat", Some(PromptLanguage::En)),
            ("一张 iPhone 17 Pro 的产品照片", Some(PromptLanguage::Zh)),
            ("A poster that says 春天, in large letters at the top of the page", Some(PromptLanguage::En)),
            ("16:9 !", None),
            ("", None),
        ] {
            assert_eq!(of(words), language, "{words}");
        }
    }
}
