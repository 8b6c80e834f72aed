//! GIF files as blocks (GIF89a specification). Only walked, to count frames and to see that the end is there; what
//! is kept of a GIF is its first frame as a PNG.

use std::borrow::Cow;

use image::metadata::Orientation;
use moxcms::DataColorSpace;

use super::{Colour, Container, Pieces, slice};
use crate::{Error, Format, Header, Limits};

const EXTENSION: u8 = 0x21;
const FRAME: u8 = 0x2c;
const TRAILER: u8 = 0x3b;
const APPLICATION: u8 = 0xff;

/// Walks a GIF up to its trailer.
pub(super) fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Container<'a>, Error> {
    let screen = slice(bytes, 6, 13)?;
    let side = |low: usize| u32::from(u16::from_le_bytes([screen[low], screen[low + 1]]));
    let (width, height) = (side(0), side(2));
    limits.check_size(width, height)?;
    let mut at = 13 + table_bytes(screen[4]);
    let mut frames = 0;
    let mut xmp = None;
    let mut pieces = Pieces::default();
    loop {
        pieces.count()?;
        match slice(bytes, at, at + 1)?[0] {
            TRAILER => break,
            EXTENSION => {
                let end = end_of_blocks(bytes, at + 2)?;
                if slice(bytes, at, end)?.get(1) == Some(&APPLICATION) {
                    xmp = xmp.or_else(|| xmp_of(&bytes[at + 2..end]));
                }
                at = end;
            }
            FRAME => {
                let flags = slice(bytes, at, at + 10)?[9];
                frames += 1;
                if frames > limits.max_frames {
                    return Err(Error::TooManyFrames { max: limits.max_frames });
                }
                // 1: the code size before the data blocks.
                at = end_of_blocks(bytes, at + 10 + table_bytes(flags) + 1)?;
            }
            _ => return Err(Error::corrupt("an unknown block")),
        }
    }
    if frames == 0 {
        return Err(Error::corrupt("no frame"));
    }
    if let Some(xmp) = xmp
        && xmp.len() as u64 > limits.max_metadata_bytes
    {
        return Err(Error::MetadataTooLarge { max_bytes: limits.max_metadata_bytes });
    }
    Ok(Container { header: header(width, height, frames), parts: Vec::new(), colour: Colour::Srgb, xmp: xmp.map(Cow::Borrowed) })
}

fn header(width: u32, height: u32, frames: u32) -> Header {
    Header {
        format: Format::Gif,
        width,
        height,
        frames,
        animated: frames > 1,
        orientation: Orientation::NoTransforms,
        has_alpha: true,
        bit_depth: 8,
        has_profile: false,
        has_c2pa: false,
        channels: DataColorSpace::Rgb,
        scans: 1,
        state_bytes: 0,
        kept_bytes: 0,
        // The canvas in RGBA, and the frame before it is laid onto the canvas.
        pixel_bytes: 8,
        shrinks: false,
    }
}

/// Bytes of the colour table that the flags announce.
fn table_bytes(flags: u8) -> usize {
    match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    }
}

/// Behind a chain of blocks, each preceded by its length, ended by one of length zero.
fn end_of_blocks(bytes: &[u8], mut at: usize) -> Result<usize, Error> {
    loop {
        let length = usize::from(slice(bytes, at, at + 1)?[0]);
        at += 1 + length;
        if length == 0 {
            return Ok(at);
        }
    }
}

/// XMP stands in its application block as plain text, followed by bytes that make a block reader stumble forward
/// to the end (XMP specification part 3): 1, then 255 down to 0, then 0.
fn xmp_of(block: &[u8]) -> Option<&[u8]> {
    const TRAILER_BYTES: usize = 258;
    let text = block.strip_prefix(b"\x0bXMP DataXMP")?;
    text.get(..text.len().checked_sub(TRAILER_BYTES)?)
}
