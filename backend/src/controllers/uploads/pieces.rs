//! A body in single pieces. The form's reader takes all that is ready into memory before it hands anything on, so
//! that a fast sender would fill it; a pause after each piece keeps it to one.

use std::task::Poll;

use axum::body::Body;
use futures::{StreamExt, stream};

/// The same body, which is never ready twice in a row.
pub fn one_at_a_time(body: Body) -> Body {
    let mut pieces = body.into_data_stream();
    let mut pause = false;
    Body::from_stream(stream::poll_fn(move |context| {
        if std::mem::take(&mut pause) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = pieces.poll_next_unpin(context);
        pause = matches!(piece, Poll::Ready(Some(Ok(_))));
        piece
    }))
}
