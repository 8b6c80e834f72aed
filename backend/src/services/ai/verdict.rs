//! What follows from a vendor's failure. A request that costs money is sent again only when it surely did not begin, or
//! surely ended without a result; nobody pays twice for one picture.

use std::time::Duration;

use providers::{Began, Class, Error};

use crate::config::credits::Refunds;
use crate::error::Code;

/// How often a task waits because its vendor has too many requests.
const WAITS: usize = 3;
/// Tries on one model that may end without a result.
const TRIES: usize = 2;
/// The wait when the vendor names none.
const WAIT: Duration = Duration::from_secs(10);
/// The rest before the second try.
const REST: Duration = Duration::from_secs(2);

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Ask the next model, if there is one; else do this.
    ElseWhere(Last),
    /// Nobody else may be asked.
    Here(Last),
}

/// What to do when no other model is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Last {
    /// Ask the same model again after this time.
    Again(Duration),
    /// The task has failed.
    Fail(Code),
}

/// Follows from a failure, with how many tries on the same model failed so far for the same reason: waits for room, and
/// others. This failure is counted.
#[must_use]
pub fn next(error: &Error, waits: usize, tries: usize) -> Next {
    let fail = Last::Fail(code(error));
    match (error.began, error.class) {
        (Began::Unknown, _) => Next::Here(fail),
        (Began::No | Began::Ended, Class::RateLimited) if waits <= WAITS => {
            let wait = Last::Again(error.retry_after.unwrap_or(WAIT));
            if error.began == Began::No { Next::ElseWhere(wait) } else { Next::Here(wait) }
        }
        (Began::No, Class::ContentPolicyInput | Class::ContentPolicyOutput | Class::Cancelled) => Next::Here(fail),
        (Began::No, Class::Network | Class::Timeout | Class::Overloaded | Class::ProviderError) if tries < TRIES => {
            Next::ElseWhere(Last::Again(error.retry_after.unwrap_or(REST)))
        }
        (Began::No, _) => Next::ElseWhere(fail),
        (Began::Ended, Class::ProviderError | Class::Overloaded | Class::Timeout | Class::EmptyResult) if tries < TRIES => {
            Next::Here(Last::Again(error.retry_after.unwrap_or(REST)))
        }
        (Began::Ended | Began::Lost, _) => Next::Here(fail),
    }
}

/// What the embedded engine says in our own words.
const OWN: [Code; 5] = [Code::NoSubject, Code::OutputTooLarge, Code::FileCorrupt, Code::ToolUnavailable, Code::EngineFailed];

/// What the owner of the task is told.
#[must_use]
pub fn code(error: &Error) -> Code {
    if matches!(error.began, Began::Unknown) {
        return Code::UnknownOutcome;
    }
    if let Some(own) = OWN.into_iter().find(|own| error.code.as_deref() == Some(own.as_str())) {
        return own;
    }
    match error.class {
        Class::InvalidRequest => Code::ProviderRejected,
        Class::ContentPolicyInput | Class::ContentPolicyOutput => Code::ContentRefused,
        Class::Auth | Class::ModelUnavailable | Class::ProviderBilling => Code::ProviderNotConfigured,
        Class::RateLimited | Class::Overloaded => Code::ProviderBusy,
        Class::ProviderError | Class::EmptyResult | Class::Network | Class::Expired | Class::Cancelled => Code::ProviderFailed,
        Class::Timeout => Code::ProviderTimeout,
        Class::UnknownOutcome => Code::UnknownOutcome,
    }
}

/// Whether a failed task is refunded. All are but those that content rules refuse, where the operator decides.
#[must_use]
pub fn is_refunded(error: &Error, refusals: Refunds) -> bool {
    if code(error) != Code::ContentRefused {
        return true;
    }
    match refusals {
        Refunds::All => true,
        Refunds::Input => error.class == Class::ContentPolicyInput,
        Refunds::Nothing => false,
    }
}

/// A class as it is stored.
#[must_use]
pub const fn class_name(class: Class) -> &'static str {
    match class {
        Class::InvalidRequest => "invalid_request",
        Class::ContentPolicyInput => "content_policy_input",
        Class::ContentPolicyOutput => "content_policy_output",
        Class::Auth => "auth",
        Class::ModelUnavailable => "model_unavailable",
        Class::ProviderBilling => "provider_billing",
        Class::RateLimited => RATE_LIMITED,
        Class::Overloaded => "overloaded",
        Class::ProviderError => "provider_error",
        Class::Timeout => "timeout",
        Class::Network => "network",
        Class::EmptyResult => "empty_result",
        Class::Expired => "expired",
        Class::Cancelled => "cancelled",
        Class::UnknownOutcome => "unknown_outcome",
    }
}

/// The class of waits.
pub const RATE_LIMITED: &str = "rate_limited";

#[cfg(test)]
mod tests {
    use super::*;

    fn error(class: Class, began: Began) -> Error {
        Error::new(class, "").began(began)
    }

    const CLASSES: [Class; 15] = [
        Class::InvalidRequest,
        Class::ContentPolicyInput,
        Class::ContentPolicyOutput,
        Class::Auth,
        Class::ModelUnavailable,
        Class::ProviderBilling,
        Class::RateLimited,
        Class::Overloaded,
        Class::ProviderError,
        Class::Timeout,
        Class::Network,
        Class::EmptyResult,
        Class::Expired,
        Class::Cancelled,
        Class::UnknownOutcome,
    ];

    #[test]
    fn what_may_have_begun_and_what_was_made_is_never_sent_again() {
        for class in CLASSES {
            assert!(matches!(next(&error(class, Began::Lost), 1, 1), Next::Here(Last::Fail(_))), "{class:?}");
            assert_eq!(next(&error(class, Began::Unknown), 1, 1), Next::Here(Last::Fail(Code::UnknownOutcome)), "{class:?}");
        }
    }

    #[test]
    fn another_model_is_asked_only_when_the_request_did_not_begin() {
        for class in CLASSES {
            assert!(matches!(next(&error(class, Began::Ended), 1, 1), Next::Here(_)), "{class:?}");
        }
        assert!(matches!(next(&error(Class::Auth, Began::No), 1, 1), Next::ElseWhere(Last::Fail(Code::ProviderNotConfigured))));
        // Whoever refuses the words is not played off against another.
        assert_eq!(next(&error(Class::ContentPolicyInput, Began::No), 1, 1), Next::Here(Last::Fail(Code::ContentRefused)));
    }

    #[test]
    fn an_end_without_a_result_is_tried_once_more_and_a_full_vendor_waited_for_three_times() {
        let ended = error(Class::EmptyResult, Began::Ended);
        assert_eq!(next(&ended, 0, 1), Next::Here(Last::Again(REST)));
        assert_eq!(next(&ended, 0, 2), Next::Here(Last::Fail(Code::ProviderFailed)));
        let full = error(Class::RateLimited, Began::No).retry_after(Some(Duration::from_secs(7)));
        assert_eq!(next(&full, 3, 0), Next::ElseWhere(Last::Again(Duration::from_secs(7))));
        assert_eq!(next(&full, 4, 0), Next::ElseWhere(Last::Fail(Code::ProviderBusy)));
    }

    #[test]
    fn only_refusals_by_content_rules_are_ever_kept_and_only_if_the_operator_says_so() {
        for class in CLASSES {
            let (ended, unknown) = (error(class, Began::Ended), error(class, Began::Unknown));
            assert!(is_refunded(&ended, Refunds::All) && is_refunded(&unknown, Refunds::Nothing), "{class:?}");
            let refused = matches!(class, Class::ContentPolicyInput | Class::ContentPolicyOutput);
            assert_eq!(is_refunded(&ended, Refunds::Nothing), !refused, "{class:?}");
            assert_eq!(is_refunded(&ended, Refunds::Input), class != Class::ContentPolicyOutput, "{class:?}");
        }
    }
}
