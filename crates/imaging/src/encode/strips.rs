//! Writing a picture strip by strip: what is in memory is one strip, raw and encoded.

use std::io::Write;

use image::DynamicImage;
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};
use turbojpeg::{Compressor, Image, OwnedBuf, PixelFormat, Subsamp};

use super::compressor;
use crate::Error;
use crate::container::jpeg::{DRI, EOI, RST0, take_apart};
use crate::upright::{STRIP_ROWS, Upright};

/// Samples along a side of the blocks that JPEG is made of.
const BLOCK: u32 = 8;

/// Bytes of one IDAT chunk.
const CHUNK_BYTES: usize = 64 << 10;

/// Writes a PNG.
pub(crate) fn png(upright: &Upright<'_>, out: &mut impl Write) -> Result<(), Error> {
    let (width, height) = upright.size();
    let mut encoder = Encoder::new(out, width, height);
    encoder.set_color(if upright.has_alpha() { ColorType::Rgba } else { ColorType::Rgb });
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::Adaptive);
    let mut writer = encoder.write_header().map_err(error)?;
    let mut pixels = writer.stream_writer_with_size(CHUNK_BYTES).map_err(error)?;
    for strip in upright.strips() {
        pixels.write_all(strip?.as_bytes())?;
    }
    pixels.finish().map_err(error)?;
    writer.finish().map_err(error)
}

fn error(error: EncodingError) -> Error {
    match error {
        EncodingError::IoError(io) => Error::Io(io),
        other => Error::encode(other),
    }
}

/// Writes a baseline JPEG with colours at full resolution. Each strip is encoded as a picture of its own, with the same
/// tables; behind a restart marker (T.81 E.1.4) its data are what they would be in the whole picture.
pub(crate) fn jpeg(upright: &Upright<'_>, quality: u8, out: &mut impl Write) -> Result<(), Error> {
    let (_, height) = upright.size();
    let mut compressor = compressor(quality, Subsamp::None)?;
    for (number, strip) in upright.strips().enumerate() {
        let encoded = encode(&mut compressor, &strip?)?;
        let parts = take_apart(&encoded)?;
        if let Some(last) = number.checked_sub(1) {
            out.write_all(&[0xff, RST0 + (last % 8) as u8])?;
        } else {
            out.write_all(parts.before_height)?;
            out.write_all(&u16::try_from(height).map_err(Error::encode)?.to_be_bytes())?;
            out.write_all(parts.behind_height)?;
            out.write_all(&restart_interval(upright)?)?;
            out.write_all(parts.scan_header)?;
        }
        out.write_all(parts.data)?;
    }
    Ok(out.write_all(&[0xff, EOI])?)
}

fn encode(compressor: &mut Compressor, strip: &DynamicImage) -> Result<OwnedBuf, Error> {
    let DynamicImage::ImageRgb8(rgb) = strip else {
        return Err(Error::encode("a JPEG has three colours"));
    };
    let (width, height) = (rgb.width() as usize, rgb.height() as usize);
    let image = Image { pixels: rgb.as_raw().as_slice(), width, pitch: width * 3, height, format: PixelFormat::RGB };
    compressor.compress_to_owned(image).map_err(Error::encode)
}

/// Says after how many blocks a restart marker stands: at the end of each strip. Of 64 rows of the widest picture
/// there are 16,384, of 65,535 that the field can hold.
fn restart_interval(upright: &Upright<'_>) -> Result<Vec<u8>, Error> {
    let blocks = upright.size().0.div_ceil(BLOCK) * (STRIP_ROWS / BLOCK);
    let interval = u16::try_from(blocks).map_err(Error::encode)?.to_be_bytes();
    Ok([&[0xff, DRI, 0, 4], &interval[..]].concat())
}
