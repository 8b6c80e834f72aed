//! Small pictures: WebP thumbnails, and the placeholder of some 25 bytes that a page shows before the thumbnail.

use std::borrow::Cow;

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, RgbaImage};

use crate::Error;
use crate::average::Average;
use crate::encode::{Effort, webp};

/// WebP quality of thumbnails: artefacts stay invisible at this size.
const QUALITY: u8 = 80;

/// Longest side that the placeholder's algorithm takes, in pixels.
const PLACEHOLDER_SIDE: u32 = 100;

/// The picture as a WebP whose longer side has `side` pixels; a smaller picture keeps its size.
///
/// # Errors
/// [`Error::Encode`] if the encoder fails.
pub fn thumbnail(image: &DynamicImage, side: u32) -> Result<Vec<u8>, Error> {
    let small = fit(image, side)?;
    webp(&small, QUALITY, Effort::Quick)
}

/// The picture's `ThumbHash`: average colour, proportions and a blur, in at most 25 bytes.
///
/// # Errors
/// [`Error::Encode`] if the picture cannot be resized.
pub fn placeholder(image: &DynamicImage) -> Result<Vec<u8>, Error> {
    let small = fit(image, PLACEHOLDER_SIDE)?.to_rgba8();
    Ok(thumbhash::rgba_to_thumb_hash(small.width() as usize, small.height() as usize, small.as_raw()))
}

/// Makes a picture fit a square of `side` pixels, by Lanczos' filter with three lobes; never larger than it was.
pub(crate) fn fit(image: &DynamicImage, side: u32) -> Result<Cow<'_, DynamicImage>, Error> {
    let longest = image.width().max(image.height());
    if longest <= side {
        return Ok(Cow::Borrowed(image));
    }
    let averaged = averaged(image, side);
    let source = averaged.as_ref().unwrap_or(image);
    let scaled = |length: u32| {
        let exact = f64::from(length) * f64::from(side) / f64::from(longest);
        (exact.round() as u32).max(1)
    };
    let mut small = DynamicImage::new(scaled(image.width()), scaled(image.height()), image.color());
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(source, &mut small, &options).map_err(Error::encode)?;
    Ok(Cow::Owned(small))
}

/// A large picture with alpha, averaged down a part of the way. The resizer weighs colours by alpha in a copy of its
/// source; of 50 megapixels that copy would have 200 MB.
fn averaged(image: &DynamicImage, side: u32) -> Option<DynamicImage> {
    let DynamicImage::ImageRgba8(rgba) = image else {
        return None;
    };
    let block = Average::block(image.width(), image.height(), side);
    if block == 1 {
        return None;
    }
    let mut average = Average::new(image.width(), 4, block);
    rgba.chunks_exact(image.width() as usize * 4).for_each(|row| average.row(row));
    let (width, height) = (image.width().div_ceil(block), image.height().div_ceil(block));
    RgbaImage::from_raw(width, height, average.finish()).map(Into::into)
}
