//! The bytes of an answer as they come off the connection, and what undoes their compression.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder};
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body::Body as _;
use hyper::body::Incoming;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio_util::io::StreamReader;

use crate::connection::{Connection, chain};
use crate::pool::{Key, Pool};

/// Bytes that are decompressed at once; more comes with the next call, so a bomb unfolds only as far as somebody asks.
const PIECE_BYTES: usize = 32 << 10;

/// A connection on loan: it goes back when its answer was read to the end, and is closed otherwise.
pub(crate) struct Lease {
    connection: Option<Connection>,
    pool: Pool,
    key: Key,
}

impl Lease {
    pub(crate) fn new(connection: Connection, pool: Pool, key: Key) -> Self {
        let http2 = connection.is_http2();
        let mut lease = Self { connection: Some(connection), pool, key };
        if http2 {
            // It takes other requests at the same time, so it need not wait for the end.
            lease.give_back();
        }
        lease
    }

    pub(crate) fn give_back(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.put(&self.key, connection);
        }
    }
}

/// The body as it was sent.
pub(crate) struct Raw {
    incoming: Incoming,
    lease: Lease,
}

impl Stream for Raw {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut self.incoming).poll_frame(context)) {
                // Trailers say nothing that anybody here reads.
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        // Where the length is known, few readers come back to hear that nothing follows.
                        if self.incoming.is_end_stream() {
                            self.lease.give_back();
                        }
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(io::Error::other(error)))),
                None => {
                    self.lease.give_back();
                    return Poll::Ready(None);
                }
            }
        }
    }
}

/// What went wrong with the bytes.
pub(crate) enum Fault {
    /// The connection ended early, or broke the rules of its framing.
    Connection(String),
    /// The compression is not what it says.
    Encoding(String),
}

/// The body as it was meant.
pub(crate) enum Decoded {
    Plain(Raw),
    Packed(Pin<Box<dyn AsyncRead + Send>>),
}

impl Decoded {
    /// Reads `content-encoding` and takes it out of the headers, together with the length, which is that of the
    /// compressed body.
    pub(crate) fn new(headers: &mut HeaderMap, incoming: Incoming, lease: Lease) -> Result<Self, String> {
        let raw = Raw { incoming, lease };
        let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
        let encoding = match (encodings.next(), encodings.next()) {
            (None, _) => return Ok(Self::Plain(raw)),
            (Some(one), None) => one.as_bytes().to_ascii_lowercase(),
            (Some(_), Some(_)) => return Err("it is compressed more than once".into()),
        };
        let reader = StreamReader::new(raw);
        let packed: Pin<Box<dyn AsyncRead + Send>> = match encoding.trim_ascii() {
            b"identity" | b"" => return Ok(Self::Plain(reader.into_inner())),
            b"gzip" | b"x-gzip" => {
                let mut decoder = GzipDecoder::new(reader);
                decoder.multiple_members(true);
                Box::pin(decoder)
            }
            b"deflate" => Box::pin(ZlibDecoder::new(reader)),
            b"br" => Box::pin(BrotliDecoder::new(reader)),
            _ => return Err("its compression is not one that was asked for".into()),
        };
        headers.remove(CONTENT_ENCODING);
        headers.remove(http::header::CONTENT_LENGTH);
        Ok(Self::Packed(packed))
    }

    /// The next piece, of no more than the library reads ahead; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        match self {
            Self::Plain(raw) => raw.next().await.transpose().map_err(fault),
            Self::Packed(reader) => {
                let mut piece = BytesMut::with_capacity(PIECE_BYTES);
                let read = reader.read_buf(&mut piece).await.map_err(fault)?;
                // A small piece that is kept must not keep the whole buffer.
                let piece = if read < PIECE_BYTES / 2 { Bytes::copy_from_slice(&piece) } else { piece.freeze() };
                Ok((read > 0).then_some(piece))
            }
        }
    }
}

/// The decoders pass on what the connection said, and say the rest themselves.
fn fault(error: io::Error) -> Fault {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<hyper::Error>()) {
        Some(inner) => Fault::Connection(chain(inner)),
        None => Fault::Encoding(error.to_string()),
    }
}
