//! The vendor's codes: numbers, mostly written as texts.

use crate::coded::Coded;
use crate::error::Class;

/// What a code means. What is not here means what its status means.
pub fn meaning(said: &Coded) -> Option<Class> {
    match said.code.as_str() {
        "1000" | "1001" | "1002" | "1003" | "1004" => Some(Class::Auth),
        // 429 like a rate limit, but no waiting helps.
        "1113" => Some(Class::ProviderBilling),
        "1211" => Some(Class::ModelUnavailable),
        "1210" | "1212" | "1213" | "1214" => Some(Class::InvalidRequest),
        "1301" => Some(Class::ContentPolicyInput),
        "1302" | "1303" | "1305" => Some(Class::RateLimited),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Began;
    use crate::http::Refusal;

    #[test]
    fn the_code_says_more_than_the_status() {
        let refused = |status, code| {
            let text = format!(r#"{{"error":{{"code":{code},"message":"m"}}}}"#);
            let error = Coded::refusal(&Refusal { status, headers: http::HeaderMap::new(), text }, meaning);
            (error.class, error.began)
        };
        assert_eq!(refused(429, r#""1113""#), (Class::ProviderBilling, Began::No));
        assert_eq!(refused(429, "1302"), (Class::RateLimited, Began::No));
        assert_eq!(refused(400, r#""1301""#), (Class::ContentPolicyInput, Began::No));
        assert_eq!(refused(500, r#""1234""#), (Class::ProviderError, Began::Ended));
    }
}
