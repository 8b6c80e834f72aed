//! The vendor's codes.

use crate::coded::Coded;
use crate::error::Class;

/// Codes, from the vendor's page on errors and other clients; with a dot and more behind them they mean the same. What
/// is not here means what its status means.
const CODES: [(&str, Class); 22] = [
    ("OutputImageSensitiveContentDetected", Class::ContentPolicyOutput),
    ("OutputImageRiskDetection", Class::ContentPolicyOutput),
    ("InputTextSensitiveContentDetected", Class::ContentPolicyInput),
    ("InputImageSensitiveContentDetected", Class::ContentPolicyInput),
    ("InputTextRiskDetection", Class::ContentPolicyInput),
    ("InputImageRiskDetection", Class::ContentPolicyInput),
    ("SensitiveContentDetected", Class::ContentPolicyInput),
    ("PolicyViolation", Class::ContentPolicyInput),
    ("PrivacyInformation", Class::ContentPolicyInput),
    ("ContentSecurityDetectionError", Class::ContentPolicyInput),
    ("InvalidEndpoint", Class::ModelUnavailable),
    ("InvalidEndpointOrModel", Class::ModelUnavailable),
    ("ModelNotOpen", Class::ModelUnavailable),
    ("ServiceNotOpen", Class::ModelUnavailable),
    ("AuthenticationError", Class::Auth),
    ("InvalidApiKey", Class::Auth),
    ("AccessDenied", Class::Auth),
    ("AccountOverdueError", Class::ProviderBilling),
    // 429 like a rate limit, but no waiting helps.
    ("QuotaExceeded", Class::ProviderBilling),
    ("SetLimitExceeded", Class::ProviderBilling),
    ("ServerOverloaded", Class::Overloaded),
    ("RateLimitExceeded", Class::RateLimited),
];

/// What a code means.
pub fn meaning(said: &Coded) -> Option<Class> {
    CODES.iter().find(|(code, _)| said.is(&[code])).map(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Began;
    use crate::http::Refusal;

    fn refused(status: u16, code: &str) -> (Class, Began) {
        let text = format!(r#"{{"error":{{"code":"{code}","message":"m","param":"","type":"t"}}}}"#);
        let error = Coded::refusal(&Refusal { status, headers: http::HeaderMap::new(), text }, meaning);
        (error.class, error.began)
    }

    #[test]
    fn the_code_says_more_than_the_status() {
        assert_eq!(refused(429, "SetLimitExceeded"), (Class::ProviderBilling, Began::No));
        assert_eq!(refused(429, "ModelAccountIpmRateLimitExceeded"), (Class::RateLimited, Began::No));
        assert_eq!(refused(429, "ServerOverloaded"), (Class::Overloaded, Began::No));
        assert_eq!(refused(400, "SensitiveContentDetected.SevereViolation"), (Class::ContentPolicyInput, Began::No));
        assert_eq!(refused(400, "InvalidEndpoint.ClosedEndpoint"), (Class::ModelUnavailable, Began::No));
        assert_eq!(refused(400, "InvalidParameter.OversizeImage"), (Class::InvalidRequest, Began::No));
        assert_eq!(refused(500, "InternalServiceError"), (Class::ProviderError, Began::Ended));
    }

    #[test]
    fn a_refused_picture_was_made() {
        assert_eq!(refused(400, "OutputImageSensitiveContentDetected"), (Class::ContentPolicyOutput, Began::Ended));
    }
}
