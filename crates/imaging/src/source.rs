//! A picture file as a slice of bytes that costs no memory of its own.

use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::path::Path;

use memmap2::{Mmap, UncheckedAdvice};

use crate::{Error, Limits};

/// Bytes that are read at once where a file is not mapped.
const READ_BYTES: usize = 64 << 10;

/// An opened picture file. Nothing may write to it meanwhile; see [`crate::ingest`].
pub(crate) struct Source {
    file: File,
    map: Mmap,
}

impl Source {
    /// Opens and maps a file after checking its size, so that a 100 MiB upload does not take 100 MiB of memory on top
    /// of its pixels.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self, Error> {
        let file = File::open(path)?;
        limits.check_bytes(file.metadata()?.len())?;
        #[expect(
            unsafe_code,
            reason = "mapping a file is unsafe because another process may shorten it; an upload waiting to be read \
                      lies in our own data folder under a random name, and nothing writes to it any more"
        )]
        // SAFETY: as the reason says; the map is read-only and lives as long as the borrow of its bytes.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self { file, map })
    }

    /// The whole file. Pages that were looked at count as memory in use.
    pub fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// The file from its beginning, for a decoder that needs the room which mapped pages would take. Those that were
    /// looked at so far are given back.
    pub fn reader(&self) -> io::Result<BufReader<&File>> {
        #[expect(unsafe_code, reason = "giving pages back would lose what was written to them; nothing can write to these")]
        // SAFETY: the map is shared and read-only; whoever looks at it again gets the pages from the file.
        unsafe {
            self.map.unchecked_advise(UncheckedAdvice::DontNeed)?;
        }
        let mut file = &self.file;
        file.rewind()?;
        Ok(BufReader::with_capacity(READ_BYTES, file))
    }
}
