//! Picture files as a sequence of parts. Walking a file finds its size, colour space and metadata without decoding
//! a pixel; writing the parts again, without those that are private, is how a picture is cleaned and keeps its
//! exact pixels. Bytes that belong to no part, a ZIP behind a JPEG for example, disappear on the way.

mod gif;
pub(crate) mod jpeg;
pub(crate) mod png;
pub(crate) mod webp;

use std::borrow::Cow;
use std::io::{self, Write};

use image::metadata::Orientation;

use crate::{Error, Format, Header, Limits, sniff};

/// Parts of one file that may alternate. Neighbours of the same role count once, so that real files have a dozen;
/// the bound keeps a hostile one from filling memory with bookkeeping.
const MAX_PARTS: usize = 4_096;

/// Segments, chunks or blocks of one file, whatever they hold. 131,072: a file of 100 MiB in pieces of less than a
/// kibibyte, which no program writes. Without the bound a hostile file has tens of millions, each of them work.
const MAX_PIECES: u32 = 1 << 17;

/// What a part of a file is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Start of the file; new metadata may follow it.
    Start,
    /// Needed to show the pixels.
    Picture,
    /// Names the colour space.
    Colour,
    /// Content credentials.
    C2pa,
}

#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub role: Role,
    pub bytes: &'a [u8],
}

/// The colour space a file names.
#[derive(Debug, Default)]
pub(crate) enum Colour<'a> {
    /// None, or sRGB by name.
    #[default]
    Srgb,
    /// An ICC profile.
    Icc(Cow<'a, [u8]>),
    /// PNG `cICP`: primaries and transfer function by ITU-T H.273 code points.
    Cicp { primaries: u8, transfer: u8 },
    /// PNG `gAMA` and `cHRM`: file gamma × 100,000 and, if given, white, red, green, blue x and y × 100,000.
    Gamma { gamma: u32, chroma: Option<[u32; 8]> },
}

/// A walked file.
#[derive(Debug)]
pub(crate) struct Container<'a> {
    pub header: Header,
    pub parts: Vec<Part<'a>>,
    pub colour: Colour<'a>,
    pub xmp: Option<Cow<'a, [u8]>>,
}

/// What [`Container::write`] puts into the file besides the picture.
pub(crate) struct Keep<'a> {
    /// The colour space parts.
    pub colour: bool,
    /// The orientation, as an EXIF block with nothing else in it.
    pub orientation: bool,
    /// An XMP packet that replaces any other.
    pub xmp: Option<&'a [u8]>,
}

/// Walks a file of any format.
pub(crate) fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Container<'a>, Error> {
    limits.check_bytes(bytes.len() as u64)?;
    let container = match sniff(bytes)? {
        Format::Jpeg => jpeg::read(bytes, limits),
        Format::Png => png::read(bytes, limits),
        Format::WebP => webp::read(bytes, limits),
        Format::Gif => gif::read(bytes, limits),
    }?;
    container.header.check_verify(bytes.len() as u64, limits)?;
    Ok(container)
}

impl<'a> Container<'a> {
    /// The content credentials, as they stand in the file, for a copy of it in the same format.
    pub fn c2pa_parts(&self) -> impl Iterator<Item = &'a [u8]> {
        self.parts.iter().filter(|part| part.role == Role::C2pa).map(|part| part.bytes)
    }

    /// Writes the file without what is not kept. Content credentials always stay.
    pub fn write(&self, keep: &Keep<'_>, out: &mut impl Write) -> Result<(), Error> {
        self.write_with(keep, &[], out)
    }

    /// The same, adding content credentials taken from another file of the same format.
    pub fn write_with(&self, keep: &Keep<'_>, c2pa: &[&[u8]], out: &mut impl Write) -> Result<(), Error> {
        match self.header.format {
            Format::WebP => webp::write(self, keep, c2pa, out),
            _ => self.write_parts(keep, c2pa, out),
        }
    }

    /// JPEG and PNG are plain sequences: metadata goes right behind the start.
    fn write_parts(&self, keep: &Keep<'_>, c2pa: &[&[u8]], out: &mut impl Write) -> Result<(), Error> {
        let start = self.parts.iter().rposition(|part| part.role == Role::Start);
        for (i, part) in self.parts.iter().enumerate() {
            if keep.wants(part.role) {
                out.write_all(part.bytes)?;
            }
            if Some(i) == start {
                self.write_metadata(keep, out)?;
                write_all(out, c2pa)?;
            }
        }
        Ok(())
    }

    fn write_metadata(&self, keep: &Keep<'_>, out: &mut impl Write) -> Result<(), Error> {
        if keep.orientation && self.header.orientation != Orientation::NoTransforms {
            let exif = exif_block(self.header.orientation);
            if self.header.format == Format::Png {
                png::write_exif(&exif, out)?;
            } else {
                jpeg::write_exif(&exif, out)?;
            }
        }
        keep.xmp.map_or(Ok(()), |xmp| write_xmp(self.header.format, xmp, out))
    }
}

/// What stands behind the start of a JPEG or PNG that is written anew: marks and content credentials.
pub(crate) fn metadata(format: Format, xmp: Option<&[u8]>, c2pa: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    if let Some(xmp) = xmp {
        write_xmp(format, xmp, &mut bytes)?;
    }
    write_all(&mut bytes, c2pa)?;
    Ok(bytes)
}

fn write_xmp(format: Format, xmp: &[u8], out: &mut impl Write) -> Result<(), Error> {
    match format {
        Format::Png => Ok(png::write_xmp(xmp, out)?),
        _ => jpeg::write_xmp(xmp, out),
    }
}

impl Keep<'_> {
    pub(crate) fn wants(&self, role: Role) -> bool {
        role != Role::Colour || self.colour
    }
}

/// Counts the pieces that a walk comes through, those that are dropped as well.
#[derive(Default)]
struct Pieces(u32);

impl Pieces {
    fn count(&mut self) -> Result<(), Error> {
        self.0 += 1;
        if self.0 > MAX_PIECES { Err(Error::corrupt("too many pieces")) } else { Ok(()) }
    }
}

/// Collects the parts of a file, joining neighbours, within the limits on their number and on metadata.
struct Parts<'a> {
    file: &'a [u8],
    limits: Limits,
    list: Vec<Part<'a>>,
    /// Where in the file the last part lies, if it is from the file.
    last: Option<(usize, usize)>,
    metadata_bytes: u64,
}

impl<'a> Parts<'a> {
    fn new(file: &'a [u8], limits: &Limits) -> Self {
        Self { file, limits: *limits, list: Vec::new(), last: None, metadata_bytes: 0 }
    }

    /// Adds the bytes from `start` to `end` of the file.
    fn push(&mut self, role: Role, start: usize, end: usize) -> Result<(), Error> {
        if matches!(role, Role::Colour | Role::C2pa) {
            self.count_metadata((end - start) as u64)?;
        }
        if let (Some((first, last_end)), Some(last)) = (self.last, self.list.last_mut())
            && last.role == role
            && last_end == start
        {
            last.bytes = slice(self.file, first, end)?;
            self.last = Some((first, end));
            return Ok(());
        }
        self.push_bytes(role, slice(self.file, start, end)?)?;
        self.last = Some((start, end));
        Ok(())
    }

    /// Adds bytes that stand in for some of the file.
    fn push_bytes(&mut self, role: Role, bytes: &'a [u8]) -> Result<(), Error> {
        if self.list.len() == MAX_PARTS {
            return Err(Error::corrupt("too many parts"));
        }
        self.list.push(Part { role, bytes });
        self.last = None;
        Ok(())
    }

    /// Bytes of metadata that may still come.
    fn metadata_left(&self) -> u64 {
        self.limits.max_metadata_bytes - self.metadata_bytes
    }

    fn count_metadata(&mut self, bytes: u64) -> Result<(), Error> {
        self.metadata_bytes += bytes;
        if self.metadata_bytes > self.limits.max_metadata_bytes {
            return Err(Error::MetadataTooLarge { max_bytes: self.limits.max_metadata_bytes });
        }
        Ok(())
    }
}

/// The bytes from `start` to `end`, or the answer that the file ends too early.
fn slice(file: &[u8], start: usize, end: usize) -> Result<&[u8], Error> {
    file.get(start..end).ok_or(Error::Truncated)
}

/// Reads the orientation out of an EXIF block, which begins with its TIFF header. A damaged block means upright,
/// as it does in every viewer.
fn orientation(exif: &[u8]) -> Orientation {
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}

/// An EXIF block that says how to turn the picture: TIFF header, one entry (tag 0x0112, one short), no next.
fn exif_block(orientation: Orientation) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    block
}

/// Writes a slice list in one go; a named step for the format writers.
fn write_all(out: &mut impl Write, pieces: &[&[u8]]) -> io::Result<()> {
    pieces.iter().try_for_each(|piece| out.write_all(piece))
}
