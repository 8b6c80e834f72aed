//! Some engines read more than words in a prompt: files to load, parameters, a negative prompt. What an end user wrote
//! must stay words. Each rule changes as little as possible and leaves nothing that it could be applied to again by
//! joining what stood around it.

use serde::Deserialize;

/// What an engine reads in a prompt besides words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Syntax {
    /// `<lora:name:1>` and its kind load a file (AUTOMATIC1111 `modules/extra_networks.py`; also `<hypernet:…>`).
    AngleTags,
    /// `<sd_cpp_extra_args>{…}</sd_cpp_extra_args>` sets native parameters (stable-diffusion.cpp `examples/server/api.md`).
    SdCppExtraArgs,
    /// What follows `|` is the negative prompt (LocalAI).
    Bar,
    /// `AND` makes two prompts of one, `[a:b:0.5]` and `[a|b]` change it while it runs (AUTOMATIC1111
    /// `modules/prompt_parser.py`).
    Schedule,
    /// `{a|b}` is one of both, `embedding:name` loads a file (ComfyUI).
    Choice,
}

/// The words with the meaning of this syntax taken out of them. Not to be applied twice: [`Syntax::Schedule`] escapes.
#[must_use]
pub fn neutralise(words: &str, syntax: &[Syntax]) -> String {
    syntax.iter().fold(words.to_owned(), |words, syntax| match syntax {
        Syntax::AngleTags => without_tags(&words, |tag| tag.split_once(':').is_some_and(|(name, _)| is_name(name.trim()))),
        Syntax::SdCppExtraArgs => {
            let name = "sd_cpp_extra_args";
            without_tags(&words, |tag| {
                let inside = tag.trim_start_matches(['/', ' ']);
                inside.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name))
            })
        }
        Syntax::Bar => words.replace('|', ","),
        Syntax::Schedule => without_and(&escaped(&words)),
        Syntax::Choice => words.replace('{', "｛").replace('}', "｝").replace("embedding:", "embedding "),
    })
}

/// The words with another `<` before each tag that means something. Nothing is cut out, so no tag can appear where two
/// halves of one meet.
fn without_tags(words: &str, means_something: impl Fn(&str) -> bool) -> String {
    let mut parts = words.split('<');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for tag in parts {
        plain.push(if means_something(tag) { '‹' } else { '<' });
        plain.push_str(tag);
    }
    plain
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Brackets escaped, and the backslashes that would take an escape away again.
fn escaped(words: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    for letter in words.chars() {
        if matches!(letter, '\\' | '[' | ']') {
            plain.push('\\');
        }
        plain.push(letter);
    }
    plain
}

/// Only the word in capitals, alone, has a meaning.
fn without_and(words: &str) -> String {
    let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let mut plain = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(found) = rest.find("AND") {
        let (before, after) = (&rest[..found], &rest[found + 3..]);
        let inside = is_part(before.chars().next_back().or(plain.chars().next_back())) || is_part(after.chars().next());
        plain.push_str(before);
        plain.push_str(if inside { "AND" } else { "and" });
        rest = after;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_lose_their_meaning_and_comparisons_stay() {
        let plain = |words| neutralise(words, &[Syntax::AngleTags]);
        assert_eq!(plain("a cat <lora:x:1> <hypernet:y:2>"), "a cat ‹lora:x:1> ‹hypernet:y:2>");
        assert_eq!(plain("<lo<lora:a:1>ra:b:1>"), "<lo‹lora:a:1>ra:b:1>");
        assert_eq!(plain("3 < 4, 1:2, a<b>c"), "3 < 4, 1:2, a<b>c");
    }

    #[test]
    fn no_block_of_native_parameters_survives() {
        let plain = |words| neutralise(words, &[Syntax::SdCppExtraArgs]).to_lowercase();
        for words in [
            r#"<sd_cpp_extra_args>{"seed":1}</sd_cpp_extra_args>"#,
            "<sd_cpp_<sd_cpp_extra_args>extra_args>",
            "<SD_CPP_EXTRA_ARGS>",
            "< /sd_cpp_extra_args>",
        ] {
            let plain = plain(words);
            assert!(!plain.contains("<sd_cpp_extra_args") && !plain.contains("</sd_cpp"), "{plain}");
        }
        assert_eq!(plain("a <b> 图<"), "a <b> 图<");
    }

    #[test]
    fn a_bar_is_a_comma() {
        assert_eq!(neutralise("a cat | ugly", &[Syntax::Bar]), "a cat , ugly");
    }

    #[test]
    fn brackets_are_escaped_whatever_stands_before_them() {
        let plain = |words| neutralise(words, &[Syntax::Schedule]);
        assert_eq!(plain("[a:b:3] and [c|d]"), r"\[a:b:3\] and \[c|d\]");
        assert_eq!(plain(r"\[a:b:3]"), r"\\\[a:b:3\]");
        assert_eq!(plain("cats AND dogs AND, SAND ANDREW AND_ AND"), "cats and dogs and, SAND ANDREW AND_ and");
    }

    #[test]
    fn choices_and_files_of_comfyui_are_words() {
        assert_eq!(neutralise("{a|b} embedding:bad", &[Syntax::Choice]), "｛a|b｝ embedding bad");
    }
}
