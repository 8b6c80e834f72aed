//! One connection that speaks HTTP/1.1 or HTTP/2, and the bounds on what its other end may say.

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};

use crate::connect::Stream;
use crate::upload::Upload;

/// Bytes of an answer's head. Vendors send up to 8 KiB with their security policies and rate limits.
const MAX_HEAD_BYTES: u32 = 64 << 10;
/// Headers of an answer. Real ones have at most about 60.
pub(crate) const MAX_HEADERS: usize = 100;
/// Bytes that are read ahead of the caller, for each connection and, with HTTP/2, for each answer on it.
const READ_AHEAD_BYTES: u32 = 1 << 20;

/// A connection that was opened and not yet given up.
pub(crate) enum Connection {
    /// Takes one request at a time.
    Http1(http1::SendRequest<Upload>),
    /// Takes many; clones share it.
    Http2(http2::SendRequest<Upload>),
}

impl Connection {
    /// Starts to speak. A task of its own reads and writes until all that hold the connection have dropped it.
    pub(crate) async fn open(stream: Box<dyn Stream>, http2: bool) -> Result<Self, String> {
        let io = TokioIo::new(stream);
        if http2 {
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder.timer(TokioTimer::new());
            builder.max_header_list_size(MAX_HEAD_BYTES);
            builder.initial_stream_window_size(READ_AHEAD_BYTES);
            // Answers that nobody reads at the moment must not hold up the others on the same connection.
            builder.initial_connection_window_size(16 * READ_AHEAD_BYTES);
            let (sender, connection) = builder.handshake(io).await.map_err(|error| chain(&error))?;
            tokio::spawn(connection);
            Ok(Self::Http2(sender))
        } else {
            let mut builder = http1::Builder::new();
            builder.max_headers(MAX_HEADERS);
            builder.max_header_size(MAX_HEAD_BYTES as usize);
            builder.max_buf_size(READ_AHEAD_BYTES as usize);
            let (sender, connection) = builder.handshake(io).await.map_err(|error| chain(&error))?;
            tokio::spawn(connection);
            Ok(Self::Http1(sender))
        }
    }

    pub(crate) fn is_http2(&self) -> bool {
        matches!(self, Self::Http2(_))
    }

    /// Whether a further request may be given to it; waits for the end of the one before.
    pub(crate) async fn is_ready(&mut self) -> bool {
        match self {
            Self::Http1(sender) => sender.ready().await.is_ok(),
            Self::Http2(sender) => sender.ready().await.is_ok(),
        }
    }

    /// Sends one request. When the error holds the request, not a byte of it was written.
    pub(crate) async fn send(&mut self, request: Request<Upload>) -> Result<Response<Incoming>, Box<TrySendError<Request<Upload>>>> {
        match self {
            Self::Http1(sender) => sender.try_send_request(request).await,
            Self::Http2(sender) => sender.try_send_request(request).await,
        }
        .map_err(Box::new)
    }
}

/// The texts of an error and its causes. Those of the HTTP library hold nothing of the message.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
