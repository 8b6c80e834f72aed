//! What is left of a request's body when nobody wants it any more. A connection that is closed with unread bytes is reset,
//! and a client that is still sending never sees why it was refused; so a bounded amount is read and thrown away.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use futures::StreamExt;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Bytes that are thrown away at most: more than anybody sends by mistake to a route that takes 256 KiB of JSON.
const MOST_BYTES: usize = 16 << 20;
/// Time for them to come.
const MOST_TIME: Duration = Duration::from_secs(10);

/// A request's body, of which the rest is thrown away when it is dropped before its end.
pub struct Received {
    /// None once it is being thrown away.
    body: Option<Incoming>,
    /// False while the client waits for leave to send a body that nobody wants.
    comes: bool,
    /// Whether nothing more of it had come when it was asked for last. Dropped then, it was waited for in vain, and whoever
    /// let others wait longer than they do gets no further time.
    stalls: bool,
}

impl Received {
    /// A body; `waits_for_leave` when its head says `Expect: 100-continue`.
    pub fn new(body: Incoming, waits_for_leave: bool) -> Self {
        Self { body: Some(body), comes: !waits_for_leave, stalls: false }
    }
}

impl HttpBody for Received {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        // Asking for it is the leave.
        self.comes = true;
        let piece = self.body.as_mut().map_or(Poll::Ready(None), |body| Pin::new(body).poll_frame(context));
        self.stalls = piece.is_pending();
        piece
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        let Some(body) = self.body.take().filter(|body| self.comes && !self.stalls && !body.is_end_stream()) else { return };
        // Without a runtime the process ends, and the connection with it.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(timeout(MOST_TIME, throw_away(body)));
        }
    }
}

async fn throw_away(body: Incoming) {
    let (mut rest, mut left_bytes) = (Body::new(body).into_data_stream(), MOST_BYTES);
    while let Some(Ok(piece)) = rest.next().await {
        match left_bytes.checked_sub(piece.len()) {
            Some(less) => left_bytes = less,
            None => return,
        }
    }
}
