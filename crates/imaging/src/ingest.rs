//! An upload becomes a stored picture: verified, cleaned of everything private, upright and in sRGB, with its
//! thumbnail and placeholder. The file's own bytes are kept wherever they already are such a picture, because each
//! encoding of a JPEG costs some of it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use image::DynamicImage;
use moxcms::DataColorSpace;
use sha2::{Digest, Sha256};

use crate::colour::Profile;
use crate::container::{self, Container, Keep};
use crate::decode;
use crate::marks::{self, Marks};
use crate::source::Source;
use crate::thumbnail::{self, fit};
use crate::{Error, Format, Limits, rewrite};

/// Longer side of the thumbnail in pixels.
pub const THUMBNAIL_SIDE: u32 = 512;

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
    /// Marks in the written file: those of the source, or those that were given.
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
    take_in(source, clean, limits, None)
}

/// The same for what was just made: the clean form says so with these marks, in place of any it came with. With content
/// credentials it is left as it is: they say more, and would not hold any longer.
///
/// # Errors
/// As [`ingest`], and [`Error::Encode`] for a field that is too long.
pub fn ingest_made(source: &Path, clean: &Path, limits: &Limits, marks: &Marks) -> Result<Ingested, Error> {
    take_in(source, clean, limits, Some(marks))
}

fn take_in(source: &Path, clean: &Path, limits: &Limits, made: Option<&Marks>) -> Result<Ingested, Error> {
    let source = Source::open(source, limits)?;
    let container = container::read(source.bytes(), limits)?;
    let header = &container.header;
    let made = made.filter(|_| !header.has_c2pa);
    let marks = made.map_or_else(|| marks::of(&container), |made| Ok(Some(made.clone())))?;
    let xmp = marks.as_ref().map(marks::packet).transpose()?;
    let seen = Seen::look(&source, &container, limits)?;
    let thumbnail = thumbnail::thumbnail(&seen.small, THUMBNAIL_SIDE)?;
    let thumbhash = thumbnail::placeholder(&seen.small)?;
    let rewritten = seen.stored.is_some();
    let written = write(clean, |out| seen.write(&container, xmp.as_deref(), out)).inspect_err(|_| {
        // Best effort: the error at hand is the one to report, and a sweeper finds what is left.
        drop(fs::remove_file(clean));
    })?;
    let (width, height) = header.upright_size();
    Ok(Ingested {
        format: if header.format == Format::Gif { Format::Png } else { header.format },
        width,
        height,
        size_bytes: written.bytes,
        sha256: written.hash.finalize().into(),
        thumbnail,
        thumbhash,
        marks,
        has_c2pa: header.has_c2pa,
        rewritten,
    })
}

/// A verified picture, before anything is written.
struct Seen {
    /// Upright and in sRGB, for thumbnail and placeholder.
    small: DynamicImage,
    /// The whole picture as it was decoded, where the source's own encoding cannot be kept.
    stored: Option<DynamicImage>,
    profile: Option<Profile>,
}

impl Seen {
    fn look(source: &Source, container: &Container<'_>, limits: &Limits) -> Result<Self, Error> {
        let header = &container.header;
        let profile = Profile::of(&container.colour, header.channels);
        if header.is_plain() && profile.is_none() && header.channels != DataColorSpace::Cmyk {
            let decoded = decode::upright_srgb(source.bytes(), container, None, Some(THUMBNAIL_SIDE))?;
            if !decoded.stray_bytes {
                return Ok(Self { small: decoded.image, stored: None, profile });
            }
        }
        header.check_rewrite(source.bytes().len() as u64, limits)?;
        let stored = decode::stored(source, header, profile.as_ref())?;
        // Shrunk before it is turned, in its own colours: the few pixels that are left cost little.
        let small = decode::finish(fit(&stored, THUMBNAIL_SIDE)?.into_owned(), header, profile.as_ref())?;
        Ok(Self { small, stored: Some(stored), profile })
    }

    fn write(self, source: &Container<'_>, xmp: Option<&[u8]>, out: &mut impl Write) -> Result<(), Error> {
        if let Some(stored) = self.stored {
            return rewrite::write(stored, source, self.profile.as_ref(), xmp, out);
        }
        // A profile that means sRGB is left out, except where content credentials cover it.
        source.write(&Keep { colour: source.header.has_c2pa, orientation: false, xmp }, out)
    }
}

/// Counts and hashes what passes on its way into the file.
pub(crate) struct Written<W> {
    out: W,
    pub hash: Sha256,
    pub bytes: u64,
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

/// Writes a file, counted and hashed.
pub(crate) fn write(
    path: &Path,
    fill: impl FnOnce(&mut Written<BufWriter<File>>) -> Result<(), Error>,
) -> Result<Written<BufWriter<File>>, Error> {
    let mut written = Written { out: BufWriter::new(File::create(path)?), hash: Sha256::new(), bytes: 0 };
    fill(&mut written)?;
    written.flush()?;
    Ok(written)
}
