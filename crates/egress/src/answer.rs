//! What came back. The head is here at once, the body as it is asked for, decompressed and counted.

use std::fmt;

use bytes::Bytes;
use futures::Stream;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Response, StatusCode};
use http_body::Body as _;
use hyper::body::Incoming;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::decode::{Decoded, Fault, Lease};
use crate::limits::after;
use crate::room::{Places, Room};
use crate::{Error, Events, Limits};

/// An answer, of whatever status. Dropping it before its end closes the connection, or with HTTP/2 its part of it.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers, without those that describe the compression that is already undone.
    pub headers: HeaderMap,
    /// Who answered; after a redirect, not who was asked.
    pub url: Url,
    body: Body,
    left_bytes: u64,
    limits: Limits,
    deadline: Instant,
    room: Room,
    places: Places,
}

enum Body {
    Open(Box<Decoded>),
    /// It is compressed in a way that nobody asked for. The status still counts.
    Unreadable(String),
    Complete,
    /// An error was given; what came before it is not the whole.
    Failed,
}

impl Answer {
    pub(crate) fn new(response: Response<Incoming>, mut lease: Lease, url: Url, limits: Limits, deadline: Instant, room: Room) -> Self {
        let (mut head, incoming) = response.into_parts();
        // Headers may describe a body that is not there, as in the answer to HEAD; nothing is no valid gzip.
        let body = if incoming.is_end_stream() {
            lease.give_back();
            Body::Complete
        } else {
            match Decoded::new(&mut head.headers, incoming, lease) {
                Ok(body) => Body::Open(Box::new(body)),
                Err(detail) => Body::Unreadable(detail),
            }
        };
        let left_bytes = limits.max_body_bytes;
        let places = Places::default();
        Self { status: head.status, headers: head.headers, url, body, left_bytes, limits, deadline, room, places }
    }

    /// The next piece of the body; none at its end.
    ///
    /// # Errors
    /// [`Error::Stalled`], [`Error::TooSlow`] (also of a large body that drips), [`Error::BodyTooLarge`], [`Error::Disconnected`],
    /// [`Error::Encoding`]. The connection is closed then; nothing more can be read.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let result = self.next_piece().await;
        match &result {
            Ok(Some(_)) => {}
            Ok(None) => self.body = Body::Complete,
            Err(_) => self.body = Body::Failed,
        }
        result
    }

    async fn next_piece(&mut self) -> Result<Option<Bytes>, Error> {
        let host = self.host();
        let body = match &mut self.body {
            Body::Open(body) => body,
            Body::Complete => return Ok(None),
            Body::Unreadable(detail) => return Err(Error::Encoding { host, detail: std::mem::take(detail) }),
            Body::Failed => return Err(Error::Disconnected { host, detail: "reading failed before".into() }),
        };
        let began = Instant::now();
        let most = self.places.most_waited();
        let by_pace = most.map(|most| began + most.saturating_sub(self.places.waited()));
        let usual = after(began, self.limits.idle).min(self.deadline);
        let until = by_pace.map_or(usual, |at| at.min(usual));
        let piece = match timeout_at(until, body.next()).await {
            Ok(Ok(piece)) => piece,
            Ok(Err(Fault::Connection(detail))) => return Err(Error::Disconnected { host, detail }),
            Ok(Err(Fault::Encoding(detail))) => return Err(Error::Encoding { host, detail }),
            Err(_) if until < usual => return Err(Error::TooSlow { host, limit: most.unwrap_or_default() }),
            Err(_) if until == self.deadline => return Err(Error::TooSlow { host, limit: self.limits.total }),
            Err(_) => return Err(Error::Stalled { host, limit: self.limits.idle }),
        };
        let Some(piece) = piece else { return Ok(None) };
        self.places.came(piece.len(), began.elapsed());
        match self.left_bytes.checked_sub(piece.len() as u64) {
            Some(left_bytes) => self.left_bytes = left_bytes,
            None => return Err(self.too_large()),
        }
        Ok(Some(piece))
    }

    /// Waits until so many bytes may be held of the body. That wait is ours, and counts against no limit.
    pub(crate) async fn make_room(&mut self, bytes: usize) {
        let began = Instant::now();
        self.places.take(&self.room, bytes).await;
        self.deadline += began.elapsed();
    }

    /// What was held of the body was handed on.
    pub(crate) fn leave_room(&mut self) {
        self.places = Places::default();
    }

    /// The whole body. A large one may wait until others were let go.
    ///
    /// # Errors
    /// As [`Answer::chunk`].
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let announced = self.announced_bytes();
        if announced > self.left_bytes {
            return Err(self.too_large());
        }
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        if announced == first.len() as u64 {
            return Ok(first);
        }
        let mut whole = Vec::from(first);
        while let Some(piece) = self.chunk().await? {
            let length = whole.len() + piece.len();
            self.make_room(length).await;
            if length > whole.capacity() {
                // As much as its place allows, at once: memory that is not written to costs nothing, copies of it do.
                let most = length + usize::try_from(self.left_bytes).unwrap_or_default();
                whole.reserve_exact(self.places.allowed_bytes().min(most).max(length) - whole.len());
            }
            whole.extend_from_slice(&piece);
        }
        Ok(self.places.keep(whole))
    }

    /// The whole body, read as JSON. Nesting deeper than 128 is refused before it can exhaust the stack.
    ///
    /// # Errors
    /// As [`Answer::chunk`], and [`Error::Json`].
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let host = self.host();
        serde_json::from_slice(&self.bytes().await?).map_err(|error| Error::Json { host, detail: place(&error) })
    }

    /// The beginning of the body as text, at most `max_bytes` of it, for a look at an error. A body that ends in a
    /// failure gives what was there before it.
    pub async fn text_prefix(mut self, max_bytes: usize) -> String {
        let mut prefix = Vec::new();
        while prefix.len() < max_bytes {
            let Ok(Some(piece)) = self.chunk().await else { break };
            prefix.extend_from_slice(&piece[..piece.len().min(max_bytes - prefix.len())]);
        }
        String::from_utf8_lossy(&prefix).into_owned()
    }

    /// Copies the body into a writer, piece by piece, and gives its length in bytes. The writer is flushed.
    ///
    /// # Errors
    /// As [`Answer::chunk`], and [`Error::Write`].
    pub async fn copy_to<W: AsyncWrite + Unpin>(mut self, writer: &mut W) -> Result<u64, Error> {
        if self.announced_bytes() > self.left_bytes {
            return Err(self.too_large());
        }
        let mut copied_bytes = 0;
        while let Some(piece) = self.chunk().await? {
            writer.write_all(&piece).await.map_err(Error::Write)?;
            copied_bytes += piece.len() as u64;
        }
        writer.flush().await.map_err(Error::Write)?;
        Ok(copied_bytes)
    }

    /// The body as a stream that ends after an error.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send {
        futures::stream::try_unfold(self, async |mut answer: Answer| Ok(answer.chunk().await?.map(|piece| (piece, answer))))
    }

    /// The body as server-sent events.
    #[must_use]
    pub fn sse(self) -> Events {
        Events::new(self)
    }

    pub(crate) fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What the server says that is still to come; nothing when it does not say, or compresses.
    fn announced_bytes(&self) -> u64 {
        if matches!(self.body, Body::Complete) {
            return 0;
        }
        self.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(0)
    }

    fn too_large(&self) -> Error {
        Error::BodyTooLarge { host: self.host(), max_bytes: self.limits.max_body_bytes }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Links to results carry their signature in the query, so only the host is shown.
        f.debug_struct("Answer").field("status", &self.status).field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

/// The library's own text may quote the value, and servers echo keys.
fn place(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        Category::Syntax => "it is not JSON",
        Category::Data => "a value is missing or of another kind",
        Category::Eof => "it ends too early",
        Category::Io => "it could not be read",
    };
    format!("{kind}, at line {} column {}", error.line(), error.column())
}
