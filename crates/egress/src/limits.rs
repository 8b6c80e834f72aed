//! How long a request may take and how much may come back.

use std::time::Duration;

use tokio::time::Instant;

/// Bounds of one request. [`Limits::default`] suits small JSON calls; the constants are for the other kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first look at the name until the connection, proxy and TLS included, is there.
    pub connect: Duration,
    /// From the moment when the last piece of the request was taken until the answer's head is there.
    pub first_byte: Duration,
    /// Between two pieces of the answer's body, while somebody waits for one.
    pub idle: Duration,
    /// From the call until the last byte of the answer, redirects included.
    pub total: Duration,
    /// Bytes of the answer's body, counted after decompression.
    pub max_body_bytes: u64,
    /// Bytes of one server-sent event.
    pub max_event_bytes: usize,
}

/// A server that does not accept within this time will not do so later either; the queue should know soon.
const CONNECT: Duration = Duration::from_secs(10);

impl Limits {
    /// Small JSON: submit, poll, cancel, list. An answer of a few MiB is already unusual.
    pub const API: Self = Self {
        connect: CONNECT,
        first_byte: Duration::from_secs(60),
        idle: Duration::from_secs(30),
        total: Duration::from_secs(120),
        max_body_bytes: 16 << 20,
        max_event_bytes: 1 << 20,
    };

    /// A picture made while the connection stays open, or streamed as events. Slow models answer after minutes
    /// without a byte before; pictures come inside JSON, a third larger than they are.
    pub const GENERATION: Self = Self {
        connect: CONNECT,
        first_byte: Duration::from_secs(300),
        idle: Duration::from_secs(120),
        total: Duration::from_secs(600),
        max_body_bytes: 64 << 20,
        max_event_bytes: 24 << 20,
    };

    /// A finished picture behind a link. 100 MiB is also what an upload may have.
    pub const DOWNLOAD: Self = Self {
        connect: CONNECT,
        first_byte: Duration::from_secs(30),
        idle: Duration::from_secs(30),
        total: Duration::from_secs(300),
        max_body_bytes: 100 << 20,
        max_event_bytes: 1 << 20,
    };

    /// A notice to somebody else's server, of whose answer only the status counts.
    pub const NOTICE: Self = Self {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_secs(10),
        idle: Duration::from_secs(5),
        total: Duration::from_secs(15),
        max_body_bytes: 64 << 10,
        max_event_bytes: 64 << 10,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::API
    }
}

/// Whoever sets a limit to the longest duration there is wants none; the clock cannot count so far.
const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// The moment when a limit that begins at `start` is over.
pub(crate) fn after(start: Instant, limit: Duration) -> Instant {
    start + limit.min(FAR)
}
