//! A request's body on its way out, in pieces, so that it can be seen whether it still moves.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt};
use http_body::{Frame, SizeHint};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::Body;

/// Large enough to cost nothing, small enough that a slow line takes several within any sensible limit.
pub(crate) const PIECE_BYTES: usize = 64 << 10;

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
    source: Source,
    left_bytes: u64,
    progress: Progress,
}

/// Where the pieces come from.
enum Source {
    Memory(VecDeque<Bytes>),
    File(BoxStream<'static, io::Result<Bytes>>),
}

impl Upload {
    /// The body of one attempt; the call keeps its own, sharing the bytes.
    pub(crate) fn new(body: &Body) -> Self {
        let pieces = match body {
            Body::Empty => Vec::new(),
            Body::Bytes(bytes) => vec![bytes.clone()],
            Body::Form(form) => form.pieces(),
            Body::File(file) if file.bytes() > 0 => return Self::of(Source::File(file.pieces()), file.bytes()),
            Body::File(_) => Vec::new(),
        };
        let pieces: VecDeque<Bytes> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        let bytes = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self::of(Source::Memory(pieces), bytes)
    }

    fn of(source: Source, left_bytes: u64) -> Self {
        Self { source, left_bytes, progress: Progress(Arc::new(Mutex::new(Instant::now()))) }
    }

    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl Source {
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        match self {
            Self::File(pieces) => pieces.poll_next_unpin(context),
            Self::Memory(pieces) => {
                let Some(mut piece) = pieces.pop_front() else { return Poll::Ready(None) };
                if piece.len() > PIECE_BYTES {
                    let rest = piece.split_off(PIECE_BYTES);
                    pieces.push_front(rest);
                }
                Poll::Ready(Some(Ok(piece)))
            }
        }
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        let piece = ready!(self.source.poll_piece(context)).unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()))?;
        self.left_bytes = self.left_bytes.saturating_sub(piece.len() as u64);
        *self.progress.0.lock() = Instant::now();
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left_bytes == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left_bytes)
    }
}
