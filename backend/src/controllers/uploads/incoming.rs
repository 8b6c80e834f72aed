//! A picture on its way into a temporary file, piece by piece.

use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

use crate::app::App;
use crate::error::Failure;
use crate::services::uploads::disk;

/// What has arrived so far. Dropped, it leaves no file.
pub(super) struct Incoming {
    file: NamedTempFile,
    target: tokio::fs::File,
    /// Bytes that have arrived.
    pub(super) size_bytes: u64,
}

impl Incoming {
    pub(super) fn new(app: &App) -> Result<Self, Failure> {
        let file = NamedTempFile::new_in(app.temporary_folder()).map_err(|error| disk(&error))?;
        let target = tokio::fs::File::from_std(file.reopen().map_err(|error| disk(&error))?);
        Ok(Self { file, target, size_bytes: 0 })
    }

    /// Counts a piece, lets the count be judged, and writes it.
    pub(super) async fn take(&mut self, piece: &[u8], check: impl FnOnce(u64) -> Result<(), Failure>) -> Result<(), Failure> {
        self.size_bytes += piece.len() as u64;
        check(self.size_bytes)?;
        self.target.write_all(piece).await.map_err(|error| disk(&error))
    }

    /// The file with all that arrived.
    pub(super) async fn finish(mut self) -> Result<NamedTempFile, Failure> {
        self.target.flush().await.map_err(|error| disk(&error))?;
        Ok(self.file)
    }
}
