//! What a picture file says about itself before anything is decoded: kind, size, frames, orientation, and from
//! these the memory that working on it will take.

use image::metadata::Orientation;
use moxcms::DataColorSpace;

use crate::{Error, Format, Limits, container};

/// Memory that does not depend on the picture: encoder state, thumbnail, row buffers, colour tables.
const FIXED_BYTES: u64 = 8 << 20;

/// Pictures of fewer pixels may be decoded whole for a thumbnail: 1,536 × 1,536, above which half a side is enough.
const SMALL_PIXELS: u64 = 1_536 * 1_536;

/// A picture's facts as its container states them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The format by magic bytes.
    pub format: Format,
    /// Width in pixels as stored, before the orientation is applied.
    pub width: u32,
    /// Height in pixels as stored, before the orientation is applied.
    pub height: u32,
    /// Frames of an animation; 1 for a still picture.
    pub frames: u32,
    /// Whether the file is an animation, be it of a single frame.
    pub animated: bool,
    /// How the stored picture must be turned to be upright (EXIF; none in a GIF).
    pub orientation: Orientation,
    /// Whether pixels can be transparent.
    pub has_alpha: bool,
    /// Bits of one sample: 8, for PNG 1 to 16.
    pub bit_depth: u8,
    /// Whether the file names a colour space other than by the plain sRGB flag.
    pub has_profile: bool,
    /// Whether the file carries content credentials (C2PA).
    pub has_c2pa: bool,
    /// What a pixel is made of before conversion: grey, RGB or CMYK.
    pub(crate) channels: DataColorSpace,
    /// Passes over the picture: JPEG scans, or 7 for an interlaced PNG.
    pub(crate) scans: u32,
    /// Bytes of decoder state beyond the pixels it hands out; they grow with the picture.
    pub(crate) state_bytes: u64,
    /// Bytes of metadata that reader or decoder hold besides the file, whatever the size of the picture.
    pub(crate) kept_bytes: u64,
    /// Bytes of one decoded pixel.
    pub(crate) pixel_bytes: u64,
    /// Whether the decoder can hand out a smaller picture without holding the whole one.
    pub(crate) shrinks: bool,
}

impl Header {
    /// Width and height in pixels once upright.
    pub fn upright_size(&self) -> (u32, u32) {
        match self.orientation.to_exif() {
            5..=8 => (self.height, self.width),
            _ => (self.width, self.height),
        }
    }

    /// Bytes that decoding the whole picture takes.
    pub(crate) fn full_bytes(&self) -> u64 {
        self.state_bytes + self.pixels() * self.pixel_bytes
    }

    /// Refuses a picture whose verification takes too much memory. Of a format that shrinks while decoding only a part
    /// is ever held. The file itself is mapped, and counts while its pages are in use.
    pub(crate) fn check_verify(&self, file_bytes: u64, limits: &Limits) -> Result<(), Error> {
        self.check_memory(self.verify_bytes(), file_bytes + self.kept_bytes, limits)
    }

    /// Refuses a picture that takes too much memory once it must be encoded anew.
    pub(crate) fn check_rewrite(&self, file_bytes: u64, limits: &Limits) -> Result<(), Error> {
        self.check_memory(self.rewrite_bytes(), self.mapped_bytes(file_bytes) + self.kept_bytes, limits)
    }

    fn verify_bytes(&self) -> u64 {
        let pixels = if self.shrinks { (self.pixels() / 4).max(SMALL_PIXELS.min(self.pixels())) } else { self.pixels() };
        self.state_bytes + pixels * self.pixel_bytes
    }

    /// JPEG and PNG are written strip by strip from the decoded picture; libwebp wants it whole, in its own form.
    fn rewrite_bytes(&self) -> u64 {
        match self.format {
            Format::WebP => self.full_bytes().max(self.pixels() * (self.pixel_bytes + webp_encoder_bytes(self.has_alpha))),
            _ => self.full_bytes(),
        }
    }

    /// A PNG that is encoded anew is read, not mapped.
    fn mapped_bytes(&self, file_bytes: u64) -> u64 {
        if self.format == Format::Png { 0 } else { file_bytes }
    }

    /// `growing_bytes` is what takes the more the larger the picture is, so that the answer can say how many pixels a
    /// picture of this kind may have.
    fn check_memory(&self, growing_bytes: u64, other_bytes: u64, limits: &Limits) -> Result<(), Error> {
        let needed_bytes = growing_bytes + other_bytes;
        if needed_bytes <= limits.max_decode_bytes {
            return Ok(());
        }
        let left_bytes = limits.max_decode_bytes.saturating_sub(other_bytes);
        match self.pixels() * left_bytes / growing_bytes.max(1) {
            0 => Err(Error::TooMuchMemory { width: self.width, height: self.height, needed_bytes, max_bytes: limits.max_decode_bytes }),
            max => Err(Error::TooManyPixels { width: self.width, height: self.height, max }),
        }
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Whether the stored picture already is what a viewer should see, apart from its colour space.
    pub(crate) fn is_plain(&self) -> bool {
        self.orientation == Orientation::NoTransforms && self.format != Format::Gif && (!self.animated || self.format == Format::Png)
    }
}

/// What libwebp holds for a pixel while it encodes, measured with noise: four bytes in its own form, planes, its
/// output several times over; and for alpha, which it encodes without loss, tables to find repetitions.
fn webp_encoder_bytes(has_alpha: bool) -> u64 {
    if has_alpha { 40 } else { 10 }
}

/// Reads the header of a picture and checks it against the limits. Nothing is decoded.
///
/// # Errors
/// Every fault that shows without decoding, an incomplete file among them.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    Ok(container::read(bytes, limits)?.header)
}

/// [`inspect`] for a file, of which only the parts that are looked at are read.
///
/// # Errors
/// Those of [`inspect`], and [`Error::Io`] if the file cannot be read.
pub fn inspect_file(path: &std::path::Path, limits: &Limits) -> Result<Header, Error> {
    inspect(crate::source::Source::open(path, limits)?.bytes(), limits)
}

/// Bytes of memory that [`crate::ingest`] may take at its peak for this picture in a file of this size. Callers draw
/// that many permits from a semaphore before they start.
pub fn memory_estimate(header: &Header, file_bytes: u64) -> u64 {
    // Bytes behind a JPEG's pixels show only while it is decoded, and then it is encoded anew.
    let plain = header.is_plain() && !header.has_profile && header.format != Format::Jpeg;
    let growing_bytes = if plain { header.verify_bytes() } else { header.verify_bytes().max(header.rewrite_bytes()) };
    FIXED_BYTES + growing_bytes + header.kept_bytes + file_bytes
}
