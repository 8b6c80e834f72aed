//! A picture file as a slice of bytes that costs no memory of its own.

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

use crate::{Error, Limits};

/// Maps a file after checking its size, so that a 100 MiB upload does not take 100 MiB of memory on top of its pixels.
/// The caller must leave the file alone while it is being read; see [`crate::ingest`].
pub(crate) fn map(path: &Path, limits: &Limits) -> Result<Mmap, Error> {
    let file = File::open(path)?;
    limits.check_bytes(file.metadata()?.len())?;
    #[expect(
        unsafe_code,
        reason = "mapping a file is unsafe because another process may shorten it; an upload waiting to be read \
                  lies in our own data folder under a random name, and nothing writes to it any more"
    )]
    // SAFETY: as the reason says; the map is read-only and lives as long as the borrow of its bytes.
    let map = unsafe { Mmap::map(&file)? };
    Ok(map)
}
