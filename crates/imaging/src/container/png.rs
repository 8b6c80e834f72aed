//! PNG files as chunks (W3C PNG, third edition): a length, a name, contents and a checksum.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use flate2::read::ZlibDecoder;
use image::metadata::Orientation;
use moxcms::DataColorSpace;

use super::{Colour, Container, Parts, Pieces, Role, orientation, slice, write_all};
use crate::{Error, Format, Header, Limits};

const XMP_KEYWORD: &[u8] = b"XML:com.adobe.xmp\0";

/// `gAMA` of sRGB, 1 / 2.2, with the rounding seen in files.
const SRGB_GAMMA: std::ops::RangeInclusive<u32> = 45_000..=46_000;

/// Bytes of the start that metadata follow: the signature and IHDR.
pub(crate) const START_BYTES: usize = 33;

/// Walks a PNG up to its IEND chunk.
pub(super) fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Container<'a>, Error> {
    let mut parts = Parts::new(bytes, limits);
    let ihdr = slice(bytes, 8, START_BYTES)?;
    if ihdr[..8] != *b"\0\0\0\x0dIHDR" {
        return Err(Error::corrupt("the first chunk is not IHDR"));
    }
    let mut walk = Walk { header: header(&ihdr[8..21], limits)?, icc: None, cicp: None, gamma: None, chroma: None, srgb: false, xmp: None };
    parts.push(Role::Start, 0, START_BYTES)?;
    let mut pieces = Pieces::default();
    let mut at = START_BYTES;
    loop {
        pieces.count()?;
        let head = slice(bytes, at, at + 8)?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        // 12: length, name and checksum. Sums of a 32-bit length cannot overflow.
        let end = at + 12 + length;
        let contents = slice(bytes, at + 8, at + 8 + length)?;
        slice(bytes, at, end)?;
        if let Some(role) = walk.chunk(&head[4..8], contents, &mut parts)? {
            parts.push(role, at, end)?;
        }
        at = end;
        if head[4..8] == *b"IEND" {
            return Ok(walk.finish(parts));
        }
    }
}

/// One uncompressed iTXt chunk with the XMP packet.
pub(super) fn write_xmp(xmp: &[u8], out: &mut impl Write) -> io::Result<()> {
    // Not compressed; no language, no translated keyword.
    let contents = [XMP_KEYWORD, b"\0\0\0\0", xmp].concat();
    write_chunk(*b"iTXt", &contents, out)
}

/// One chunk with the EXIF block.
pub(super) fn write_exif(exif: &[u8], out: &mut impl Write) -> io::Result<()> {
    write_chunk(*b"eXIf", exif, out)
}

fn write_chunk(name: [u8; 4], contents: &[u8], out: &mut impl Write) -> io::Result<()> {
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&name);
    checksum.update(contents);
    write_all(out, &[&(contents.len() as u32).to_be_bytes(), &name, contents, &checksum.finalize().to_be_bytes()])
}

struct Walk<'a> {
    header: Header,
    icc: Option<Vec<u8>>,
    cicp: Option<(u8, u8)>,
    gamma: Option<u32>,
    chroma: Option<[u32; 8]>,
    srgb: bool,
    xmp: Option<Cow<'a, [u8]>>,
}

impl<'a> Walk<'a> {
    /// Takes what a chunk says and tells its role; chunks without one are dropped.
    fn chunk(&mut self, name: &[u8], contents: &'a [u8], parts: &mut Parts<'_>) -> Result<Option<Role>, Error> {
        match name {
            b"tRNS" => {
                self.header.has_alpha = true;
                self.header.pixel_bytes = 4;
                self.header.channels = DataColorSpace::Rgb;
                return Ok(Some(Role::Picture));
            }
            b"PLTE" | b"IDAT" | b"IEND" => return Ok(Some(Role::Picture)),
            b"caBX" => {
                self.header.has_c2pa = true;
                return Ok(Some(Role::C2pa));
            }
            b"sRGB" => {
                self.srgb = true;
                return Ok(Some(Role::Picture));
            }
            b"iCCP" => self.icc = inflate_profile(contents, parts)?,
            b"cICP" => {
                if let &[primaries, transfer, ..] = contents {
                    self.cicp = Some((primaries, transfer));
                }
            }
            b"gAMA" => self.gamma = contents.first_chunk().map(|&field| u32::from_be_bytes(field)),
            b"cHRM" => self.chroma = chromaticities(contents),
            // Says that samples beyond 8 bits are HDR; meaningless once the colour space is gone.
            b"mDCV" | b"cLLI" => {}
            b"eXIf" => {
                self.header.orientation = orientation(contents);
                return Ok(None);
            }
            b"iTXt" => {
                self.text(contents, parts)?;
                return Ok(None);
            }
            b"acTL" => {
                self.animation(contents, &parts.limits)?;
                return Ok(None);
            }
            // The fifth bit of the first letter tells what a decoder may ignore.
            _ if name[0] & 0x20 != 0 => return Ok(None),
            _ => return Err(Error::corrupt("an unknown critical chunk")),
        }
        Ok(Some(Role::Colour))
    }

    fn text(&mut self, contents: &'a [u8], parts: &mut Parts<'_>) -> Result<(), Error> {
        let Some([compressed, _method, rest @ ..]) = contents.strip_prefix(XMP_KEYWORD) else {
            return Ok(());
        };
        // Language and translated keyword, each ended by a zero byte.
        let Some(text) = rest.splitn(3, |&byte| byte == 0).nth(2) else {
            return Ok(());
        };
        let xmp = if *compressed == 0 {
            parts.count_metadata(text.len() as u64)?;
            Some(Cow::Borrowed(text))
        } else {
            inflate(text, parts)?.map(Cow::Owned)
        };
        if self.xmp.is_none() {
            self.xmp = xmp;
        }
        Ok(())
    }

    fn animation(&mut self, contents: &[u8], limits: &Limits) -> Result<(), Error> {
        let frames = contents.first_chunk().map_or(1, |&field| u32::from_be_bytes(field));
        if frames > limits.max_frames {
            return Err(Error::TooManyFrames { max: limits.max_frames });
        }
        self.header.frames = frames.max(1);
        self.header.animated = true;
        Ok(())
    }

    /// The most exact statement wins, in the order of the PNG specification.
    fn finish(mut self, parts: Parts<'a>) -> Container<'a> {
        let colour = match (self.cicp, self.icc, self.gamma) {
            (Some((primaries, transfer)), _, _) => Colour::Cicp { primaries, transfer },
            (_, Some(icc), _) => Colour::Icc(Cow::Owned(icc)),
            (_, _, Some(gamma)) if !self.srgb && is_telling(gamma, self.chroma) => Colour::Gamma { gamma, chroma: self.chroma },
            _ => Colour::Srgb,
        };
        self.header.has_profile = !matches!(colour, Colour::Srgb);
        self.header.kept_bytes = parts.metadata_bytes;
        Container { header: self.header, parts: parts.list, colour, xmp: self.xmp }
    }
}

/// Whether gamma and primaries say something else than sRGB. A gamma of zero is forbidden and ignored.
fn is_telling(gamma: u32, chroma: Option<[u32; 8]>) -> bool {
    const SRGB: [u32; 8] = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];
    let other_primaries = chroma.is_some_and(|chroma| chroma.iter().zip(SRGB).any(|(&value, srgb)| value.abs_diff(srgb) > 200));
    gamma != 0 && (other_primaries || !SRGB_GAMMA.contains(&gamma))
}

fn chromaticities(contents: &[u8]) -> Option<[u32; 8]> {
    let (fields, []) = contents.as_chunks::<4>() else {
        return None;
    };
    let fields: &[[u8; 4]; 8] = fields.try_into().ok()?;
    Some(fields.map(u32::from_be_bytes))
}

fn header(ihdr: &[u8], limits: &Limits) -> Result<Header, Error> {
    let &[w3, w2, w1, w0, h3, h2, h1, h0, bit_depth, colour_type, _, _, interlace] = ihdr else {
        return Err(Error::corrupt("a short IHDR"));
    };
    let width = u32::from_be_bytes([w3, w2, w1, w0]);
    let height = u32::from_be_bytes([h3, h2, h1, h0]);
    limits.check_size(width, height)?;
    let has_alpha = matches!(colour_type, 4 | 6);
    Ok(Header {
        format: Format::Png,
        width,
        height,
        frames: 1,
        animated: false,
        orientation: Orientation::NoTransforms,
        has_alpha,
        bit_depth,
        has_profile: false,
        has_c2pa: false,
        channels: if colour_type == 0 { DataColorSpace::Gray } else { DataColorSpace::Rgb },
        scans: if interlace == 0 { 1 } else { 7 },
        state_bytes: 0,
        kept_bytes: 0,
        pixel_bytes: if has_alpha { 4 } else { 3 },
        shrinks: interlace == 0,
    })
}

fn inflate_profile(contents: &[u8], parts: &mut Parts<'_>) -> Result<Option<Vec<u8>>, Error> {
    // Name, a zero byte, the method (always 0), the compressed profile.
    let Some(end) = contents.iter().position(|&byte| byte == 0) else {
        return Ok(None);
    };
    let Some(packed) = contents.get(end + 2..) else {
        return Ok(None);
    };
    inflate(packed, parts)
}

/// Inflates metadata; damaged data are nothing, too much of them is an error. What came out before the damage counts
/// as well: the work was done, and a file may have thousands of such streams.
fn inflate(packed: &[u8], parts: &mut Parts<'_>) -> Result<Option<Vec<u8>>, Error> {
    let mut plain = Vec::new();
    let mut decoder = ZlibDecoder::new(packed);
    // One byte more than may come tells too much from just enough.
    let read = (&mut decoder).take(parts.metadata_left() + 1).read_to_end(&mut plain);
    parts.count_metadata(decoder.total_out())?;
    Ok(read.is_ok().then_some(plain))
}
