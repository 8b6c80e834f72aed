//! What can go wrong at a vendor, in the words of all vendors together.

use std::time::Duration;

/// A failed call or a failed request.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{class:?}: {message}")]
pub struct Error {
    /// What kind of failure.
    pub class: Class,
    /// For the operator's log, at most [`MESSAGE_CHARS`] characters, with the key taken out. Never shown to users.
    pub message: String,
    /// The vendor's own code, where it gave one.
    pub code: Option<String>,
    /// Whether the vendor may be at work on the request, or charge for it.
    pub began: Began,
    /// Not before this much time.
    pub retry_after: Option<Duration>,
    /// Where the way to the vendor broke off, when it did.
    pub way: Option<Way>,
    /// The message without what it repeats of an answer that has no shape of the vendor's errors, when it does.
    pub unquoted: Option<String>,
}

/// Where a call ended, if not with its vendor. Each needs another remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The name of the host has no address here.
    Name,
    /// Nobody accepts a connection, or none came about in time.
    Connection,
    /// Whoever answers cannot prove to be the host.
    Tls,
    /// The proxy cannot be reached or does not let the call through.
    Proxy,
    /// What came could not be written here: no fault of the vendor.
    Writing,
}

/// Longest message kept of what a vendor says.
pub const MESSAGE_CHARS: usize = 500;

/// Kinds of failure. Who pays and whether another try makes sense follows from the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The vendor refuses a value, a picture or their combination.
    InvalidRequest,
    /// The words or pictures sent break the vendor's content rules.
    ContentPolicyInput,
    /// The picture made breaks them.
    ContentPolicyOutput,
    /// The key is wrong, revoked, of another region or without the right.
    Auth,
    /// The model is gone or not opened for the account.
    ModelUnavailable,
    /// The account has no money or no quota left.
    ProviderBilling,
    /// Too many requests.
    RateLimited,
    /// The vendor has no capacity now.
    Overloaded,
    /// The vendor failed.
    ProviderError,
    /// No answer in time.
    Timeout,
    /// The vendor cannot be reached, or the answer broke off.
    Network,
    /// A good answer without a picture.
    EmptyResult,
    /// The request or its result is not there any more.
    Expired,
    /// Stopped on request.
    Cancelled,
    /// It cannot be known whether the vendor took the request.
    UnknownOutcome,
}

/// Whether the vendor may be at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Began {
    /// Surely not: refused at the door, or never reached. Another vendor may be asked.
    No,
    /// It was taken and has ended without a result. The same vendor may be asked again.
    Ended,
    /// It was taken and costs, but nothing of what was made can be had or used. It must not be sent again.
    Lost,
    /// Nobody knows. It must not be sent again.
    Unknown,
}

impl Error {
    /// A failure of a request that surely did not begin.
    pub fn new(class: Class, message: impl Into<String>) -> Self {
        Self { class, message: cut(&message.into()), code: None, began: Began::No, retry_after: None, way: None, unquoted: None }
    }

    /// With the vendor's own code.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// With what is known of its beginning.
    #[must_use]
    pub fn began(mut self, began: Began) -> Self {
        self.began = began;
        self
    }

    /// With words around its message.
    #[must_use]
    pub fn reworded(mut self, words: impl Fn(&str) -> String) -> Self {
        self.message = cut(&words(&self.message));
        self.unquoted = self.unquoted.map(|message| cut(&words(&message)));
        self
    }

    /// The same for whoever may have any server asked: what answers in no shape of the vendor's errors may be somebody else's
    /// server, and its text nobody's business.
    #[must_use]
    pub fn without_quote(mut self) -> Self {
        self.message = self.unquoted.take().unwrap_or(self.message);
        self
    }

    /// With the vendor's wish when to come back.
    #[must_use]
    pub fn retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }
}

fn cut(message: &str) -> String {
    message.chars().take(MESSAGE_CHARS).collect()
}

impl Class {
    /// Whether the failure speaks against the vendor's health.
    #[must_use]
    pub const fn is_unhealthy(self) -> bool {
        matches!(self, Self::Auth | Self::ProviderBilling | Self::Overloaded | Self::ProviderError | Self::Timeout | Self::Network)
    }

    /// Whether only the operator can mend it: the account is left alone for a while, and he is told.
    #[must_use]
    pub const fn needs_operator(self) -> bool {
        matches!(self, Self::Auth | Self::ProviderBilling | Self::ModelUnavailable)
    }
}
