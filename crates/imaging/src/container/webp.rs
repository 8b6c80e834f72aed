//! WebP files as RIFF chunks (RFC 9649). Unlike JPEG and PNG the container counts its own bytes and lists in `VP8X`
//! what it holds, so that cleaning writes both anew.

use std::borrow::Cow;
use std::io::Write;

use image::metadata::Orientation;
use moxcms::DataColorSpace;

use super::{Colour, Container, Keep, Part, Parts, Pieces, Role, exif_block, orientation, slice, write_all};
use crate::{Error, Format, Header, Limits};

const FLAG_ICC: u8 = 0x20;
const FLAG_ALPHA: u8 = 0x10;
const FLAG_EXIF: u8 = 0x08;
const FLAG_XMP: u8 = 0x04;
const FLAG_ANIMATION: u8 = 0x02;

/// The largest side of the format: 14 bits.
pub(crate) const MAX_SIDE: u32 = 16_383;

/// Walks a WebP to the end that its RIFF header states.
pub(super) fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Container<'a>, Error> {
    let riff_end = 8 + u32_at(bytes, 4)? as usize;
    slice(bytes, 0, riff_end)?;
    let mut walk = Walk {
        parts: Parts::new(bytes, limits),
        canvas: None,
        bitstream: None,
        flags: 0,
        frames: 0,
        orientation: Orientation::NoTransforms,
        icc: None,
        xmp: None,
        c2pa: false,
        alpha_chunk: false,
    };
    let mut pieces = Pieces::default();
    let mut at = 12;
    while at < riff_end {
        pieces.count()?;
        let name = slice(bytes, at, at + 4)?;
        let length = u32_at(bytes, at + 4)? as usize;
        let contents = slice(bytes, at + 8, at + 8 + length)?;
        if at + 8 + length > riff_end {
            return Err(Error::corrupt("a chunk longer than the file"));
        }
        // A chunk of odd length is followed by one byte of padding, which the last one may lack.
        let end = (at + 8 + length + length % 2).min(riff_end);
        if let Some(role) = walk.chunk(name, contents)? {
            walk.parts.push(role, at, end)?;
        }
        at = end;
    }
    walk.finish()
}

/// Writes header, colour profile, picture, XMP and content credentials, in the order the format wants.
pub(super) fn write(container: &Container<'_>, keep: &Keep<'_>, c2pa: &[&[u8]], out: &mut impl Write) -> Result<(), Error> {
    let of = |role: Role| container.parts.iter().filter(move |part| part.role == role);
    let colour: Vec<&Part<'_>> = of(Role::Colour).filter(|_| keep.colour).collect();
    let xmp = keep.xmp.map(|xmp| chunk(*b"XMP ", xmp)).transpose()?;
    let exif = (keep.orientation && container.header.orientation != Orientation::NoTransforms)
        .then(|| chunk(*b"EXIF", &exif_block(container.header.orientation)))
        .transpose()?;
    let mut body: Vec<&[u8]> = Vec::new();
    body.extend(colour.iter().map(|part| part.bytes));
    body.extend(of(Role::Picture).map(|part| part.bytes));
    body.extend(exif.as_deref());
    body.extend(xmp.as_deref());
    body.extend(of(Role::C2pa).map(|part| part.bytes));
    body.extend(c2pa);
    let flags = flag(!colour.is_empty(), FLAG_ICC)
        | flag(container.header.has_alpha, FLAG_ALPHA)
        | flag(exif.is_some(), FLAG_EXIF)
        | flag(xmp.is_some(), FLAG_XMP)
        | flag(container.header.animated, FLAG_ANIMATION);
    let vp8x = vp8x(flags, container.header.width, container.header.height);
    if flags != 0 || container.header.has_c2pa || !c2pa.is_empty() {
        body.insert(0, &vp8x);
    }
    let padding = |piece: &&[u8]| piece.len() % 2;
    let total: usize = 4 + body.iter().map(|piece| piece.len() + padding(piece)).sum::<usize>();
    let total = u32::try_from(total).map_err(Error::encode)?;
    write_all(out, &[b"RIFF", &total.to_le_bytes(), b"WEBP"])?;
    for piece in &body {
        out.write_all(piece)?;
        out.write_all(&[0][..padding(piece)])?;
    }
    Ok(())
}

fn flag(set: bool, flag: u8) -> u8 {
    if set { flag } else { 0 }
}

fn vp8x(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"VP8X\x0a\0\0\0".to_vec();
    bytes.extend([flags, 0, 0, 0]);
    bytes.extend(&(width - 1).to_le_bytes()[..3]);
    bytes.extend(&(height - 1).to_le_bytes()[..3]);
    bytes
}

fn chunk(name: [u8; 4], contents: &[u8]) -> Result<Vec<u8>, Error> {
    let length = u32::try_from(contents.len()).map_err(Error::encode)?;
    Ok([&name[..], &length.to_le_bytes(), contents].concat())
}

struct Walk<'a> {
    parts: Parts<'a>,
    canvas: Option<(u32, u32)>,
    bitstream: Option<Bitstream>,
    flags: u8,
    frames: u32,
    orientation: Orientation,
    icc: Option<&'a [u8]>,
    xmp: Option<&'a [u8]>,
    c2pa: bool,
    alpha_chunk: bool,
}

#[derive(Clone, Copy)]
struct Bitstream {
    width: u32,
    height: u32,
    lossless: bool,
    has_alpha: bool,
}

impl<'a> Walk<'a> {
    fn chunk(&mut self, name: &[u8], contents: &'a [u8]) -> Result<Option<Role>, Error> {
        match name {
            b"VP8X" => {
                self.canvas(contents)?;
                return Ok(None);
            }
            b"VP8 " | b"VP8L" if self.frames == 0 => self.bitstream(name, contents)?,
            b"ALPH" => self.alpha_chunk = true,
            b"ANIM" => {}
            b"ANMF" => self.frame(contents)?,
            b"ICCP" => {
                self.icc.get_or_insert(contents);
                return Ok(Some(Role::Colour));
            }
            b"EXIF" => {
                // Some writers repeat the JPEG prefix in front of the TIFF header.
                self.orientation = orientation(contents.strip_prefix(b"Exif\0\0").unwrap_or(contents));
                return Ok(None);
            }
            b"XMP " => {
                self.parts.count_metadata(contents.len() as u64)?;
                self.xmp.get_or_insert(contents);
                return Ok(None);
            }
            b"C2PA" => {
                self.c2pa = true;
                return Ok(Some(Role::C2pa));
            }
            _ => return Ok(None),
        }
        Ok(Some(Role::Picture))
    }

    fn canvas(&mut self, contents: &[u8]) -> Result<(), Error> {
        let &[flags, _, _, _, w0, w1, w2, h0, h1, h2] = contents else {
            return Err(Error::corrupt("an odd VP8X chunk"));
        };
        if self.canvas.is_some() {
            return Err(Error::corrupt("a second VP8X chunk"));
        }
        let width = u32::from_le_bytes([w0, w1, w2, 0]) + 1;
        let height = u32::from_le_bytes([h0, h1, h2, 0]) + 1;
        self.parts.limits.check_size(width, height)?;
        self.flags = flags;
        self.canvas = Some((width, height));
        Ok(())
    }

    fn bitstream(&mut self, name: &[u8], contents: &[u8]) -> Result<(), Error> {
        if self.bitstream.is_some() {
            return Err(Error::corrupt("a second picture"));
        }
        let bitstream = bitstream(name, contents)?;
        self.parts.limits.check_size(bitstream.width, bitstream.height)?;
        if self.canvas.is_some_and(|canvas| canvas != (bitstream.width, bitstream.height)) {
            return Err(Error::corrupt("canvas and picture differ in size"));
        }
        self.bitstream = Some(bitstream);
        Ok(())
    }

    /// A frame repeats its size in the bitstream inside; the first one, which is decoded, must agree with itself
    /// and fit the canvas.
    fn frame(&mut self, contents: &[u8]) -> Result<(), Error> {
        self.frames += 1;
        if self.frames > self.parts.limits.max_frames {
            return Err(Error::TooManyFrames { max: self.parts.limits.max_frames });
        }
        if self.frames > 1 {
            return Ok(());
        }
        let mut at = 16;
        let mut name = slice(contents, at, at + 4)?;
        let mut length = u32_at(contents, at + 4)? as usize;
        if name == b"ALPH" {
            self.alpha_chunk = true;
            at += 8 + length + length % 2;
            name = slice(contents, at, at + 4)?;
            length = u32_at(contents, at + 4)? as usize;
        }
        let inner = bitstream(name, slice(contents, at + 8, at + 8 + length)?)?;
        let side = |low: usize| u32::from_le_bytes([contents[low], contents[low + 1], contents[low + 2], 0]) + 1;
        let fits = self.canvas.is_some_and(|(width, height)| inner.width <= width && inner.height <= height);
        if (side(6), side(9)) != (inner.width, inner.height) || !fits {
            return Err(Error::corrupt("frame and picture differ in size"));
        }
        self.bitstream = Some(inner);
        Ok(())
    }

    fn finish(self) -> Result<Container<'a>, Error> {
        let Some(bitstream) = self.bitstream else {
            return Err(Error::corrupt("no picture"));
        };
        let animated = self.frames > 0;
        if animated != (self.flags & FLAG_ANIMATION != 0) {
            return Err(Error::corrupt("frames where none were announced, or none where some were"));
        }
        let (width, height) = self.canvas.unwrap_or((bitstream.width, bitstream.height));
        let has_alpha = match self.canvas {
            Some(_) => self.flags & FLAG_ALPHA != 0,
            None => bitstream.has_alpha,
        };
        let header = Header {
            format: Format::WebP,
            width,
            height,
            frames: self.frames.max(1),
            animated,
            orientation: self.orientation,
            has_alpha,
            bit_depth: 8,
            has_profile: self.icc.is_some(),
            has_c2pa: self.c2pa,
            channels: DataColorSpace::Rgb,
            scans: 1,
            state_bytes: state_bytes(bitstream, has_alpha, self.alpha_chunk, animated),
            kept_bytes: self.parts.metadata_bytes,
            pixel_bytes: if has_alpha { 4 } else { 3 },
            shrinks: false,
        };
        Ok(Container {
            header,
            parts: self.parts.list,
            colour: self.icc.map_or(Colour::Srgb, |icc| Colour::Icc(Cow::Borrowed(icc))),
            xmp: self.xmp.map(Cow::Borrowed),
        })
    }
}

/// What the decoder holds besides its output: the planes of a lossy picture (a byte and a half a pixel), a lossless
/// one without alpha in RGBA first, an alpha plane likewise, a frame before it is laid onto the canvas.
fn state_bytes(bitstream: Bitstream, has_alpha: bool, alpha_chunk: bool, animated: bool) -> u64 {
    let pixels = u64::from(bitstream.width) * u64::from(bitstream.height);
    let planes = match (bitstream.lossless, has_alpha) {
        (false, _) => pixels * 3 / 2,
        (true, false) => pixels * 4,
        (true, true) => 0,
    };
    let alpha = if alpha_chunk { pixels * 5 } else { 0 };
    planes + alpha + if animated { pixels * 4 } else { 0 }
}

fn bitstream(name: &[u8], contents: &[u8]) -> Result<Bitstream, Error> {
    match (name, contents) {
        // Frame tag, start code, then 14 bits for each side and 2 for a scale that nobody uses.
        (b"VP8 ", &[_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..]) => Ok(Bitstream {
            width: u32::from(u16::from_le_bytes([w0, w1]) & 0x3fff),
            height: u32::from(u16::from_le_bytes([h0, h1]) & 0x3fff),
            lossless: false,
            has_alpha: false,
        }),
        (b"VP8L", &[0x2f, b0, b1, b2, b3, ..]) => {
            let bits = u32::from_le_bytes([b0, b1, b2, b3]);
            Ok(Bitstream { width: (bits & 0x3fff) + 1, height: (bits >> 14 & 0x3fff) + 1, lossless: true, has_alpha: bits >> 28 & 1 == 1 })
        }
        _ => Err(Error::corrupt("an unreadable bitstream header")),
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, Error> {
    slice(bytes, at, at + 4)?.first_chunk().map(|&field| u32::from_le_bytes(field)).ok_or(Error::Truncated)
}
