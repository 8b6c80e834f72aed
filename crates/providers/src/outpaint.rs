//! Borders for vendors that know no borders: the picture on a larger, transparent canvas, and a mask that is white
//! around it. What was outpainting is then filling in.

use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, GrayImage, ImageEncoder as _, ImageFormat, ImageReader, Luma, RgbaImage};

use crate::error::{Class, Error};
use tokio::sync::Semaphore;

use crate::request::{Expand, ImageRequest, Picture};

/// Longest side of a canvas: what the largest models take.
const MOST_SIDE: u32 = 8192;

/// The request with canvas and mask in place of its first picture and the borders.
///
/// # Errors
/// [`Class::InvalidRequest`] without a picture, without borders, with a mask of its own, or with a canvas too large.
pub async fn extended(request: &ImageRequest) -> Result<ImageRequest, Error> {
    let wrong = |why| Error::new(Class::InvalidRequest, why);
    let first = request.images.first().cloned().ok_or_else(|| wrong("there is no picture to extend"))?;
    let expand = request.settings.expand.filter(|expand| *expand != Expand::default()).ok_or_else(|| wrong("no borders to add"))?;
    if request.mask.is_some() {
        return Err(wrong("borders and a mask exclude each other"));
    }
    let longer = |side: u32, before: u32, after: u32| {
        side.checked_add(before).and_then(|side| side.checked_add(after)).filter(|side| *side <= MOST_SIDE)
    };
    let width = longer(first.width, expand.left, expand.right).ok_or_else(|| wrong("the borders are too wide"))?;
    let height = longer(first.height, expand.top, expand.bottom).ok_or_else(|| wrong("the borders are too high"))?;
    // Decoding and encoding take up to a second: not on a thread that serves others.
    // One at a time, for a large canvas takes hundreds of megabytes while it is drawn.
    static DRAWING: Semaphore = Semaphore::const_new(1);
    let _turn = DRAWING.acquire().await.map_err(|_| Error::new(Class::ProviderError, "nothing is drawn any more"))?;
    let made = tokio::task::spawn_blocking(move || draw(&first, expand, width, height)).await;
    let (canvas, mask) = made.map_err(|_| Error::new(Class::ProviderError, "extending the picture stopped"))??;
    let mut extended = request.clone();
    extended.images[0] = canvas;
    extended.mask = Some(mask);
    Ok(extended)
}

fn draw(first: &Picture, expand: Expand, width: u32, height: u32) -> Result<(Picture, Picture), Error> {
    let unusable = |error: &image::ImageError| Error::new(Class::InvalidRequest, format!("the picture cannot be used: {error}"));
    let format = ImageFormat::from_mime_type(first.mime).ok_or_else(|| Error::new(Class::InvalidRequest, "an unknown type of picture"))?;
    let mut reader = ImageReader::with_format(Cursor::new(&first.bytes), format);
    let mut limits = image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(first.width), Some(first.height));
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| unusable(&error))?.into_rgba8();
    let mut canvas = RgbaImage::new(width, height);
    image::imageops::replace(&mut canvas, &picture, expand.left.into(), expand.top.into());
    let (right, bottom) = (expand.left + picture.width(), expand.top + picture.height());
    let inside = |x, y| (expand.left..right).contains(&x) && (expand.top..bottom).contains(&y);
    let mask = GrayImage::from_fn(width, height, |x, y| Luma([if inside(x, y) { 0 } else { 255 }]));
    let file = |pixels: &[u8], colour| {
        let mut file = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Adaptive);
        encoder.write_image(pixels, width, height, colour).map_err(|error| unusable(&error))?;
        Ok::<_, Error>(Picture { bytes: file.into(), mime: "image/png", width, height })
    };
    Ok((file(&canvas, ExtendedColorType::Rgba8)?, file(&mask, ExtendedColorType::L8)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_stands_on_a_transparent_canvas_and_only_the_borders_may_change() {
        let mut file = Cursor::new(Vec::new());
        image::RgbImage::from_pixel(2, 1, image::Rgb([9, 8, 7])).write_to(&mut file, ImageFormat::Png).unwrap();
        let first = Picture { bytes: file.into_inner().into(), mime: "image/png", width: 2, height: 1 };
        let (canvas, mask) = draw(&first, Expand { left: 1, bottom: 1, ..Expand::default() }, 3, 2).unwrap();
        let pixels = |picture: &Picture| image::load_from_memory_with_format(&picture.bytes, ImageFormat::Png).unwrap();
        let (none, own) = ([0; 4], [9, 8, 7, 255]);
        assert_eq!(pixels(&canvas).into_rgba8().into_raw(), [none, own, own, none, none, none].concat());
        assert_eq!(pixels(&mask).into_luma8().into_raw(), [255, 0, 0, 255, 255, 255]);
    }
}
