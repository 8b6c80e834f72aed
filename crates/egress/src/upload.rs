//! A request's body on its way out, in pieces, so that it can be seen whether it still moves.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::Body;

/// Large enough to cost nothing, small enough that a slow line takes several within any sensible limit.
const PIECE_BYTES: usize = 64 << 10;

/// When the connection last took a piece.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Arc<Mutex<Instant>>);

impl Progress {
    pub(crate) fn last(&self) -> Instant {
        *self.0.lock()
    }
}

/// The body as the HTTP library takes it. Its length is known, so it is never sent in chunks, which some
/// servers refuse.
pub(crate) struct Upload {
    pieces: VecDeque<Bytes>,
    left_bytes: u64,
    progress: Progress,
}

impl Upload {
    /// The body of one attempt; the call keeps its own, sharing the bytes.
    pub(crate) fn new(body: &Body) -> Self {
        let pieces = match body {
            Body::Empty => Vec::new(),
            Body::Bytes(bytes) => vec![bytes.clone()],
            Body::Form(form) => form.pieces(),
        };
        let pieces: VecDeque<Bytes> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        let left_bytes = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self { pieces, left_bytes, progress: Progress(Arc::new(Mutex::new(Instant::now()))) }
    }

    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(mut piece) = self.pieces.pop_front() else { return Poll::Ready(None) };
        if piece.len() > PIECE_BYTES {
            let rest = piece.split_off(PIECE_BYTES);
            self.pieces.push_front(rest);
        }
        self.left_bytes -= piece.len() as u64;
        *self.progress.0.lock() = Instant::now();
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left_bytes)
    }
}
