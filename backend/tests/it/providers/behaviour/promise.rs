//! What people are promised for each way in which a vendor can fail, whoever the vendor is.

use fake_vendors::Fault;

/// How a task ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With all pictures, at the full price.
    Whole,
    /// With all pictures but one, where several were asked for; that one is refunded.
    OneFewer,
    /// With this reason and everything refunded.
    Failed(&'static str),
}

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// How the task ends.
    pub end: End,
    /// Paid requests that its vendor was sent, one for each try.
    pub requests: usize,
}

/// All pictures after so many requests.
pub const fn whole(requests: usize) -> Promise {
    Promise { end: End::Whole, requests }
}

/// No pictures, for this reason, after so many requests.
pub const fn failed(code: &'static str, requests: usize) -> Promise {
    Promise { end: End::Failed(code), requests }
}

/// The promise when the task names its model, so that nobody stands in.
pub fn promise(fault: Fault) -> Promise {
    match fault {
        // Nobody knows what the vendor does: silence, a broken line, an answer that is not its own. It is not asked again.
        Fault::Hang | Fault::HangHeaders | Fault::Slowloris | Fault::StreamHang | Fault::GatewayTimeout => failed("unknown_outcome", 1),
        Fault::Drop | Fault::DropMid | Fault::Reset => failed("unknown_outcome", 1),
        Fault::BadJson | Fault::Html200 | Fault::Utf16 | Fault::DeepJson => failed("unknown_outcome", 1),
        Fault::HugeBody | Fault::ChunkForever | Fault::GzipBomb => failed("unknown_outcome", 1),
        Fault::Redirect | Fault::RedirectPrivate => failed("unknown_outcome", 1),
        Fault::TaskForever | Fault::TaskStrange => failed("unknown_outcome", 1),
        // Refused at the door: waited for where waiting helps.
        Fault::RateLimited | Fault::RateLimitedDate => whole(2),
        Fault::RateLimitedQuota | Fault::PaymentRequired | Fault::Billing => failed("provider_not_configured", 1),
        Fault::Unauthorized | Fault::EchoKey => failed("provider_not_configured", 1),
        Fault::Refusal | Fault::Refusal200 => failed("content_refused", 1),
        // Begun and ended without a picture: asked once more.
        Fault::Failing => whole(2),
        Fault::BadGateway | Fault::Http200Error | Fault::TaskFailed => failed("provider_failed", 2),
        Fault::Unavailable => failed("provider_busy", 2),
        Fault::NullData | Fault::EmptyData => failed("provider_failed", 2),
        // Made, and paid for by the operator, but of no use: not paid for a second time.
        Fault::BadBase64 | Fault::NotImage | Fault::Svg | Fault::Html | Fault::HeaderBomb | Fault::PngBomb => failed("provider_failed", 1),
        Fault::UrlHuge | Fault::UrlPrivate | Fault::UrlFile | Fault::UrlRedirectPrivate => failed("provider_failed", 1),
        Fault::TaskLost | Fault::UrlDead => failed("provider_failed", 1),
        Fault::Fewer => Promise { end: End::OneFewer, requests: 1 },
        Fault::Slow | Fault::Paced | Fault::More | Fault::NegativeUsage | Fault::WrongSize | Fault::Credentials => whole(1),
        // Webhooks are only hints; the truth is asked for.
        Fault::HookTwice | Fault::HookOrder | Fault::HookLate | Fault::HookBadSignature => whole(1),
        Fault::HookEmpty | Fault::HookOld | Fault::HookForeign | Fault::HookFlip | Fault::HookNone => whole(1),
    }
}

/// Whether the vendor surely did not begin, so that another model may stand in where the task names none.
pub fn did_not_begin(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::RateLimited
            | Fault::RateLimitedDate
            | Fault::RateLimitedQuota
            | Fault::PaymentRequired
            | Fault::Billing
            | Fault::Unauthorized
            | Fault::EchoKey
    )
}
