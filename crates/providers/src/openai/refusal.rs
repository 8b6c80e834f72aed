//! What went wrong, in the words of all vendors. The same status means different things, so the code is read first,
//! then the status, then the words.

use serde_json::Value;

use super::dialect::Dialect;
use crate::error::{Began, Class, Error};
use crate::http::Refusal;

/// Codes and types of OpenAI and of gateways that pass them on. The docs on errors name them; `moderation_blocked` is
/// from live reports of 2026, `content_policy_violation` is Azure's, the two of `billing` are from other clients' code.
const CODES: [(&str, Class); 14] = [
    ("moderation_blocked", Class::ContentPolicyInput),
    ("content_policy_violation", Class::ContentPolicyInput),
    ("image_content_policy_violation", Class::ContentPolicyInput),
    // 429 like a rate limit, but no waiting helps.
    ("insufficient_quota", Class::ProviderBilling),
    ("credit_balance_exhausted", Class::ProviderBilling),
    ("billing_hard_limit_reached", Class::ProviderBilling),
    ("billing_not_active", Class::ProviderBilling),
    ("invalid_api_key", Class::Auth),
    ("model_not_found", Class::ModelUnavailable),
    ("rate_limit_exceeded", Class::RateLimited),
    ("server_is_overloaded", Class::Overloaded),
    ("slow_down", Class::Overloaded),
    ("image_generation_user_error", Class::InvalidRequest),
    ("invalid_request_error", Class::InvalidRequest),
];

/// Words by which gateways pass on a refusal by content rules when they lose its code.
const POLICY_WORDS: [&str; 4] = ["safety system", "content policy", "moderation", "敏感"];

/// What a server says of a failure.
#[derive(Debug, Default)]
pub struct Said {
    code: Option<String>,
    kind: Option<String>,
    param: Option<String>,
    message: String,
}

impl Said {
    /// From the parts of a body: an `error` that is an object or a text, or a `code` and a `message` beside it.
    pub fn of_parts(error: &Value, code: &Value, message: &Value) -> Option<Self> {
        match error {
            Value::Object(error) => {
                let part = |name: &str| error.get(name).and_then(text);
                Some(Self { code: part("code"), kind: part("type"), param: part("param"), message: part("message").unwrap_or_default() })
            }
            Value::String(message) => Some(Self { message: message.clone(), ..Self::default() }),
            _ => Some(Self { code: text(code), message: text(message)?, ..Self::default() }),
        }
    }

    /// From a whole body, which SiliconFlow for one writes as a bare text.
    fn of_body(body: &Value) -> Option<Self> {
        let error = if body.is_string() { body } else { &body["error"] };
        Self::of_parts(error, &body["code"], &body["message"])
    }

    /// What code or type mean, the server's own before the common ones.
    fn class(&self, dialect: &Dialect) -> Option<Class> {
        let known = |word: &String| dialect.codes.iter().chain(&CODES).find(|(code, _)| code == word).map(|(_, class)| *class);
        self.code.as_ref().and_then(known).or_else(|| self.kind.as_ref().and_then(known))
    }

    fn speaks_of_policy(&self) -> bool {
        // A wrong value of the field with that name is something else.
        let message = self.message.to_lowercase();
        self.param.as_deref() != Some("moderation") && POLICY_WORDS.iter().any(|word| message.contains(word))
    }

    fn error(&self, class: Class, message: String) -> Error {
        let error = Error::new(class, message);
        match self.code.as_ref().or(self.kind.as_ref()) {
            Some(code) => error.code(code),
            None => error,
        }
    }
}

/// An answer with a status that is no success.
pub fn refused(dialect: &Dialect, refusal: &Refusal) -> Error {
    let plain = refusal.plain();
    let Some(said) = Said::of_body(&refusal.json()) else { return plain };
    let class = match said.class(dialect) {
        // The words of a type are general; the status is at least as exact.
        Some(Class::InvalidRequest) | None => {
            let vague = matches!(plain.class, Class::InvalidRequest | Class::ProviderError) || refusal.status == 403;
            if vague && said.speaks_of_policy() { Class::ContentPolicyInput } else { plain.class }
        }
        Some(class) => class,
    };
    said.error(class, format!("{}: {}", refusal.status, said.message)).began(plain.began).retry_after(plain.retry_after)
}

/// A failure that came with a 200, in a body or in a stream: the work was begun and has ended.
pub fn failed(dialect: &Dialect, said: &Said) -> Error {
    let class = match said.class(dialect) {
        Some(Class::ContentPolicyInput) => Class::ContentPolicyOutput,
        Some(class) => class,
        None if said.speaks_of_policy() => Class::ContentPolicyOutput,
        None => Class::ProviderError,
    };
    said.error(class, said.message.clone()).began(Began::Ended)
}

/// A text, or a number as one: codes are either.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(status: u16, body: &str) -> Class {
        let refusal = Refusal { status, headers: http::HeaderMap::new(), text: body.to_owned() };
        refused(&Dialect::GATEWAY, &refusal).class
    }

    #[test]
    fn the_code_says_more_than_the_status() {
        let body = |code: &str| format!(r#"{{"error":{{"message":"m","type":"t","param":null,"code":{code}}}}}"#);
        assert_eq!(class(429, &body(r#""rate_limit_exceeded""#)), Class::RateLimited);
        assert_eq!(class(429, &body(r#""insufficient_quota""#)), Class::ProviderBilling);
        assert_eq!(class(429, &body("null")), Class::RateLimited);
        assert_eq!(class(400, &body(r#""moderation_blocked""#)), Class::ContentPolicyInput);
        assert_eq!(class(403, &body(r#""insufficient_user_quota""#)), Class::ProviderBilling);
        assert_eq!(class(500, &body("500")), Class::ProviderError);
    }

    #[test]
    fn gateways_are_understood_by_their_words() {
        assert_eq!(
            class(500, r#"{"error":{"message":"rejected by the Safety System","code":"shell_api_error"}}"#),
            Class::ContentPolicyInput
        );
        assert_eq!(class(400, r#"{"error":"输入包含敏感内容"}"#), Class::ContentPolicyInput);
        assert_eq!(class(401, r#"{"error":{"message":"the moderation of this key","code":null}}"#), Class::Auth);
        assert_eq!(class(400, r#"{"error":{"message":"moderation must be auto or low","param":"moderation"}}"#), Class::InvalidRequest);
    }

    #[test]
    fn bodies_without_the_usual_shape() {
        assert_eq!(class(502, "<html>Bad gateway</html>"), Class::ProviderError);
        assert_eq!(class(400, r#"{"error":"no prompt"}"#), Class::InvalidRequest);
        assert_eq!(class(401, r#""Invalid token""#), Class::Auth);
        assert_eq!(class(404, r#"{"error":{"type":"invalid_request_error","message":"no such path"}}"#), Class::ModelUnavailable);
    }
}
