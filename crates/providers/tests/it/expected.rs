//! How each fault must end, whoever the vendor is. A vendor whose contract says otherwise lists it with its line.

use fake_vendors::Fault;
use providers::{Began, Class};

/// How a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Pictures, whatever their bytes are worth: the caller verifies them.
    Done,
    /// The request itself failed.
    Fails(Class, Began),
    /// It went well, but its pictures cannot be fetched.
    FetchFails(Class),
    /// It never ends; the caller's own patience must end it.
    Forever,
}

/// How the fault must end. Links are where the vendor keeps its pictures; a task is what it is polled about.
pub fn expected(fault: Fault, links: bool) -> End {
    use Began::{Ended, Lost, No, Unknown};
    use Class::*;
    match fault {
        // Nobody knows what the vendor does: silence, a broken line, an answer that is not its own.
        Fault::Hang | Fault::HangHeaders | Fault::Slowloris | Fault::StreamHang | Fault::GatewayTimeout => End::Fails(Timeout, Unknown),
        Fault::Drop | Fault::DropMid | Fault::Reset => End::Fails(Network, Unknown),
        Fault::BadJson | Fault::Html200 | Fault::Utf16 | Fault::DeepJson => End::Fails(ProviderError, Unknown),
        Fault::HugeBody | Fault::ChunkForever | Fault::GzipBomb => End::Fails(ProviderError, Unknown),
        Fault::Redirect | Fault::RedirectPrivate => End::Fails(ProviderError, Unknown),
        // Refused at the door.
        Fault::RateLimited | Fault::RateLimitedDate => End::Fails(RateLimited, No),
        Fault::RateLimitedQuota | Fault::PaymentRequired | Fault::Billing => End::Fails(ProviderBilling, No),
        Fault::Unauthorized | Fault::EchoKey => End::Fails(Auth, No),
        Fault::Refusal => End::Fails(ContentPolicyInput, No),
        // Begun and ended.
        Fault::Failing | Fault::BadGateway | Fault::Http200Error => End::Fails(ProviderError, Ended),
        Fault::Unavailable => End::Fails(Overloaded, Ended),
        Fault::NullData | Fault::EmptyData => End::Fails(EmptyResult, Ended),
        Fault::Refusal200 => End::Fails(ContentPolicyOutput, Ended),
        Fault::TaskLost => End::Fails(Expired, Ended),
        Fault::TaskFailed => End::Fails(ProviderError, Ended),
        Fault::TaskForever | Fault::TaskStrange => End::Forever,
        // A file that is cut off is the caller's to find; base64 that is none is not.
        Fault::BadBase64 if !links => End::Fails(ProviderError, Lost),
        Fault::UrlHuge | Fault::UrlPrivate | Fault::UrlFile | Fault::UrlRedirectPrivate => End::FetchFails(ProviderError),
        Fault::UrlDead => End::FetchFails(Expired),
        Fault::Slow | Fault::Paced | Fault::Fewer | Fault::More | Fault::NegativeUsage | Fault::BadBase64 => End::Done,
        Fault::NotImage | Fault::Svg | Fault::Html | Fault::HeaderBomb | Fault::PngBomb | Fault::WrongSize => End::Done,
        Fault::Credentials => End::Done,
        // Webhooks are only hints; by polling all is well.
        Fault::HookTwice | Fault::HookOrder | Fault::HookLate | Fault::HookBadSignature => End::Done,
        Fault::HookEmpty | Fault::HookOld | Fault::HookForeign | Fault::HookFlip | Fault::HookNone => End::Done,
    }
}
