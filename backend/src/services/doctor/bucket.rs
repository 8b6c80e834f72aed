//! Whether the bucket does what pictures need of it, and which setting to change when it does not.

use storage::Trouble;

use super::{Line, State};
use crate::config::storage::{Backend, Storage};
use crate::models::locale::Locale;

/// The line about a bucket that is of no use as it is.
#[must_use]
pub fn trouble(trouble: &Trouble, storage: &Storage, locale: Locale) -> Line {
    let reason = trouble.to_string();
    let what = match trouble {
        Trouble::Unreachable(_) => "unreachable",
        Trouble::Unavailable(_) => "unavailable",
        Trouble::Refused { status, code } => refusal(*status, code),
    };
    let (name, place, region) = match &storage.backend {
        Backend::Local => Default::default(),
        Backend::Bucket(bucket) => (bucket.name.clone(), bucket.address.origin().ascii_serialization(), bucket.region.clone()),
    };
    let values = [("bucket", name.as_str()), ("place", &place), ("region", &region), ("reason", &reason)];
    Line::new(locale, "bucket", State::Failure, what, &values)
}

/// What a refusal means. Each house has codes of its own besides Amazon's.
fn refusal(status: u16, code: &str) -> &'static str {
    match (status, code) {
        (_, "NoSuchBucket") => "missing",
        (_, "InvalidAccessKeyId" | "NotSignedUp" | "Unauthorized") | (401, _) => "unknown_key",
        (_, "SignatureDoesNotMatch") => "wrong_secret",
        (_, "RequestTimeTooSkewed" | "RequestExpired" | "ExpiredToken") => "clock",
        (301 | 307, _) | (_, "PermanentRedirect" | "AuthorizationHeaderMalformed" | "InvalidRegionName") => "region",
        (_, "SecondLevelDomainForbidden" | "PathStyleDomainForbidden") => "host_style",
        (403, _) => "forbidden",
        _ => "refused",
    }
}
