//! The list of faults: word, an example for test suites, and the part of the conversation that it hits when the
//! mark does not say.

/// A part of the conversation with a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The paid request.
    Submit,
    /// A question whether the work has ended.
    Poll,
    /// The answer that carries or names the pictures. Where work is synchronous it is the answer to the submit.
    Result,
    /// The download of a result link.
    File,
    /// The request to stop.
    Cancel,
    /// The upload of an input.
    Upload,
}

impl Phase {
    pub(super) fn named(name: &str) -> Option<Self> {
        let all = [
            ("submit", Phase::Submit),
            ("poll", Phase::Poll),
            ("result", Phase::Result),
            ("file", Phase::File),
            ("cancel", Phase::Cancel),
            ("upload", Phase::Upload),
        ];
        all.into_iter().find(|(known, _)| *known == name).map(|(_, phase)| phase)
    }
}

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal, $sample:literal, $phase:ident;)+) => {
        /// Something that goes wrong on purpose.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Fault {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Fault {
            /// All of them.
            pub const ALL: &'static [Fault] = &[$(Fault::$name,)+];

            /// The word in the brackets, without its number.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Fault::$name => $word,)+ }
            }

            /// A complete mark, with a number that suits a test.
            #[must_use]
            pub const fn sample(self) -> &'static str {
                match self { $(Fault::$name => $sample,)+ }
            }

            /// What it hits when the mark does not say.
            #[must_use]
            pub const fn phase(self) -> Phase {
                match self { $(Fault::$name => Phase::$phase,)+ }
            }
        }
    };
}

faults! {
    /// Answers after so many milliseconds.
    Slow = "slow", "[slow:300]", Submit;
    /// Takes the request and never answers.
    Hang = "hang", "[hang]", Submit;
    /// Begins the head of the answer and never ends it.
    HangHeaders = "hangheaders", "[hangheaders]", Submit;
    /// Answers a byte at a time.
    Slowloris = "slowloris", "[slowloris]", Submit;
    /// Sends half of the body, or the first events of a stream, and then nothing.
    StreamHang = "streamhang", "[streamhang]", Submit;
    /// Sends the events of a stream with so many milliseconds before each.
    Paced = "paced", "[paced:50]", Submit;
    /// 429 with `Retry-After` in seconds, until they have passed.
    RateLimited = "429", "[429:1]", Submit;
    /// 429 with `Retry-After` as a date, until it has passed.
    RateLimitedDate = "429date", "[429date:1]", Submit;
    /// 429 that no waiting helps: the quota is used up.
    RateLimitedQuota = "429quota", "[429quota]", Submit;
    /// 500 so many times, then well.
    Failing = "500x", "[500x:1]", Submit;
    /// 502, always or so many times.
    BadGateway = "502", "[502]", Submit;
    /// 503, always or so many times.
    Unavailable = "503", "[503]", Submit;
    /// 504, always or so many times.
    GatewayTimeout = "504", "[504]", Submit;
    /// Does the work, and closes the connection without an answer.
    Drop = "drop", "[drop]", Submit;
    /// Closes the connection in the middle of the body.
    DropMid = "dropmid", "[dropmid]", Submit;
    /// Does the work, and resets the connection (RST) without an answer.
    Reset = "reset", "[reset]", Submit;
    /// JSON that ends too early, whole by its length.
    BadJson = "badjson", "[badjson]", Submit;
    /// 200 with a page.
    Html200 = "html200", "[html200]", Submit;
    /// The right JSON in UTF-16.
    Utf16 = "utf16", "[utf16]", Submit;
    /// JSON nested a million levels deep.
    DeepJson = "deepjson", "[deepjson]", Submit;
    /// `null` where the pictures should be.
    NullData = "nulldata", "[nulldata]", Result;
    /// Nothing where the pictures should be.
    EmptyData = "emptydata", "[emptydata]", Result;
    /// The vendor's error body with status 200.
    Http200Error = "http200error", "[http200error]", Submit;
    /// Characters that are not base64; a picture that is cut off where no base64 is sent.
    BadBase64 = "badb64", "[badb64]", File;
    /// Bytes that are no picture.
    NotImage = "b64notimage", "[b64notimage]", File;
    /// An SVG with a script.
    Svg = "b64svg", "[b64svg]", File;
    /// A page with a script.
    Html = "b64html", "[b64html]", File;
    /// A small PNG whose head says 60 000 x 60 000.
    HeaderBomb = "headerbomb", "[headerbomb]", File;
    /// A valid PNG of 30 000 x 30 000, below a megabyte.
    PngBomb = "pngbomb", "[pngbomb]", File;
    /// A picture of another size than asked for.
    WrongSize = "wrongsize", "[wrongsize]", File;
    /// A PNG with content credentials, as several vendors make them: no fault, but something to keep.
    Credentials = "c2pa", "[c2pa]", File;
    /// An answer of 2 GiB with its length.
    HugeBody = "hugebody", "[hugebody]", Submit;
    /// Chunks without end (2 GiB or a minute).
    ChunkForever = "chunkforever", "[chunkforever]", Submit;
    /// A small gzip body that unpacks to 4 GiB.
    GzipBomb = "gzipbomb", "[gzipbomb]", Submit;
    /// A result link to 2 GiB.
    UrlHuge = "urlhuge", "[urlhuge]", File;
    /// The API answers with a redirect to another host.
    Redirect = "redirect", "[redirect]", Submit;
    /// The API answers with a redirect to a private address.
    RedirectPrivate = "redirectprivate", "[redirectprivate]", Submit;
    /// A result link to a private address.
    UrlPrivate = "urlprivate", "[urlprivate]", Result;
    /// A result link to a file of the machine.
    UrlFile = "urlfile", "[urlfile]", Result;
    /// A result link that is gone.
    UrlDead = "urldead", "[urldead]", File;
    /// A result link that redirects to a private address.
    UrlRedirectPrivate = "urlredirectprivate", "[urlredirectprivate]", File;
    /// Refused by content rules before work begins.
    Refusal = "refusal", "[refusal]", Submit;
    /// Refused by content rules after the work, with HTTP 200.
    Refusal200 = "refusal200", "[refusal200]", Result;
    /// The key is refused.
    Unauthorized = "401", "[401]", Submit;
    /// 402.
    PaymentRequired = "402", "[402]", Submit;
    /// The vendor's own way to say that the account has no money.
    Billing = "billing", "[billing]", Submit;
    /// The key is refused, and the answer repeats it.
    EchoKey = "echokey", "[echokey]", Submit;
    /// One picture fewer than asked for, at least one.
    Fewer = "fewer", "[fewer]", Result;
    /// One picture more than asked for.
    More = "more", "[more]", Result;
    /// Usage below zero.
    NegativeUsage = "negusage", "[negusage]", Result;
    /// The vendor no longer knows the task.
    TaskLost = "plost", "[plost]", Poll;
    /// The task never ends.
    TaskForever = "pforever", "[pforever]", Poll;
    /// The task is in a state that nobody documented.
    TaskStrange = "pbadstatus", "[pbadstatus]", Poll;
    /// The task ends as failed, by the vendor's fault.
    TaskFailed = "pfail", "[pfail]", Poll;
    /// The same webhook three times.
    HookTwice = "whdup", "[whdup]", Submit;
    /// The webhook of the end before the one of the begin.
    HookOrder = "whorder", "[whorder]", Submit;
    /// The webhook after the end was read by polling.
    HookLate = "whlate", "[whlate]", Submit;
    /// A wrong signature.
    HookBadSignature = "whbadsig", "[whbadsig]", Submit;
    /// No signature, and one made with an empty key.
    HookEmpty = "whempty", "[whempty]", Submit;
    /// Well signed, but an hour old.
    HookOld = "whold", "[whold]", Submit;
    /// Well signed, about a task of somebody else.
    HookForeign = "whforeign", "[whforeign]", Submit;
    /// First succeeded, then failed.
    HookFlip = "whflip", "[whflip]", Submit;
    /// No webhook at all.
    HookNone = "whnone", "[whnone]", Submit;
}
