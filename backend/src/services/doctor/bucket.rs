//! Whether the bucket does what pictures need of it, and which setting to change when it does not. It is tried with a few
//! bytes below `quarantine/`, from where nothing is ever served, and they are deleted again.

use egress::Egress;
use storage::{Bucket, Store, Trouble};

use super::{Line, State};
use crate::config::Config;
use crate::config::address::BaseUrl;
use crate::config::bucket::Bucket as Settings;
use crate::config::storage::{Backend, Storage};
use crate::models::locale::Locale;
use crate::models::timestamp::Clock;
use crate::services::ai::accounts::Outside;

mod links;
mod objects;

/// A clock that is so far from the bucket's is wrong, though signatures still hold.
const APART_MS: u64 = 60_000;
/// Buckets refuse signatures of a quarter of an hour ago or ahead; so near to that they do at any moment.
const FAR_APART_MS: u64 = 600_000;

/// What is looked at.
struct Place<'a> {
    settings: &'a Settings,
    store: &'a Store,
    bucket: &'a Bucket,
    egress: &'a Egress,
    studio: &'a BaseUrl,
    locale: Locale,
}

impl Place<'_> {
    /// A line about it.
    fn line(&self, check: &'static str, state: State, what: &str, reason: &str) -> Line {
        let address = self.settings.address.origin().ascii_serialization();
        let values = [("bucket", self.settings.name.as_str()), ("place", &address), ("reason", reason)];
        Line::new(self.locale, check, state, what, &values)
    }
}

/// Says how it is; nothing on local disk.
pub async fn lines(config: &Config, locale: Locale) -> Vec<Line> {
    let Backend::Bucket(settings) = &config.storage.backend else { return Vec::new() };
    // Without a way out the lines about vendors say why.
    let Ok(outside) = Outside::new(config) else { return Vec::new() };
    let opened = Store::bucket(settings.options(), outside.egress.clone());
    let Some((store, bucket)) = opened.as_ref().ok().and_then(|store| Some((store, store.as_bucket()?))) else { return Vec::new() };
    let place = Place { settings, store, bucket, egress: &outside.egress, studio: &config.server.domain, locale };
    let clock = match bucket.look().await {
        Ok(clock) => clock,
        Err(refusal) => return vec![trouble(&refusal, &config.storage, locale)],
    };
    let mut lines = vec![place.line("bucket", State::Ok, "answers", "")];
    lines.extend(clock.map(|theirs| skew(&place, theirs)));
    lines.extend(objects::lines(&place).await);
    lines.extend(links::lines(&place).await);
    lines
}

/// How far the two clocks are apart.
fn skew(place: &Place<'_>, theirs_ms: i64) -> Line {
    let apart_ms = Clock::default().now().0.abs_diff(theirs_ms);
    let (state, what) = match apart_ms {
        ..APART_MS => (State::Ok, "near"),
        APART_MS..FAR_APART_MS => (State::Warning, "apart"),
        _ => (State::Failure, "apart"),
    };
    place.line("bucket_clock", state, what, &(apart_ms / 1000).to_string())
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_each_house_are_understood() {
        for (status, code, what) in [
            (404, "NoSuchBucket", "missing"),
            (403, "InvalidAccessKeyId", "unknown_key"),
            (403, "SignatureDoesNotMatch", "wrong_secret"),
            (403, "RequestTimeTooSkewed", "clock"),
            (301, "PermanentRedirect", "region"),
            (403, "SecondLevelDomainForbidden", "host_style"),
            (403, "AccessDenied", "forbidden"),
            (418, "", "refused"),
        ] {
            assert_eq!(refusal(status, code), what, "{status} {code}");
        }
    }
}
