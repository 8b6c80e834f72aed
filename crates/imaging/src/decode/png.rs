//! PNG row by row. A thumbnail averages whole blocks of pixels while the rows come in, so that a 50-megapixel
//! picture needs the memory of a small one; only interlaced files must be held as a whole.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use png::{ColorType, Decoder, Limits, Reader, Transformations};

use crate::{Error, Header};

/// Memory for one row, its predecessor and the inflater; a row of 16,384 pixels has at most 128 KiB.
const DECODER_BYTES: usize = 8 << 20;

/// Decodes to grey, RGB or RGBA of eight bits, averaged down if a `side` of the result is given.
pub(super) fn decode(bytes: &[u8], header: &Header, side: Option<u32>) -> Result<DynamicImage, Error> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: DECODER_BYTES });
    // Text and profile were read, within limits, when the container was walked.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(error)?;
    let (colour, _) = reader.output_color_type();
    let block = side.map_or(1, |side| block(header, side));
    let (pixels, width, height) = if header.shrinks && block > 1 {
        averaged_rows(&mut reader, header, colour.samples(), block)?
    } else {
        (whole(&mut reader)?, header.width, header.height)
    };
    reader.finish().map_err(error)?;
    picture(pixels, width, height, colour).ok_or_else(|| Error::corrupt("too few pixels"))
}

/// The side of the squares to average: half of what the thumbnail could bear, for the better filter comes after.
fn block(header: &Header, side: u32) -> u32 {
    (header.width.max(header.height) / side.max(1) / 2).max(1)
}

fn whole(reader: &mut Reader<Cursor<&[u8]>>) -> Result<Vec<u8>, Error> {
    let size = reader.output_buffer_size().ok_or_else(|| Error::corrupt("an impossible size"))?;
    let mut pixels = vec![0; size];
    reader.next_frame(&mut pixels).map_err(error)?;
    Ok(pixels)
}

/// Reads all rows and keeps the mean of every square of `block` × `block` pixels; at the right and lower edge
/// squares are cut off by the picture's border.
fn averaged_rows(reader: &mut Reader<Cursor<&[u8]>>, header: &Header, samples: usize, block: u32) -> Result<(Vec<u8>, u32, u32), Error> {
    let (width, height) = (header.width.div_ceil(block), header.height.div_ceil(block));
    let mut pixels = Vec::with_capacity(width as usize * height as usize * samples);
    let mut sums = vec![Sum::default(); width as usize];
    for y in 0..header.height {
        let row = reader.next_row().map_err(error)?.ok_or(Error::Truncated)?;
        let square_bytes = block as usize * samples;
        for (sum, square) in sums.iter_mut().zip(row.data().chunks(square_bytes)) {
            square.chunks_exact(samples).for_each(|pixel| sum.add(pixel));
        }
        if (y + 1) % block == 0 || y + 1 == header.height {
            for sum in &mut sums {
                std::mem::take(sum).mean(samples, &mut pixels);
            }
        }
    }
    Ok((pixels, width, height))
}

/// Samples of a square added up; colours are weighted by alpha so that what is invisible leaves no fringe.
#[derive(Clone, Default)]
struct Sum {
    colour: [u64; 3],
    alpha: u64,
    pixels: u64,
}

impl Sum {
    fn add(&mut self, pixel: &[u8]) {
        let (colour, alpha) = match pixel {
            [colour @ .., alpha] if matches!(pixel.len(), 2 | 4) => (colour, u64::from(*alpha)),
            colour => (colour, 255),
        };
        for (sum, &sample) in self.colour.iter_mut().zip(colour) {
            *sum += u64::from(sample) * alpha;
        }
        self.alpha += alpha;
        self.pixels += 1;
    }

    fn mean(&self, samples: usize, out: &mut Vec<u8>) {
        let weight = self.alpha.max(1);
        let colours = samples - usize::from(samples % 2 == 0);
        let means = self.colour[..colours].iter();
        out.extend(means.map(|sum| ((sum + weight / 2) / weight) as u8));
        if samples % 2 == 0 {
            let pixels = self.pixels.max(1);
            out.push(((self.alpha + pixels / 2) / pixels) as u8);
        }
    }
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
