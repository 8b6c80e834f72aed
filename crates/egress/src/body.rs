//! What a request carries. Its length is known before it is sent, since some servers refuse a body in chunks.

use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryFutureExt};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use crate::Form;
use crate::upload::PIECE_BYTES;

/// What a request carries.
#[derive(Clone, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// These bytes. Their type is said by a header of the call.
    Bytes(Bytes),
    /// A form with files. Its type is set by the client.
    Form(Form),
    /// A file of this machine, which is never in memory as a whole. Its type is said by a header of the call.
    File(FileBody),
}

/// A file to send. It must not change until it is sent.
#[derive(Clone)]
pub struct FileBody {
    path: PathBuf,
    bytes: u64,
}

impl FileBody {
    /// The file at this path, as long as it is now.
    ///
    /// # Errors
    /// When it is not there or cannot be looked at.
    pub async fn new(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let bytes = tokio::fs::metadata(&path).await?.len();
        Ok(Self { path, bytes })
    }

    /// Its length.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Opens it and reads it from the beginning.
    pub(crate) fn pieces(&self) -> BoxStream<'static, io::Result<Bytes>> {
        let bytes = self.bytes;
        let opened = tokio::fs::File::open(self.path.clone());
        opened.map_ok(move |file| ReaderStream::with_capacity(file.take(bytes), PIECE_BYTES)).try_flatten_stream().boxed()
    }
}
