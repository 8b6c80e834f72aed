//! An upload becomes a stored picture: verified, cleaned of everything private, upright and in sRGB, with its
//! thumbnail and placeholder. The file's own bytes are kept wherever they already are such a picture, because each
//! encoding of a JPEG costs some of it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use image::DynamicImage;
use sha2::{Digest, Sha256};

use crate::colour::Profile;
use crate::container::{self, Container, Keep};
use crate::decode::upright_srgb;
use crate::marks::{self, Marks};
use crate::{Error, Format, Limits, encode, placeholder, source, thumbnail};

/// Longer side of the thumbnail in pixels.
pub const THUMBNAIL_SIDE: u32 = 512;

/// JPEG and WebP quality of a picture that must be encoded anew: no loss that is seen beside the original.
const QUALITY: u8 = 92;

/// A stored picture. All figures are those of the written file.
#[derive(Clone, Debug)]
pub struct Ingested {
    /// Format of the written file; a GIF has become a PNG.
    pub format: Format,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Bytes of the written file.
    pub size_bytes: u64,
    /// SHA-256 of the written file, taken while writing it.
    pub sha256: [u8; 32],
    /// A WebP whose longer side has at most [`THUMBNAIL_SIDE`] pixels.
    pub thumbnail: Vec<u8>,
    /// The `ThumbHash`, at most 25 bytes.
    pub thumbhash: Vec<u8>,
    /// Marks found in the source and kept in the written file.
    pub marks: Option<Marks>,
    /// Whether the source has content credentials. They are kept, but hold only if [`Ingested::rewritten`] is false.
    pub has_c2pa: bool,
    /// Whether the pixels were encoded anew, because the source was turned, in another colour space, or a GIF.
    pub rewritten: bool,
}

/// Reads the picture at `source` and writes its clean form to `clean`, which is removed again if anything fails.
/// Nothing may write to `source` meanwhile. The caller makes the result durable: this function does not sync.
///
/// # Errors
/// Every fault of the picture; [`Error::Io`] if a file cannot be read or written.
pub fn ingest(source: &Path, clean: &Path, limits: &Limits) -> Result<Ingested, Error> {
    let file = source::map(source, limits)?;
    let container = container::read(&file, limits)?;
    let marks = marks::of(&container)?;
    let prepared = prepare(&file, &container, marks.as_ref(), limits)?;
    let thumbnail = thumbnail(&prepared.small, THUMBNAIL_SIDE)?;
    let thumbhash = placeholder(&prepared.small)?;
    let written = write(clean, |out| prepared.write(&container, out)).inspect_err(|_| {
        // Best effort: the error at hand is the one to report, and a sweeper finds what is left.
        drop(fs::remove_file(clean));
    })?;
    Ok(Ingested {
        format: prepared.format,
        width: prepared.width,
        height: prepared.height,
        size_bytes: written.bytes,
        sha256: written.hash.finalize().into(),
        thumbnail,
        thumbhash,
        marks,
        has_c2pa: container.header.has_c2pa,
        rewritten: prepared.pixels.is_some(),
    })
}

/// A verified picture, before anything is written.
struct Prepared {
    format: Format,
    width: u32,
    height: u32,
    small: DynamicImage,
    /// The new encoding, where the source's own cannot be kept.
    pixels: Option<Vec<u8>>,
    xmp: Option<Vec<u8>>,
}

fn prepare(bytes: &[u8], container: &Container<'_>, marks: Option<&Marks>, limits: &Limits) -> Result<Prepared, Error> {
    let header = &container.header;
    let profile = Profile::of(&container.colour, header.channels);
    let is_cmyk = header.channels == moxcms::DataColorSpace::Cmyk;
    let mut as_it_is = header.is_plain() && profile.is_none() && !is_cmyk;
    let mut small = None;
    // A picture that will be encoded anew is decoded whole at once, unless that would take more memory than an
    // unverified file may: then the cheap way goes first.
    if as_it_is || header.full_bytes() + bytes.len() as u64 > limits.max_decode_bytes {
        let decoded = upright_srgb(bytes, container, profile.as_ref(), Some(THUMBNAIL_SIDE))?;
        as_it_is &= !decoded.stray_bytes;
        small = Some(decoded.image);
    }
    let format = match header.format {
        Format::Gif => Format::Png,
        other => other,
    };
    let pixels = if as_it_is {
        None
    } else {
        let whole = upright_srgb(bytes, container, profile.as_ref(), None)?.image;
        if small.is_none() {
            small = Some(crate::thumbnail::fit(&whole, THUMBNAIL_SIDE)?.into_owned());
        }
        Some(encode(&whole, format, QUALITY)?)
    };
    let (width, height) = header.upright_size();
    Ok(Prepared {
        format,
        width,
        height,
        small: small.ok_or_else(|| Error::corrupt("no pixels"))?,
        pixels,
        xmp: marks.map(marks::packet).transpose()?,
    })
}

impl Prepared {
    fn write(&self, source: &Container<'_>, out: &mut impl Write) -> Result<(), Error> {
        let keep = Keep {
            // A profile that means sRGB is left out, except where content credentials cover it.
            colour: self.pixels.is_none() && source.header.has_c2pa,
            orientation: false,
            xmp: self.xmp.as_deref(),
        };
        let Some(pixels) = &self.pixels else {
            return source.write(&keep, out);
        };
        let c2pa: Vec<&[u8]> = source.c2pa_parts().collect();
        container::read(pixels, &Limits::NONE)?.write_with(&keep, &c2pa, out)
    }
}

/// Counts and hashes what passes on its way into the file.
struct Written<W> {
    out: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Written<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(data)?;
        self.hash.update(&data[..taken]);
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn write(path: &Path, fill: impl FnOnce(&mut Written<BufWriter<File>>) -> Result<(), Error>) -> Result<Written<BufWriter<File>>, Error> {
    let mut written = Written { out: BufWriter::new(File::create(path)?), hash: Sha256::new(), bytes: 0 };
    fill(&mut written)?;
    written.flush()?;
    Ok(written)
}
