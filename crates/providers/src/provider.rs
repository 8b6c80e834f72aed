//! What every vendor can be asked.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::delivery::{Delivery, Output, Sink, Usage};
use crate::error::{Began, Class, Error};
use crate::request::ImageRequest;
use crate::webhook::{Delivered, WebhookCall, WebhookError};

/// A vendor's wire shape. One value serves all accounts and models of that shape.
#[async_trait::async_trait]
pub trait ImageProvider: Send + Sync {
    /// What the wire shape can do, whatever the model.
    fn abilities(&self) -> Abilities;

    /// Asks for pictures. A vendor that answers at once gives [`Submitted::Done`]; one with a queue gives
    /// [`Submitted::Accepted`], and the caller makes the handle durable before anything else.
    ///
    /// Sends the paid request at most once.
    ///
    /// # Errors
    /// Any [`Class`]; `began` says whether the vendor may be at work on it.
    async fn submit(&self, account: &Account, request: &ImageRequest, watch: &Watch) -> Result<Submitted, Error>;

    /// Asks how a submitted request stands. Costs nothing and may be repeated. Vendors that answer at once keep the
    /// default.
    ///
    /// # Errors
    /// The request's own failure has `began` [`Began::Ended`]; any other error is about this
    /// question only, and asking again may help.
    async fn poll(&self, _account: &Account, _handle: &Handle, _watch: &Watch) -> Result<Progress, Error> {
        Err(Error::new(Class::Expired, "this vendor answers at once and keeps no request").began(Began::Ended))
    }

    /// Writes the bytes of an output, piece by piece as the vendor sends them. The default downloads a public link without
    /// credentials. After an error what was written is not the whole.
    ///
    /// # Errors
    /// [`Class::Expired`] when the link is dead; [`Class::Network`] and [`Class::Timeout`] when asking again may help, unless
    /// it is [`Way::Writing`](crate::Way::Writing) that failed.
    async fn fetch(&self, account: &Account, output: &Output, into: &mut Sink) -> Result<(), Error> {
        crate::delivery::fetch(account, output, into).await
    }

    /// Asks the vendor to stop. Work may go on and be charged all the same. A call that is still open has no handle of
    /// the vendor's yet; where [`Abilities::cancel`] goes without `asynchronous`, it is [`ImageRequest::request_id`].
    ///
    /// # Errors
    /// When the vendor could not be asked.
    async fn cancel(&self, _account: &Account, _handle: &Handle) -> Result<Cancelled, Error> {
        Ok(Cancelled::Unsupported)
    }

    /// Looks for a request of ours whose answer was lost, by [`ImageRequest::request_id`]. Only where
    /// [`Abilities::look_up`] says so; `None` means that it surely never arrived.
    ///
    /// # Errors
    /// When the vendor could not be asked.
    async fn look_up(&self, _account: &Account, _request_id: &str) -> Result<Option<Handle>, Error> {
        Err(Error::new(Class::UnknownOutcome, "this vendor cannot be asked about a request without its id"))
    }

    /// Tests address and key with a call that costs nothing. The text names what answered, for the operator.
    ///
    /// # Errors
    /// [`Class::Auth`], [`Class::Network`] and so on, with a message that says what to change.
    async fn check(&self, account: &Account) -> Result<String, Error>;

    /// Checks the signature of a webhook on its raw body and reads which request it is about. A webhook is only a
    /// reason to poll again; nothing in it is believed.
    ///
    /// # Errors
    /// See [`WebhookError`].
    async fn verify_webhook(&self, _account: &Account, _call: &WebhookCall<'_>) -> Result<Delivered, WebhookError> {
        Err(WebhookError::Unsupported)
    }
}

/// What a wire shape can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Answers with a handle and is polled.
    pub asynchronous: bool,
    /// Can be asked to stop.
    pub cancel: bool,
    /// A lost answer can be looked up by our own id.
    pub look_up: bool,
    /// Calls back, with a signature that can be checked.
    pub webhooks: bool,
    /// Reports partial pictures while it works.
    pub previews: bool,
    /// A request costs nothing and leaves nothing behind: one that was lost is simply made again. So is the engine of the
    /// caller's own process, and no vendor.
    pub repeatable: bool,
    /// Never poll one request more often than this.
    pub poll_floor: Duration,
    /// Poll at least this often.
    pub poll_ceiling: Duration,
}

impl Abilities {
    /// A vendor that answers at once and can nothing else.
    pub const AT_ONCE: Self = Self {
        asynchronous: false,
        cancel: false,
        look_up: false,
        webhooks: false,
        previews: false,
        repeatable: false,
        poll_floor: Duration::ZERO,
        poll_ceiling: Duration::ZERO,
    };
}

/// Where a submitted request is found again. Id and links came from the vendor: they are checked before use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handle {
    /// The vendor's id.
    pub id: String,
    /// How many pictures were asked for; a vendor that makes more delivers only these.
    #[serde(default = "one")]
    pub count: u32,
    /// Where to ask for the state, when the vendor says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_url: Option<String>,
    /// Where the result will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_url: Option<String>,
    /// Where to ask it to stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_url: Option<String>,
    /// What the vendor counted when it took the request, when it says so only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Box<Usage>>,
}

/// What handles without a number were made for.
const fn one() -> u32 {
    1
}

/// Longest id that may stand in a path; those of vendors have some 40 letters.
const LONGEST_ID: usize = 200;

impl Handle {
    /// A handle that is only an id, of a request for one picture.
    pub fn id(id: impl Into<String>) -> Self {
        Self { id: id.into(), count: 1, status_url: None, result_url: None, cancel_url: None, usage: None }
    }

    /// The same for an id that will stand in a path.
    ///
    /// # Errors
    /// As [`Handle::path_id`].
    pub fn checked(id: &str) -> Result<Self, Error> {
        let handle = Self::id(id);
        handle.path_id().map(drop)?;
        Ok(handle)
    }

    /// The id, when it can stand in a path: the vendor wrote it, and `../` would lead elsewhere with the key in hand.
    ///
    /// # Errors
    /// [`Class::ProviderError`] for any other id; [`Began::Unknown`], for whatever has such an id may be at work and
    /// cannot be followed, be it found when the request was taken or later.
    pub fn path_id(&self) -> Result<&str, Error> {
        let plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
        if (1..=LONGEST_ID).contains(&self.id.len()) && self.id.bytes().all(plain) {
            return Ok(&self.id);
        }
        Err(Error::new(Class::ProviderError, "the vendor's id for the request is none that can be asked about").began(Began::Unknown))
    }
}

/// What a submit led to.
#[derive(Debug)]
pub enum Submitted {
    /// The pictures are there.
    Done(Box<Delivery>),
    /// The vendor works on it.
    Accepted(Handle),
}

impl Submitted {
    /// The end of a call that is answered with the pictures.
    pub(crate) fn done(delivery: Delivery) -> Self {
        Self::Done(Box::new(delivery))
    }
}

/// How a submitted request stands.
#[derive(Debug)]
pub enum Progress {
    /// It waits at the vendor.
    Queued {
        /// Requests before it, where the vendor says so.
        position: Option<u32>,
    },
    /// It is being worked on.
    Running {
        /// 0 to 1, where the vendor says so.
        fraction: Option<f32>,
    },
    /// The pictures are there.
    Done(Box<Delivery>),
}

/// What became of a cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It will not run, or has been stopped.
    Stopped,
    /// The vendor was told and may finish all the same.
    Asked,
    /// It had ended before.
    TooLate,
    /// The vendor takes no cancel.
    Unsupported,
}

/// Something seen while a request is worked on.
#[derive(Debug, Clone)]
pub enum Update {
    /// How far it is, 0 to 1.
    Fraction(f32),
    /// A partial picture.
    Preview {
        /// Which picture of the request, from 0.
        picture: u32,
        /// Encoded, not yet verified.
        bytes: Bytes,
    },
}

/// Takes updates while a call runs. Cheap to clone.
#[derive(Clone)]
pub struct Watch(Arc<dyn Fn(Update) + Send + Sync>);

impl Watch {
    /// Hands every update to `take`, which must not block.
    pub fn new(take: impl Fn(Update) + Send + Sync + 'static) -> Self {
        Self(Arc::new(take))
    }

    /// Takes no notice.
    #[must_use]
    pub fn nothing() -> Self {
        Self::new(drop)
    }

    /// Reports something.
    pub fn update(&self, update: Update) {
        (self.0)(update);
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Watch")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_id_is_put_into_a_path() {
        let longest = "a".repeat(LONGEST_ID);
        for id in ["gm3qorzdhgbfurvjtvhg6dckhu", "6d4468a8-0979-8b27-bcd1-9e026aa52ac9", "a6dc", "a_b", &longest] {
            assert_eq!(Handle::id(id).path_id().unwrap(), id);
        }
        for id in ["", "../account", "a/b", "a?b", "a%2fb", "ä", &format!("{longest}a")] {
            let error = Handle::id(id).path_id().unwrap_err();
            assert_eq!((error.class, error.began), (Class::ProviderError, Began::Unknown), "{id}");
        }
    }

    #[test]
    fn a_handle_of_before_is_one_for_one_picture() {
        let handle: Handle = serde_json::from_str(r#"{"id":"a6dc"}"#).unwrap();
        assert_eq!(handle, Handle::id("a6dc"));
    }
}
