//! From a person's own words to what a model is told: the words in a template, with a style, in a language that the
//! model reads and the way it likes to be told. The same words and the same catalogue always give the same text. What an
//! engine would read in it besides words is taken out by the adapter that speaks to it (`providers::syntax`).

use crate::models::catalogue::{Style, Tool};
use crate::models::locale::Locale;

mod build;
pub mod fill;
pub mod language;
pub mod preview;
mod tell;
mod warnings;
mod words;

pub use tell::{Told, tell};
pub use warnings::warnings;
pub use words::Words;

/// The sentence kept with a task that has no words of its own: the tool's, with the style's name filled in. It describes
/// the result in lists and to screen readers, and is found by search.
#[must_use]
pub fn sentence(tool: &Tool, style: Option<&Style>, locale: Locale) -> Option<String> {
    let (sentence, style) = (tool.prompt.as_ref()?.get(locale), style?);
    Some(fill::fill(sentence, |name| (name == "style").then(|| style.name.get(locale).to_owned())))
}
