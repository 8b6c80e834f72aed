//! What goes on on one connection, as far as others have to know: whether somebody is being served there, and whether
//! anything moves.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

/// What goes on on one connection.
#[derive(Default)]
pub struct Activity {
    /// Requests that have begun and whose answers have not been sent.
    open: AtomicU32,
    /// Those of them that a handler works on.
    handled: AtomicU32,
    /// Grows with each request and each part of an answer.
    steps: AtomicU64,
}

impl Activity {
    /// Nobody is being served: between two requests, or before the first has arrived.
    pub fn is_waiting(&self) -> bool {
        self.open.load(Ordering::Relaxed) == 0
    }

    /// A handler is at work; how long that may take is its own affair.
    pub fn is_handling(&self) -> bool {
        self.handled.load(Ordering::Relaxed) > 0
    }

    /// A number that is another one after anything has moved.
    pub fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    /// A request has arrived.
    pub fn begin(self: Arc<Self>) -> Request {
        self.open.fetch_add(1, Ordering::Relaxed);
        self.handled.fetch_add(1, Ordering::Relaxed);
        self.steps.fetch_add(1, Ordering::Relaxed);
        Request { activity: self, handling: true }
    }
}

/// A request until its answer was sent, or given up.
pub struct Request {
    activity: Arc<Activity>,
    handling: bool,
}

impl Request {
    /// The handler is done; the answer's body is on its way.
    pub fn answered(mut self, response: Response) -> Response<Sent> {
        self.end_handling();
        response.map(|body| Sent { body, request: self })
    }

    fn end_handling(&mut self) {
        if std::mem::take(&mut self.handling) {
            self.activity.handled.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.end_handling();
        self.activity.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body whose parts are counted when the connection takes them, which it does as fast as the other side reads.
pub struct Sent {
    body: Body,
    request: Request,
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.request.activity.steps.fetch_add(1, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_open_until_its_answer_is_sent_or_given_up() {
        let activity = Arc::new(Activity::default());
        assert!(activity.is_waiting() && !activity.is_handling());
        let request = Arc::clone(&activity).begin();
        assert!(!activity.is_waiting() && activity.is_handling());
        let answer = request.answered(Response::new(Body::from("x")));
        assert!(!activity.is_waiting() && !activity.is_handling());
        drop(answer);
        assert!(activity.is_waiting());
        drop(Arc::clone(&activity).begin());
        assert!(activity.is_waiting() && !activity.is_handling());
    }
}
