//! PNG row by row. A thumbnail averages whole blocks of pixels while the rows come in, so that a 50-megapixel
//! picture needs the memory of a small one; only interlaced files must be held as a whole.

use std::io::{BufRead, Seek};

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use png::{ColorType, Decoder, Limits, Reader, Transformations};

use crate::average::Average;
use crate::{Error, Header};

/// Memory for one row, its predecessor and the inflater; a row of 16,384 pixels has at most 128 KiB.
const DECODER_BYTES: usize = 8 << 20;

/// Decodes to grey, RGB or RGBA of eight bits, averaged down if a `side` of the result is given.
pub(super) fn decode(source: impl BufRead + Seek, header: &Header, side: Option<u32>) -> Result<DynamicImage, Error> {
    let mut decoder = Decoder::new_with_limits(source, Limits { bytes: DECODER_BYTES });
    // Text and profile were read, within limits, when the container was walked.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(error)?;
    let (colour, _) = reader.output_color_type();
    let block = side.map_or(1, |side| Average::block(header.width, header.height, side));
    let (pixels, block) = if header.shrinks && block > 1 {
        (averaged(&mut reader, header, colour.samples(), block)?, block)
    } else {
        (whole(&mut reader)?, 1)
    };
    let (width, height) = (header.width.div_ceil(block), header.height.div_ceil(block));
    reader.finish().map_err(error)?;
    picture(pixels, width, height, colour).ok_or_else(|| Error::corrupt("too few pixels"))
}

fn whole(reader: &mut Reader<impl BufRead + Seek>) -> Result<Vec<u8>, Error> {
    let size = reader.output_buffer_size().ok_or_else(|| Error::corrupt("an impossible size"))?;
    let mut pixels = vec![0; size];
    reader.next_frame(&mut pixels).map_err(error)?;
    Ok(pixels)
}

fn averaged(reader: &mut Reader<impl BufRead + Seek>, header: &Header, samples: usize, block: u32) -> Result<Vec<u8>, Error> {
    let mut average = Average::new(header.width, samples, block);
    for _ in 0..header.height {
        let row = reader.next_row().map_err(error)?;
        average.row(row.ok_or(Error::Truncated)?.data());
    }
    Ok(average.finish())
}

fn picture(pixels: Vec<u8>, width: u32, height: u32, colour: ColorType) -> Option<DynamicImage> {
    match colour {
        ColorType::Grayscale => GrayImage::from_raw(width, height, pixels).map(Into::into),
        ColorType::Rgb => RgbImage::from_raw(width, height, pixels).map(Into::into),
        ColorType::Rgba => RgbaImage::from_raw(width, height, pixels).map(Into::into),
        ColorType::GrayscaleAlpha => {
            let grey = image::GrayAlphaImage::from_raw(width, height, pixels)?;
            Some(DynamicImage::ImageLumaA8(grey).into_rgba8().into())
        }
        // Palettes were expanded.
        ColorType::Indexed => None,
    }
}

fn error(error: png::DecodingError) -> Error {
    match error {
        png::DecodingError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => Error::Truncated,
        other => Error::corrupt(other),
    }
}
