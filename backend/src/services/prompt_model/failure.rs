//! What somebody is told when the text model does not help. The text that was written stays where it is.

use providers::{Class, Error};

use crate::error::{Code, Failure};

/// The failure that a caller is told.
pub fn of(error: &Error) -> Failure {
    let code = match error.class {
        Class::RateLimited | Class::Overloaded => Code::PromptModelBusy,
        Class::Timeout => Code::PromptModelTimeout,
        Class::ContentPolicyInput | Class::ContentPolicyOutput => Code::PromptModelRefused,
        Class::EmptyResult => Code::PromptModelUnusable,
        Class::InvalidRequest
        | Class::Auth
        | Class::ModelUnavailable
        | Class::ProviderBilling
        | Class::ProviderError
        | Class::Network
        | Class::Expired
        | Class::Cancelled
        | Class::UnknownOutcome => Code::PromptModelFailed,
    };
    match (code, error.retry_after) {
        (Code::PromptModelBusy, wait) => Failure::new(code).retry_after(wait.map_or(10, |wait| wait.as_secs())),
        _ => code.into(),
    }
}
