//! Errors that are a code and a message, in whatever envelope. The same status means different things, so the code is
//! read first, then the status.

use serde_json::Value;

use crate::error::{Began, Class, Error};
use crate::http::Refusal;

/// Longest code kept of what a vendor says; the longest documented one has some sixty letters.
const CODE_CHARS: usize = 100;

/// What a vendor says of a failure.
#[derive(Debug)]
pub struct Coded {
    /// Its own code; a number as a text.
    pub code: String,
    /// Its words.
    pub message: String,
}

impl Coded {
    /// From `{"code","message"}`, or the same inside `error`. None without a code, and for the empty one that some
    /// write when all is well.
    pub fn of(body: &Value) -> Option<Self> {
        let said = if body["error"].is_object() { &body["error"] } else { body };
        let code = match &said["code"] {
            Value::String(code) if !code.is_empty() => code.chars().take(CODE_CHARS).collect(),
            Value::Number(code) => code.to_string(),
            _ => return None,
        };
        Some(Self { code, message: said["message"].as_str().unwrap_or_default().to_owned() })
    }

    /// Whether the code is one of these, or goes on with a dot after it.
    pub fn is(&self, codes: &[&str]) -> bool {
        codes.iter().any(|code| self.code.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }

    /// The error of an answer with a status that is no success. What the code means is believed below 500; from there
    /// on the status says how it failed.
    pub fn refusal(refusal: &Refusal, meaning: fn(&Self) -> Option<Class>) -> Error {
        let plain = refusal.plain();
        let Some(said) = Self::of(&refusal.json()) else { return plain };
        let class = meaning(&said).filter(|_| refusal.status < 500).unwrap_or(plain.class);
        // To judge a picture it must have been made.
        let began = if class == Class::ContentPolicyOutput { Began::Ended } else { plain.began };
        let message = format!("{}: {}", refusal.status, said.message);
        Error::new(class, message).code(said.code).began(began).retry_after(plain.retry_after)
    }

    /// The error of a failure that came with a 200: the work was begun and has ended, so that whatever was refused by
    /// content rules was the picture.
    pub fn failed(self, meaning: fn(&Self) -> Option<Class>) -> Error {
        let class = match meaning(&self) {
            Some(Class::ContentPolicyInput) => Class::ContentPolicyOutput,
            Some(class) => class,
            None => Class::ProviderError,
        };
        Error::new(class, self.message).code(self.code).began(Began::Ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_in_both_envelopes_and_of_both_kinds() {
        let code = |json: &str| Coded::of(&serde_json::from_str(json).unwrap()).map(|said| said.code);
        assert_eq!(code(r#"{"code":"A.B","message":"m"}"#).as_deref(), Some("A.B"));
        assert_eq!(code(r#"{"error":{"code":1301}}"#).as_deref(), Some("1301"));
        for nothing in [r#"{"code":"","message":""}"#, r#"{"error":"m"}"#, "[]", "null"] {
            assert_eq!(code(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_code_may_go_on_after_a_dot_only() {
        let said = |code: &str| Coded { code: code.to_owned(), message: String::new() };
        assert!(said("Throttling").is(&["Throttling"]) && said("Throttling.RateQuota").is(&["Throttling"]));
        assert!(!said("ThrottlingX").is(&["Throttling"]));
    }
}
