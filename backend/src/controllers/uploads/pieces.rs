//! A body in single pieces. The form's reader takes all that is ready into memory before it looks at it, and has no
//! limit on what stands before a part's content; so it is given a piece only when it can do nothing with what it
//! holds, and none at all when that is too much.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;

use axum::body::Body;
use futures::{StreamExt, stream};

/// Most bytes that the reader may hold while it waits for more: many times the heads of all parts of a form.
const HELD_MAXIMUM: usize = 4 << 20;

/// What the reader of one form holds.
#[derive(Clone, Default)]
pub struct Held(Arc<Reader>);

#[derive(Default)]
struct Reader {
    bytes: AtomicUsize,
    is_stuck: AtomicBool,
}

/// Why no further piece comes.
#[derive(Debug, thiserror::Error)]
#[error("a part of the form does not begin within {} MiB", HELD_MAXIMUM >> 20)]
struct NoContent;

impl Held {
    /// The same body for the reader: each piece is asked for twice, and comes the second time.
    pub fn one_at_a_time(&self, body: Body) -> Body {
        let reader = Arc::clone(&self.0);
        let mut pieces = body.into_data_stream();
        Body::from_stream(stream::poll_fn(move |context| {
            if !reader.is_stuck.swap(true, Ordering::Relaxed) {
                // It looks at what it holds first, and asks again when that was no use.
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let piece = pieces.poll_next_unpin(context).map_err(axum::BoxError::from);
            if let Poll::Ready(Some(Ok(bytes))) = &piece {
                reader.is_stuck.store(false, Ordering::Relaxed);
                if reader.bytes.fetch_add(bytes.len(), Ordering::Relaxed) > HELD_MAXIMUM {
                    return Poll::Ready(Some(Err(NoContent.into())));
                }
            }
            piece
        }))
    }

    /// The reader got on, and handed out so many bytes of content. What else it went past stays counted: heads and
    /// edges of parts are small.
    pub fn handed_out(&self, bytes: usize) {
        self.0.is_stuck.store(false, Ordering::Relaxed);
        self.0.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}
