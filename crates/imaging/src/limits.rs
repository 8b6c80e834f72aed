//! How much a picture may ask of the machine. Everything here is checked from the header, before any pixel is
//! decoded or any large buffer is allocated.

use crate::Error;

/// Upper bounds for one picture. The defaults suit a small server; operators may lower or raise them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file. 100 MiB: the largest real photos, 50-megapixel PNGs, are about that size.
    pub max_bytes: u64,
    /// Pixels (width × height). 50 million: today's phones and full-frame cameras, and at four bytes a pixel
    /// still below [`Limits::max_decode_bytes`].
    pub max_pixels: u64,
    /// Pixels of the longer side. 16,383: what WebP can hold, so that every picture can have every format.
    pub max_side: u32,
    /// Frames of an animation. 2,000: only the first is decoded, but all are walked over.
    pub max_frames: u32,
    /// Scans of a JPEG. 64: encoders write about ten; each scan costs a pass over all pixels, so that a small
    /// file with thousands of them would keep a core busy for minutes.
    pub max_scans: u32,
    /// Bytes of the metadata that is read or kept: colour profile, XMP and C2PA together. 16 MiB: the largest
    /// print profiles have about 4 MiB, content credentials with thumbnails somewhat more.
    pub max_metadata_bytes: u64,
    /// Bytes of memory that reading the picture may take, its file included, and writing it anew where that must be.
    /// 224 MiB: with the buffers around it no upload, good or bad, takes more than 256 MiB.
    pub max_decode_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 100 << 20,
            max_pixels: 50_000_000,
            max_side: 16_383,
            max_frames: 2_000,
            max_scans: 64,
            max_metadata_bytes: 16 << 20,
            max_decode_bytes: 224 << 20,
        }
    }
}

impl Limits {
    /// For files that were checked or made here before, and only change their metadata.
    pub(crate) const NONE: Self = Self {
        max_bytes: u64::MAX,
        max_pixels: u64::MAX,
        max_side: u32::MAX,
        max_frames: u32::MAX,
        max_scans: u32::MAX,
        max_metadata_bytes: 16 << 20,
        max_decode_bytes: u64::MAX,
    };

    /// Called by each container reader as soon as it has seen the size, so that an absurd header is answered
    /// with its size even when the rest of the file is missing.
    pub(crate) fn check_size(&self, width: u32, height: u32) -> Result<(), Error> {
        if width == 0 || height == 0 {
            return Err(Error::corrupt("a side of zero pixels"));
        }
        if u64::from(width) * u64::from(height) > self.max_pixels {
            return Err(Error::TooManyPixels { width, height, max: self.max_pixels });
        }
        if width.max(height) > self.max_side {
            return Err(Error::SideTooLong { width, height, max: self.max_side });
        }
        Ok(())
    }

    pub(crate) fn check_bytes(&self, size_bytes: u64) -> Result<(), Error> {
        if size_bytes == 0 {
            return Err(Error::Empty);
        }
        if size_bytes > self.max_bytes {
            return Err(Error::TooLarge { size_bytes, max_bytes: self.max_bytes });
        }
        Ok(())
    }
}
