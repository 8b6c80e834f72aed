//! The vendor's codes. The newer hosts write the same ones in snake case.

use crate::coded::Coded;
use crate::error::Class;

/// Codes, from the vendor's page on errors; with a dot and more behind them they mean the same.
const CODES: [(&str, Class); 16] = [
    ("DataInspectionFailed", Class::ContentPolicyInput),
    ("data_inspection_failed", Class::ContentPolicyInput),
    ("IPInfringementSuspect", Class::ContentPolicyInput),
    // `InvalidParameter.DataInspection` too: it could not fetch the picture.
    ("InvalidParameter", Class::InvalidRequest),
    ("InvalidURL", Class::InvalidRequest),
    ("InvalidApiKey", Class::Auth),
    ("invalid_api_key", Class::Auth),
    ("Model.AccessDenied", Class::ModelUnavailable),
    ("ModelNotFound", Class::ModelUnavailable),
    ("model_not_found", Class::ModelUnavailable),
    ("NotFound", Class::ModelUnavailable),
    ("Arrearage", Class::ProviderBilling),
    ("AllocationQuota.FreeTierOnly", Class::ProviderBilling),
    ("Throttling", Class::RateLimited),
    ("LimitRequests", Class::RateLimited),
    ("limit_requests", Class::RateLimited),
];

/// What a code means, and where it is vague its words.
pub fn meaning(said: &Coded) -> Option<Class> {
    let says = |words: &str| said.message.to_lowercase().contains(words);
    if said.is(&["AccessDenied"]) {
        // The key is good; the model does not speak this protocol.
        return Some(if says("synchronous call") { Class::ModelUnavailable } else { Class::Auth });
    }
    if said.is(&["Throttling.AllocationQuota", "insufficient_quota"]) {
        // Either the tokens of this minute or all that was paid for; only the latter speaks of money.
        let paid = says("billing") || says("free");
        return Some(if paid { Class::ProviderBilling } else { Class::RateLimited });
    }
    CODES.iter().find(|(code, _)| said.is(&[code])).map(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(code: &str, message: &str) -> Option<Class> {
        meaning(&Coded { code: code.to_owned(), message: message.to_owned() })
    }

    #[test]
    fn vague_codes_are_told_apart_by_their_words() {
        assert_eq!(class("AccessDenied", "current user api does not support asynchronous calls."), Some(Class::ModelUnavailable));
        assert_eq!(class("AccessDenied.Unpurchased", "Access denied."), Some(Class::Auth));
        assert_eq!(class("Throttling.AllocationQuota", "Allocated quota exceeded"), Some(Class::RateLimited));
        assert_eq!(class("insufficient_quota", "check your plan and billing details"), Some(Class::ProviderBilling));
        assert_eq!(class("Throttling.RateQuota", ""), Some(Class::RateLimited));
        assert_eq!(class("InvalidParameter.DataInspection", ""), Some(Class::InvalidRequest));
        assert_eq!(class("InternalError.Algo", ""), None);
    }
}
