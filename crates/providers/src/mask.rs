//! Masks. Ours is an 8-bit grey PNG, white where the picture may change and as large as the first picture; each vendor
//! has its own idea of that.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, GrayImage, ImageEncoder as _, ImageFormat, ImageReader};
use serde::Deserialize;

use crate::error::{Began, Class, Error};
use crate::request::{ImageRequest, Picture};

/// From this level on a pixel changes. Brushes have soft edges, and vendors know only yes and no.
const WHITE_FROM: u8 = 128;

/// How a vendor marks what may change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaskForm {
    /// Alpha is 0 there and 255 elsewhere (OpenAI). The colours are white and black as in [`MaskForm::White`], so that
    /// servers that look at the colours of such a file see the same.
    Transparent,
    /// White there, black elsewhere, grey PNG (Stability, LocalAI, AUTOMATIC1111, BFL).
    #[default]
    White,
    /// Black there, white elsewhere, grey PNG (Ideogram's models).
    Black,
}

/// The request's mask as a PNG of this form; none when it has no mask.
///
/// # Errors
/// [`Class::InvalidRequest`] when the mask is not as large as the first picture, or is no PNG.
pub async fn mask(request: &ImageRequest, form: MaskForm) -> Result<Option<Picture>, Error> {
    let Some(mask) = request.mask.clone() else { return Ok(None) };
    let first = request.images.first().map(|first| (first.width, first.height));
    if first != Some((mask.width, mask.height)) {
        let message = format!("the mask is {}x{}, the first picture {first:?}", mask.width, mask.height);
        return Err(Error::new(Class::InvalidRequest, message));
    }
    // Up to a few hundred milliseconds for the largest: not on a thread that serves others.
    let converted = tokio::task::spawn_blocking(move || convert(&mask, form)).await;
    converted.map_err(|_| Error::new(Class::ProviderError, "converting the mask stopped").began(Began::No))?.map(Some)
}

fn convert(mask: &Picture, form: MaskForm) -> Result<Picture, Error> {
    let (width, height) = (mask.width, mask.height);
    let levels = read(mask)?;
    let white = levels.as_raw().iter().map(|level| *level >= WHITE_FROM);
    let (pixels, colour): (Vec<u8>, _) = match form {
        MaskForm::White => (white.map(|white| if white { 255 } else { 0 }).collect(), ExtendedColorType::L8),
        MaskForm::Black => (white.map(|white| if white { 0 } else { 255 }).collect(), ExtendedColorType::L8),
        MaskForm::Transparent => {
            let pixel = |white| if white { [255, 255, 255, 0] } else { [0, 0, 0, 255] };
            (white.flat_map(pixel).collect(), ExtendedColorType::Rgba8)
        }
    };
    let mut file = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Up);
    encoder.write_image(&pixels, width, height, colour).map_err(|error| unusable(&error))?;
    Ok(Picture { bytes: Bytes::from(file), mime: "image/png", width, height })
}

/// The grey levels. The file was verified when it was uploaded, so its size is looked at again only because the buffers
/// follow from it.
fn read(mask: &Picture) -> Result<GrayImage, Error> {
    let mut reader = ImageReader::with_format(Cursor::new(&mask.bytes), ImageFormat::Png);
    let mut limits = image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(mask.width), Some(mask.height));
    reader.limits(limits);
    let levels = reader.decode().map_err(|error| unusable(&error))?.into_luma8();
    if levels.dimensions() != (mask.width, mask.height) {
        return Err(Error::new(Class::InvalidRequest, "the mask is not of the size that it was said to be"));
    }
    Ok(levels)
}

fn unusable(error: &image::ImageError) -> Error {
    Error::new(Class::InvalidRequest, format!("the mask cannot be used: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(levels: &[u8]) -> Picture {
        let (width, mut file) = (u32::try_from(levels.len()).unwrap(), Vec::new());
        PngEncoder::new(&mut file).write_image(levels, width, 1, ExtendedColorType::L8).unwrap();
        Picture { bytes: file.into(), mime: "image/png", width, height: 1 }
    }

    fn pixels(picture: &Picture) -> image::DynamicImage {
        image::load_from_memory_with_format(&picture.bytes, ImageFormat::Png).unwrap()
    }

    #[test]
    fn white_becomes_transparent_and_stays_white() {
        let mask = convert(&grey(&[0, 127, 128, 255]), MaskForm::Transparent).unwrap();
        let (keep, change) = ([0, 0, 0, 255], [255, 255, 255, 0]);
        assert_eq!(pixels(&mask).into_rgba8().into_raw(), [keep, keep, change, change].concat());
    }

    #[test]
    fn soft_edges_become_hard() {
        let mask = convert(&grey(&[0, 127, 128, 255]), MaskForm::White).unwrap();
        let pixels = pixels(&mask);
        assert_eq!(pixels.color(), image::ColorType::L8);
        assert_eq!(pixels.into_luma8().into_raw(), [0, 0, 255, 255]);
        let mask = convert(&grey(&[0, 127, 128, 255]), MaskForm::Black).unwrap();
        assert_eq!(self::pixels(&mask).into_luma8().into_raw(), [255, 255, 0, 0]);
    }

    #[test]
    fn a_file_of_another_size_than_said_is_refused() {
        for (width, height) in [(3, 1), (5, 1), (4, 2)] {
            let mask = Picture { width, height, ..grey(&[0, 0, 255, 255]) };
            assert_eq!(convert(&mask, MaskForm::White).unwrap_err().class, Class::InvalidRequest);
        }
    }
}
