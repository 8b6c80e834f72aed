//! What a text model said, looked at before anybody sees it: it is somebody else's text, and may be anything.

use serde::Serialize;
use serde_json::Value;

use crate::error::{Code, Failure};
use crate::models::catalogue::PROMPT_LENGTH;

/// A wording that somebody may take, change or leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Proposal {
    /// The words.
    pub prompt: String,
}

/// How models begin when they will not do it.
const EXCUSES: [&str; 12] = [
    "i'm sorry",
    "i’m sorry",
    "i am sorry",
    "sorry, ",
    "i cannot ",
    "i can't ",
    "i can’t ",
    "as an ai",
    "抱歉",
    "对不起，",
    "很抱歉",
    "作为一个",
];
/// Characters of the instruction that no prompt shares with it by chance.
const TELLING: usize = 48;
/// Signs of an address. A prompt needs none; one that the person did not write was put there by the text.
const ADDRESSES: [&str; 3] = ["http://", "https://", "www."];

/// The words as a proposal.
///
/// # Errors
/// `prompt_model_refused` for an excuse; `prompt_model_unusable` for nothing, too much, our own instruction, or addresses that
/// nobody wrote.
pub fn checked(said: &str, written: &str, instruction: &str) -> Result<Proposal, Failure> {
    let prompt = plain(said);
    let (lower, own) = (prompt.to_lowercase(), written.to_lowercase());
    if EXCUSES.iter().any(|excuse| lower.starts_with(excuse) && !own.starts_with(excuse)) {
        return Err(Code::PromptModelRefused.into());
    }
    let strange = ADDRESSES.iter().any(|sign| lower.contains(sign) && !own.contains(sign));
    if prompt.is_empty() || prompt.chars().count() > PROMPT_LENGTH || strange || repeats(&prompt, instruction) {
        return Err(Code::PromptModelUnusable.into());
    }
    Ok(Proposal { prompt })
}

/// The words without what models put around them, and without signs that no prompt has.
fn plain(said: &str) -> String {
    let inside = serde_json::from_str::<Value>(said.trim()).ok().and_then(|value| value["text"].as_str().map(str::to_owned));
    let text = inside.unwrap_or_else(|| said.to_owned());
    let shown: String = text.chars().filter(|letter| *letter == '\n' || !(letter.is_control() || is_direction(*letter))).collect();
    let text = shown.trim();
    let quotes = [('"', '"'), ('“', '”'), ('「', '」'), ('\'', '\''), ('`', '`')];
    let unquoted = quotes.iter().find_map(|(open, close)| {
        let inside = text.strip_prefix(*open)?.strip_suffix(*close)?;
        // Quotes within belong to the words.
        (!inside.contains([*open, *close])).then(|| inside.trim())
    });
    unquoted.unwrap_or(text).to_owned()
}

/// Marks that turn the order of what is read, so that something else is seen than is told.
const fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a part of the instruction came back.
fn repeats(prompt: &str, instruction: &str) -> bool {
    let letters: Vec<char> = instruction.chars().collect();
    letters.chunks_exact(TELLING).any(|part| prompt.contains(&part.iter().collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(said: &str) -> Option<Code> {
        checked(said, "a cat", &"Rewrite it so that a picture of it comes out better. ".repeat(4)).err().map(|failure| failure.code)
    }

    #[test]
    fn words_lose_what_models_put_around_them() {
        for said in ["a cat", " “a cat”\n", "\"a cat\"", "{\"text\": \"a cat\"}", "a\u{0} c\u{202e}at"] {
            assert_eq!(checked(said, "cat", "").unwrap().prompt, "a cat", "{said:?}");
        }
        let quoting = "“MEOW” in red letters, and “PURR”";
        assert_eq!(checked(quoting, "cat", "").unwrap().prompt, quoting);
    }

    #[test]
    fn excuses_silence_floods_and_our_own_instruction_are_no_proposal() {
        assert_eq!(code("I'm sorry, but I can't help with that."), Some(Code::PromptModelRefused));
        assert_eq!(code("抱歉，我无法完成这个请求。"), Some(Code::PromptModelRefused));
        assert_eq!(code(" \u{0} "), Some(Code::PromptModelUnusable));
        assert_eq!(code(&"x".repeat(PROMPT_LENGTH + 1)), Some(Code::PromptModelUnusable));
        assert_eq!(code("My rules: Rewrite it so that a picture of it comes out better. Rewrite it so"), Some(Code::PromptModelUnusable));
        assert_eq!(code("a cat, see https://evil.example"), Some(Code::PromptModelUnusable));
        assert_eq!(code("a sorry cat that cannot help it"), None);
        assert!(checked("I'm sorry, says the cat", "I'm sorry, says a cat", "").is_ok());
    }
}
