//! Webhooks as they come in, before anything is believed.

use std::time::Duration;

/// A webhook call. Header names are lower case.
#[derive(Debug, Clone, Copy)]
pub struct WebhookCall<'a> {
    /// Its headers: name and value.
    pub headers: &'a [(String, String)],
    /// The body as it came.
    pub body: &'a [u8],
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// Oldest and newest time stamp that is taken, against replay (Standard Webhooks recommends five minutes).
pub const WINDOW: Duration = Duration::from_secs(300);

/// A webhook whose signature was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Names this delivery; the same again is a repetition.
    pub delivery_id: String,
    /// The request it is about: [`Handle::id`](crate::Handle).
    pub handle_id: String,
}

/// Why a webhook was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The vendor sends none, or none that can be checked.
    #[error("this vendor has no webhooks that can be checked")]
    Unsupported,
    /// No secret is configured, so nothing can be checked.
    #[error("no webhook secret is configured")]
    NoSecret,
    /// A header that the check needs is not there, or is malformed.
    #[error("a signature header is missing or malformed")]
    Malformed,
    /// Its time stamp lies outside the window.
    #[error("the time stamp is too old or in the future")]
    OutsideWindow,
    /// Wrong signature.
    #[error("the signature does not match")]
    BadSignature,
    /// The vendor's public keys could not be fetched.
    #[error("the vendor's keys cannot be fetched")]
    KeysUnavailable,
}

impl<'a> WebhookCall<'a> {
    /// The value of a header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Refuses a time stamp outside [`WINDOW`].
    ///
    /// # Errors
    /// [`WebhookError::OutsideWindow`].
    pub fn check_time(&self, stamp: i64) -> Result<(), WebhookError> {
        if self.now.abs_diff(stamp) > WINDOW.as_secs() { Err(WebhookError::OutsideWindow) } else { Ok(()) }
    }
}
