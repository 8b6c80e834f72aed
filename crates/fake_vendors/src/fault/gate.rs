//! Faults that come before the work: statuses, limits, refused keys, redirects.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Fault, Faults, Phase};
use crate::answer::{Answer, Denial, Kind, Retry, Trouble};
use crate::call::Call;
use crate::shop::Shop;

/// Requests that were under way when the first 429 was answered come within this time; they are no disobedience.
const FELLOWS: Duration = Duration::from_millis(300);

/// How long a caller was told to stay away.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait {
    told: SystemTime,
    until: SystemTime,
}

impl Shop {
    /// Answers with the fault that the prompt asks for in this part of the conversation, if there is one.
    pub(crate) fn gate(&self, call: &Call, prompt: &str, faults: &Faults, phase: Phase) -> Result<(), Denial> {
        let at = |fault| faults.at(fault, &[phase]);
        let key = |fault: Fault| format!("{}|{phase:?}|{}|{prompt}", self.vendor.name(), fault.word());
        if at(Fault::Redirect).is_some() {
            return Err(Denial::Instead(Answer::redirect(&self.house.cdn_url("stolen/redirected"))));
        }
        if at(Fault::RedirectPrivate).is_some() {
            return Err(Denial::Instead(Answer::redirect(&self.house.forbidden_url("redirected"))));
        }
        let plain = [
            (Fault::Unauthorized, Kind::Unauthorized, "Incorrect API key provided."),
            (Fault::PaymentRequired, Kind::PaymentRequired, "Insufficient credit."),
            (Fault::Billing, Kind::Billing, "The account is in arrears."),
            (Fault::RateLimitedQuota, Kind::Quota, "You exceeded your current quota, please check your plan and billing details."),
        ];
        if let Some((_, kind, message)) = plain.into_iter().find(|(fault, ..)| at(*fault).is_some()) {
            return Err(Denial::no(kind, message));
        }
        if at(Fault::EchoKey).is_some() {
            return Err(Denial::no(Kind::Unauthorized, format!("Incorrect API key provided: {}.", call.secret())));
        }
        for fault in [Fault::RateLimited, Fault::RateLimitedDate] {
            if let Some(seconds) = at(fault) {
                self.limit(call, key(fault), seconds, fault == Fault::RateLimitedDate)?;
            }
        }
        if let Some(times) = at(Fault::Failing)
            && self.house.tries(key(Fault::Failing)) <= times.max(1)
        {
            return Err(Denial::no(Kind::Server(500), "The server had an error while processing your request."));
        }
        for (fault, status) in [(Fault::BadGateway, 502), (Fault::Unavailable, 503), (Fault::GatewayTimeout, 504)] {
            if let Some(times) = at(fault)
                && (times == 0 || self.house.tries(key(fault)) <= times)
            {
                return Err(Denial::no(Kind::Server(status), "The server is overloaded or not ready yet."));
            }
        }
        Ok(())
    }

    /// The refusal by content rules of vendors that refuse with a status.
    pub(crate) fn refuse(&self, faults: &Faults) -> Result<(), Denial> {
        if faults.has(Fault::Refusal) {
            return Err(Denial::no(Kind::Policy, "Your request was rejected by the safety system. safety_violations=[violence]."));
        }
        Ok(())
    }

    /// 429 until the time has passed. Who comes back before that is blamed.
    fn limit(&self, call: &Call, key: String, seconds: u64, as_date: bool) -> Result<(), Denial> {
        let now = SystemTime::now();
        let mut waits = self.house.waits.lock();
        let wait = *waits.entry(key).or_insert_with(|| Wait { told: now, until: until(now, seconds, as_date) });
        if now >= wait.until {
            return Ok(());
        }
        if now.duration_since(wait.told).unwrap_or_default() > FELLOWS {
            let early = wait.until.duration_since(now).unwrap_or_default().as_millis();
            self.house.recorder.blame(call.number, format!("came back {early} ms before Retry-After"));
        }
        let left = wait.until.duration_since(now).unwrap_or_default();
        let retry = if as_date { Retry::Date(wait.until) } else { Retry::Seconds(left.as_millis().div_ceil(1000).try_into().unwrap_or(1)) };
        let message = format!("Request was throttled. Your rate limit resets in ~{}s.", left.as_secs() + 1);
        Err(Denial::Planned(Trouble { kind: Kind::RateLimited, message, param: None, retry: Some(retry) }))
    }
}

/// A date in a header has whole seconds, so the limit ends at one.
fn until(now: SystemTime, seconds: u64, as_date: bool) -> SystemTime {
    let until = now + Duration::from_secs(seconds.max(1));
    if !as_date {
        return until;
    }
    let since = until.duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(since.as_secs() + u64::from(since.subsec_nanos() > 0))
}
