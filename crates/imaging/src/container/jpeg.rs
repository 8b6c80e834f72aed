//! JPEG files as segments (ITU-T T.81 annex B): a marker, a length, contents; entropy-coded data follow each SOS.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write;

use image::metadata::Orientation;
use moxcms::DataColorSpace;

use super::{Colour, Container, Parts, Pieces, Role, orientation, slice, write_all};
use crate::{Error, Format, Header, Limits};

const XMP_NAME: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXIF_NAME: &[u8] = b"Exif\0\0";
const ICC_NAME: &[u8] = b"ICC_PROFILE\0";

/// A JFIF segment without the thumbnail that may hide in one: version 1.1, no density.
const PLAIN_JFIF: &[u8] = b"\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";

/// Bytes of the start of a JPEG made here that metadata follow: SOI and the JFIF segment.
pub(crate) const START_BYTES: usize = 20;

/// Largest contents of one segment: its length field has 16 bits and counts itself.
const MAX_SEGMENT: usize = 65_533;

/// What libjpeg-turbo takes besides the contents to remember an APP2 segment. It keeps a copy of each, be it a piece
/// of a colour profile or not.
const APP2_OVERHEAD: usize = 64;

/// Different JUMBF boxes of content credentials. 256: one manifest is one box, and even a long history has a dozen.
const MAX_C2PA_BOXES: usize = 256;

const TEM: u8 = 0x01;
const SOF0: u8 = 0xc0;
const SOF2: u8 = 0xc2;
const DHT: u8 = 0xc4;
const JPG: u8 = 0xc8;
const DAC: u8 = 0xcc;
pub(crate) const RST0: u8 = 0xd0;
const RST7: u8 = 0xd7;
const SOI: u8 = 0xd8;
pub(crate) const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DQT: u8 = 0xdb;
pub(crate) const DRI: u8 = 0xdd;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP11: u8 = 0xeb;
const APP14: u8 = 0xee;

/// Walks a JPEG up to its end marker.
pub(super) fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Container<'a>, Error> {
    let mut walk = Walk::new(bytes, limits);
    walk.parts.push(Role::Start, 0, 2)?;
    let mut pieces = Pieces::default();
    let mut at = 2;
    loop {
        pieces.count()?;
        let (marker, start) = next_marker(bytes, at)?;
        at = start + 2;
        match marker {
            EOI => {
                walk.parts.push(Role::Picture, start, at)?;
                return walk.finish();
            }
            SOI => return Err(Error::corrupt("a second start of image")),
            TEM | RST0..=RST7 => {}
            _ => {
                let end = at + length(bytes, at)?;
                let contents = slice(bytes, at + 2, end)?;
                at = end;
                if marker == SOS {
                    walk.scan()?;
                    at = end_of_scan(bytes, end)?;
                }
                walk.segment(marker, contents, start, at)?;
            }
        }
    }
}

/// A JPEG in one scan, as encoders write it, taken apart.
pub(crate) struct Encoded<'a> {
    /// From the start up to the height in the frame header.
    pub before_height: &'a [u8],
    /// From behind the height up to the scan header.
    pub behind_height: &'a [u8],
    /// The scan header.
    pub scan_header: &'a [u8],
    /// The entropy-coded data.
    pub data: &'a [u8],
}

/// Takes a JPEG apart that was just encoded.
pub(crate) fn take_apart(bytes: &[u8]) -> Result<Encoded<'_>, Error> {
    let (mut at, mut height_at) = (2, 0);
    loop {
        let (marker, start) = next_marker(bytes, at)?;
        let end = start + 2 + length(bytes, start + 2)?;
        match marker {
            // Behind the marker, two bytes of length and one of precision.
            SOF0 => height_at = start + 5,
            SOS => {
                return Ok(Encoded {
                    before_height: slice(bytes, 0, height_at)?,
                    behind_height: slice(bytes, height_at + 2, start)?,
                    scan_header: slice(bytes, start, end)?,
                    data: slice(bytes, end, bytes.len() - 2)?,
                });
            }
            _ => {}
        }
        at = end;
    }
}

/// One APP1 segment with the XMP packet.
pub(super) fn write_xmp(xmp: &[u8], out: &mut impl Write) -> Result<(), Error> {
    write_app1(XMP_NAME, xmp, out)
}

/// One APP1 segment with the EXIF block.
pub(super) fn write_exif(exif: &[u8], out: &mut impl Write) -> Result<(), Error> {
    write_app1(EXIF_NAME, exif, out)
}

fn write_app1(name: &[u8], data: &[u8], out: &mut impl Write) -> Result<(), Error> {
    let contents = name.len() + data.len();
    if contents > MAX_SEGMENT {
        return Err(Error::encode("metadata longer than a segment"));
    }
    let length = (contents as u16 + 2).to_be_bytes();
    Ok(write_all(out, &[&[0xff, APP1], &length, name, data])?)
}

/// What the segments seen so far have said.
struct Walk<'a> {
    parts: Parts<'a>,
    frame: Option<Frame>,
    scans: u32,
    orientation: Orientation,
    icc: Vec<(u8, u8, &'a [u8])>,
    xmp: Option<&'a [u8]>,
    app2_bytes: u64,
    c2pa_boxes: BTreeSet<[u8; 2]>,
}

struct Frame {
    width: u32,
    height: u32,
    components: u8,
    progressive: bool,
    coefficient_bytes: u64,
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8], limits: &Limits) -> Self {
        Self {
            parts: Parts::new(bytes, limits),
            frame: None,
            scans: 0,
            orientation: Orientation::NoTransforms,
            icc: Vec::new(),
            xmp: None,
            app2_bytes: 0,
            c2pa_boxes: BTreeSet::new(),
        }
    }

    fn segment(&mut self, marker: u8, contents: &'a [u8], start: usize, end: usize) -> Result<(), Error> {
        if marker == APP2 {
            self.app2_bytes += (contents.len() + APP2_OVERHEAD) as u64;
        }
        match marker {
            DHT | DQT | DRI | SOS => self.parts.push(Role::Picture, start, end),
            SOF0..=0xcf if !matches!(marker, JPG | DAC) => {
                self.frame(marker, contents)?;
                self.parts.push(Role::Picture, start, end)
            }
            APP0 if contents.starts_with(b"JFIF\0") => {
                if contents.len() == 14 && contents.ends_with(&[0, 0]) {
                    self.parts.push(Role::Start, start, end)
                } else {
                    self.parts.push_bytes(Role::Start, PLAIN_JFIF)
                }
            }
            APP1 => self.app1(contents),
            APP2 if contents.starts_with(ICC_NAME) => self.icc(contents, start, end),
            APP11 if self.belongs_to_c2pa(contents)? => self.parts.push(Role::C2pa, start, end),
            // Says whether three components are RGB or YCbCr, and four CMYK or YCCK.
            APP14 if contents.starts_with(b"Adobe") => self.parts.push(Role::Picture, start, end),
            _ => Ok(()),
        }
    }

    fn frame(&mut self, marker: u8, contents: &[u8]) -> Result<(), Error> {
        if marker > SOF2 {
            return Err(Error::UnsupportedFeature { feature: "lossless or arithmetic JPEG" });
        }
        if self.frame.is_some() {
            return Err(Error::corrupt("a second frame header"));
        }
        let &[precision, h1, h0, w1, w0, components, ref list @ ..] = contents else {
            return Err(Error::corrupt("a short frame header"));
        };
        let (width, height) = (u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into());
        self.parts.limits.check_size(width, height)?;
        if precision != 8 {
            return Err(Error::UnsupportedFeature { feature: "JPEG with more than 8 bits a sample" });
        }
        if !matches!(components, 1 | 3 | 4) || list.len() != usize::from(components) * 3 {
            return Err(Error::corrupt("an impossible number of components"));
        }
        self.frame = Some(Frame {
            width,
            height,
            components,
            progressive: marker == SOF2,
            coefficient_bytes: coefficient_bytes(width, height, list)?,
        });
        Ok(())
    }

    fn scan(&mut self) -> Result<(), Error> {
        self.scans += 1;
        if self.scans > self.parts.limits.max_scans {
            return Err(Error::TooManyScans { max: self.parts.limits.max_scans });
        }
        Ok(())
    }

    fn app1(&mut self, contents: &'a [u8]) -> Result<(), Error> {
        if let Some(exif) = contents.strip_prefix(EXIF_NAME) {
            if self.orientation == Orientation::NoTransforms {
                self.orientation = orientation(exif);
            }
        } else if let Some(xmp) = contents.strip_prefix(XMP_NAME) {
            self.parts.count_metadata(xmp.len() as u64)?;
            self.xmp.get_or_insert(xmp);
        }
        Ok(())
    }

    fn icc(&mut self, contents: &'a [u8], start: usize, end: usize) -> Result<(), Error> {
        if let Some(&[number, count, ref data @ ..]) = contents.get(ICC_NAME.len()..) {
            self.icc.push((number, count, data));
        }
        self.parts.push(Role::Colour, start, end)
    }

    /// C2PA lies in JUMBF boxes (ISO 19566-5): "JP", the box's number, the packet's number, then the box, whose
    /// description names `c2pa`. Only the first packet of a box shows the name.
    fn belongs_to_c2pa(&mut self, contents: &[u8]) -> Result<bool, Error> {
        let &[b'J', b'P', n1, n0, _, _, _, packet, ref rest @ ..] = contents else {
            return Ok(false);
        };
        let head = &rest[..rest.len().min(64)];
        if packet == 1 && head.windows(4).any(|word| word == b"c2pa") {
            self.c2pa_boxes.insert([n1, n0]);
            if self.c2pa_boxes.len() > MAX_C2PA_BOXES {
                return Err(Error::corrupt("too many C2PA boxes"));
            }
        }
        Ok(self.c2pa_boxes.contains(&[n1, n0]))
    }

    fn finish(self) -> Result<Container<'a>, Error> {
        let Some(frame) = self.frame else {
            return Err(Error::corrupt("no frame header"));
        };
        if self.scans == 0 {
            return Err(Error::corrupt("no picture data"));
        }
        let colour = join_icc(self.icc).map_or(Colour::Srgb, Colour::Icc);
        // A baseline picture in one scan is decoded row by row, all others through a buffer of coefficients.
        let buffered = frame.progressive || self.scans > 1;
        let header = Header {
            format: Format::Jpeg,
            width: frame.width,
            height: frame.height,
            frames: 1,
            animated: false,
            orientation: self.orientation,
            has_alpha: false,
            bit_depth: 8,
            // CMYK without a profile still has to be turned into sRGB.
            has_profile: !matches!(colour, Colour::Srgb) || frame.components == 4,
            has_c2pa: !self.c2pa_boxes.is_empty(),
            channels: match frame.components {
                1 => DataColorSpace::Gray,
                3 => DataColorSpace::Rgb,
                _ => DataColorSpace::Cmyk,
            },
            scans: self.scans,
            state_bytes: if buffered { frame.coefficient_bytes } else { 0 },
            kept_bytes: self.parts.metadata_bytes + self.app2_bytes,
            pixel_bytes: u64::from(frame.components.min(4)),
            shrinks: true,
        };
        Ok(Container { header, parts: self.parts.list, colour, xmp: self.xmp.map(Cow::Borrowed) })
    }
}

/// Two bytes for each coefficient, in whole blocks of 8 × 8 per component.
fn coefficient_bytes(width: u32, height: u32, components: &[u8]) -> Result<u64, Error> {
    let factors: Vec<(u64, u64)> =
        components.chunks_exact(3).map(|component| (u64::from(component[1] >> 4), u64::from(component[1] & 15))).collect();
    if factors.iter().any(|&(h, v)| !(1..=4).contains(&h) || !(1..=4).contains(&v)) {
        return Err(Error::corrupt("an impossible sampling factor"));
    }
    let h_max = factors.iter().map(|factor| factor.0).max().unwrap_or(1);
    let v_max = factors.iter().map(|factor| factor.1).max().unwrap_or(1);
    let units = u64::from(width).div_ceil(8 * h_max) * u64::from(height).div_ceil(8 * v_max);
    Ok(factors.iter().map(|(h, v)| units * h * v * 128).sum())
}

/// The profile's pieces in order; none if one is missing, as libjpeg has it.
fn join_icc(mut pieces: Vec<(u8, u8, &[u8])>) -> Option<Cow<'_, [u8]>> {
    pieces.sort_by_key(|piece| piece.0);
    let complete =
        pieces.iter().enumerate().all(|(i, &(number, count, _))| usize::from(number) == i + 1 && usize::from(count) == pieces.len());
    match pieces.as_slice() {
        [] => None,
        _ if !complete => None,
        [(_, _, only)] => Some(Cow::Borrowed(only)),
        _ => Some(Cow::Owned(pieces.iter().flat_map(|piece| piece.2).copied().collect())),
    }
}

/// The marker that must stand at `at`, and where it starts: any number of fill bytes may come before it.
fn next_marker(bytes: &[u8], at: usize) -> Result<(u8, usize), Error> {
    let rest = bytes.get(at..).ok_or(Error::Truncated)?;
    match rest.iter().position(|&byte| byte != 0xff) {
        None => Err(Error::Truncated),
        Some(fill @ 1..) if rest[fill] != 0 => Ok((rest[fill], at + fill - 1)),
        Some(_) => Err(Error::corrupt("stray bytes between segments")),
    }
}

/// A segment's length field, which counts itself.
fn length(bytes: &[u8], at: usize) -> Result<usize, Error> {
    let field = slice(bytes, at, at + 2)?;
    let length = usize::from(u16::from_be_bytes([field[0], field[1]]));
    if length < 2 {
        return Err(Error::corrupt("a segment without its length"));
    }
    Ok(length)
}

/// Where entropy-coded data end: at the first marker that is neither a stuffed zero nor a restart.
fn end_of_scan(bytes: &[u8], at: usize) -> Result<usize, Error> {
    let rest = bytes.get(at..).ok_or(Error::Truncated)?;
    memchr::memchr_iter(0xff, rest)
        .find(|offset| !matches!(rest.get(offset + 1), None | Some(0 | 0xff | RST0..=RST7)))
        .map(|offset| at + offset)
        .ok_or(Error::Truncated)
}
