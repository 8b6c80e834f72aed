//! Why a request failed, and whether it may have reached the server. No text holds a credential, a path or a query.

use std::time::Duration;

/// Why the client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The proxy's address is not one.
    #[error("the proxy address is not usable: {0}")]
    Proxy(&'static str),
    /// An entry of the list of hosts that go around the proxy is neither a name nor a network.
    #[error("the list of exceptions from the proxy holds something that is neither a name nor a network")]
    NoProxy,
    /// The file of additional roots could not be read, or holds no certificate.
    #[error("the additional root certificates are not usable: {0}")]
    Roots(String),
    /// The user agent may not stand in a header.
    #[error("the user agent holds characters that no header may hold")]
    UserAgent,
    /// The TLS library refused its own defaults.
    #[error("TLS is not usable: {0}")]
    Tls(String),
}

/// Whether any byte of a request may have reached the server that it was meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// Surely none: it may be sent again, or elsewhere, without being done twice.
    No,
    /// Nobody knows; the server may be doing the work.
    Maybe,
}

/// Why there is no answer, or not all of it. `host` is the host of the request that failed, which after a redirect
/// is not the first one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one that a request can go to.
    #[error("the address cannot be used: {0}")]
    Address(&'static str),
    /// Something of the request cannot be sent as it is.
    #[error("the request cannot be sent: {0}")]
    Request(String),
    /// An address that the operator did not write must be https.
    #[error("{host} may only be reached by https")]
    PlainHttp {
        /// The host.
        host: String,
    },
    /// An address that the operator did not write leads to something that is not public.
    #[error("{host} is not a public address")]
    Forbidden {
        /// The host, as it stands in the address.
        host: String,
    },
    /// The credential is bound to another host.
    #[error("the credential belongs to {bound} and is not sent to {host}")]
    CredentialElsewhere {
        /// The host that it is bound to.
        bound: String,
        /// The host of the call.
        host: String,
    },
    /// The credential would travel without TLS.
    #[error("the credential for {host} may only travel inside TLS")]
    CredentialInClear {
        /// The host of the call.
        host: String,
    },
    /// The name has no address.
    #[error("the name {host} could not be resolved: {detail}")]
    Dns {
        /// The name.
        host: String,
        /// What the resolver said.
        detail: String,
    },
    /// Nobody accepted the connection.
    #[error("no connection to {host}: {detail}")]
    Connect {
        /// The host.
        host: String,
        /// What the system said about the last address tried.
        detail: String,
    },
    /// No connection within [`crate::Limits::connect`].
    #[error("no connection to {host} within {limit:?}")]
    ConnectTimeout {
        /// The host.
        host: String,
        /// The time allowed.
        limit: Duration,
    },
    /// The server is not who it should be, or does not speak TLS.
    #[error("no TLS with {host}: {detail}")]
    Tls {
        /// The host.
        host: String,
        /// What the TLS library said.
        detail: String,
    },
    /// The proxy could not be reached or did not let the request through.
    #[error("the proxy {proxy} did not connect to {host}: {detail}")]
    Proxy {
        /// The proxy's host and port.
        proxy: String,
        /// The host of the call.
        host: String,
        /// What happened.
        detail: String,
    },
    /// The connection was closed before any byte of the request was written.
    #[error("{host} closed the connection before the request was sent")]
    NotSent {
        /// The host.
        host: String,
    },
    /// The connection ended before the whole answer was here.
    #[error("{host} closed the connection before its answer was complete: {detail}")]
    Disconnected {
        /// The host.
        host: String,
        /// What the connection said.
        detail: String,
    },
    /// No head of an answer within [`crate::Limits::first_byte`].
    #[error("{host} sent no answer within {limit:?}")]
    NoAnswer {
        /// The host.
        host: String,
        /// The time allowed.
        limit: Duration,
    },
    /// No further piece of the answer within [`crate::Limits::idle`].
    #[error("{host} stopped in the middle of its answer for {limit:?}")]
    Stalled {
        /// The host.
        host: String,
        /// The time allowed.
        limit: Duration,
    },
    /// Not finished within [`crate::Limits::total`], or too slow for a body that takes memory from others.
    #[error("{host} did not finish its answer within {limit:?}")]
    TooSlow {
        /// The host.
        host: String,
        /// The time allowed.
        limit: Duration,
    },
    /// What came back is not HTTP, or breaks its rules.
    #[error("{host} does not speak HTTP as it should: {detail}")]
    Protocol {
        /// The host.
        host: String,
        /// What the HTTP library said.
        detail: String,
    },
    /// The head of the answer is too large, or has too many headers.
    #[error("the headers of {host} are too large")]
    HeadersTooLarge {
        /// The host.
        host: String,
    },
    /// The body is larger than [`crate::Limits::max_body_bytes`].
    #[error("the answer of {host} is larger than {max_bytes} bytes")]
    BodyTooLarge {
        /// The host.
        host: String,
        /// Bytes allowed, after decompression.
        max_bytes: u64,
    },
    /// One event is larger than [`crate::Limits::max_event_bytes`].
    #[error("an event of {host} is larger than {max_bytes} bytes")]
    EventTooLarge {
        /// The host.
        host: String,
        /// Bytes allowed.
        max_bytes: usize,
    },
    /// The body is compressed in a way that is not supported, or not correctly.
    #[error("the answer of {host} cannot be decompressed: {detail}")]
    Encoding {
        /// The host.
        host: String,
        /// What is wrong.
        detail: String,
    },
    /// The body is not the JSON that was expected. The text says where and never what.
    #[error("the answer of {host} is not the expected JSON: {detail}")]
    Json {
        /// The host.
        host: String,
        /// The kind of fault, with line and column.
        detail: String,
    },
    /// A redirect that leads nowhere, or one too many.
    #[error("{host} redirects badly: {detail}")]
    Redirect {
        /// The host that redirected.
        host: String,
        /// What is wrong with it.
        detail: &'static str,
    },
    /// The caller's writer failed while the answer was copied into it.
    #[error("the answer could not be written: {0}")]
    Write(#[source] std::io::Error),
}

impl Error {
    /// Whether any byte of the request may have reached the server. For a download, of its last request: earlier
    /// ones were answered by redirects.
    #[must_use]
    pub fn reached(&self) -> Reached {
        match self {
            Self::Address(_)
            | Self::Request(_)
            | Self::PlainHttp { .. }
            | Self::Forbidden { .. }
            | Self::CredentialElsewhere { .. }
            | Self::CredentialInClear { .. }
            | Self::Dns { .. }
            | Self::Connect { .. }
            | Self::ConnectTimeout { .. }
            | Self::Tls { .. }
            | Self::Proxy { .. }
            | Self::NotSent { .. } => Reached::No,
            Self::Disconnected { .. }
            | Self::NoAnswer { .. }
            | Self::Stalled { .. }
            | Self::TooSlow { .. }
            | Self::Protocol { .. }
            | Self::HeadersTooLarge { .. }
            | Self::BodyTooLarge { .. }
            | Self::EventTooLarge { .. }
            | Self::Encoding { .. }
            | Self::Json { .. }
            | Self::Redirect { .. }
            | Self::Write(_) => Reached::Maybe,
        }
    }
}
