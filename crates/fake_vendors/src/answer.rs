//! What a vendor's routes give back before it is put on the wire, and why they refuse.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::Notify;

use crate::fault::{Faults, Phase};

/// An answer before faults are applied.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub content: Content,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    Empty,
    Json(Value),
    Bytes {
        mime: &'static str,
        bytes: Bytes,
    },
    /// Server-sent events: name and data.
    Events(Vec<(&'static str, Value)>),
}

impl Answer {
    pub(crate) fn json(status: u16, value: Value) -> Self {
        Self { status, headers: Vec::new(), content: Content::Json(value) }
    }

    pub(crate) fn ok(value: Value) -> Self {
        Self::json(200, value)
    }

    pub(crate) fn bytes(mime: &'static str, bytes: impl Into<Bytes>) -> Self {
        Self { status: 200, headers: Vec::new(), content: Content::Bytes { mime, bytes: bytes.into() } }
    }

    pub(crate) fn events(events: Vec<(&'static str, Value)>) -> Self {
        Self { status: 200, headers: Vec::new(), content: Content::Events(events) }
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self { status: 302, headers: vec![("location", to.to_owned())], content: Content::Empty }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An answer with the faults that its prompt asked for.
pub(crate) struct Served {
    pub answer: Answer,
    pub faults: Faults,
    pub phases: &'static [Phase],
    /// JSON pointer to the pictures in the answer.
    pub items: Option<String>,
    /// Ends a wait early.
    pub stop: Option<Arc<Notify>>,
}

impl Served {
    /// An answer that no fault touches.
    pub(crate) fn plain(answer: Answer) -> Self {
        Self { answer, faults: Faults::default(), phases: &[], items: None, stop: None }
    }

    /// An answer in these parts of the conversation.
    pub(crate) fn under(answer: Answer, faults: &Faults, phases: &'static [Phase]) -> Self {
        Self { answer, faults: faults.clone(), phases, items: None, stop: None }
    }

    /// Where the pictures are.
    pub(crate) fn items(mut self, pointer: impl Into<String>) -> Self {
        self.items = Some(pointer.into());
        self
    }
}

/// The parts that a synchronous vendor's only answer covers.
pub(crate) const SYNC: &[Phase] = &[Phase::Submit, Phase::Result];
/// The answer that names a task.
pub(crate) const SUBMIT: &[Phase] = &[Phase::Submit];
/// An answer to a question about a task.
pub(crate) const POLL: &[Phase] = &[Phase::Poll];
/// The last such answer, with the pictures.
pub(crate) const END: &[Phase] = &[Phase::Poll, Phase::Result];
/// An answer with the pictures that is no poll.
pub(crate) const RESULT: &[Phase] = &[Phase::Result];

/// What is the matter, in words that every vendor has its own shape for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Invalid,
    NotFound,
    Unauthorized,
    Forbidden,
    PaymentRequired,
    Billing,
    RateLimited,
    Quota,
    TooLarge,
    Policy,
    /// A failure of the vendor with this status.
    Server(u16),
}

/// When to come back.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Retry {
    Seconds(u64),
    Date(SystemTime),
}

/// Something that a vendor answers with an error.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    pub kind: Kind,
    pub message: String,
    /// The field that is meant.
    pub param: Option<String>,
    pub retry: Option<Retry>,
}

impl Trouble {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), param: None, retry: None }
    }

    /// The usual status of this trouble.
    pub(crate) fn status(&self) -> u16 {
        match self.kind {
            Kind::Invalid | Kind::Policy => 400,
            Kind::NotFound => 404,
            Kind::Unauthorized => 401,
            Kind::Forbidden => 403,
            Kind::PaymentRequired | Kind::Billing => 402,
            Kind::RateLimited | Kind::Quota => 429,
            Kind::TooLarge => 413,
            Kind::Server(status) => status,
        }
    }

    /// `Retry-After`, when there is one.
    pub(crate) fn on(&self, answer: Answer) -> Answer {
        match self.retry {
            Some(Retry::Seconds(seconds)) => answer.header("retry-after", seconds.to_string()),
            Some(Retry::Date(date)) => answer.header("retry-after", httpdate::fmt_http_date(date)),
            None => answer,
        }
    }
}

/// Why a route gives no answer of its own.
#[derive(Debug)]
pub(crate) enum Denial {
    /// The caller broke the contract: answered and recorded as a violation.
    Wrong(Trouble),
    /// Asked for by a mark, or a legitimate refusal such as an unknown id.
    Planned(Trouble),
    /// Asked for by a mark, with an answer that is not the vendor's.
    Instead(Answer),
}

impl Denial {
    /// A breach of the contract in a field.
    pub(crate) fn field(name: &str, message: impl std::fmt::Display) -> Self {
        Self::Wrong(Trouble { kind: Kind::Invalid, message: format!("{name}: {message}"), param: Some(name.to_owned()), retry: None })
    }

    /// A breach of the contract.
    pub(crate) fn wrong(kind: Kind, message: impl Into<String>) -> Self {
        Self::Wrong(Trouble::new(kind, message))
    }

    /// No breach: the vendor just says no.
    pub(crate) fn no(kind: Kind, message: impl Into<String>) -> Self {
        Self::Planned(Trouble::new(kind, message))
    }
}
