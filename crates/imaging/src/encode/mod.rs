//! From pixels to file bytes.

mod strips;

use std::borrow::Cow;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbImage};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};
use webp::{Encoder, PixelLayout, WebPConfig};

use crate::container::webp::MAX_SIDE;
use crate::{Error, Format};

pub(crate) use strips::{jpeg as jpeg_strips, png as png_strips};

/// From this JPEG quality on colours are kept at full resolution: whoever asks for it wants sharp red edges.
const FULL_COLOUR_QUALITY: u8 = 90;

/// How hard libwebp works.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// For thumbnails: two thirds of the usual time for 3 % more bytes.
    Quick,
    /// Its own default; the steps above cost time and win few bytes.
    Usual,
    /// The same without its buffer of tokens, which takes 20 bytes a pixel of a picture that compresses badly.
    Lean,
}

/// Writes a picture. `quality` runs from 1 to 100 and does not matter for PNG; JPEG has no alpha and shows what is
/// transparent as white.
///
/// # Errors
/// [`Error::UnsupportedFeature`] for GIF, [`Error::SideTooLong`] where the format ends,
/// [`Error::Encode`] if the encoder fails.
pub fn encode(image: &DynamicImage, format: Format, quality: u8) -> Result<Vec<u8>, Error> {
    match format {
        Format::Jpeg => jpeg(image, quality),
        Format::Png => png(image),
        Format::WebP => webp(image, quality, Effort::Usual),
        Format::Gif => Err(Error::UnsupportedFeature { feature: "writing GIF" }),
    }
}

fn jpeg(image: &DynamicImage, quality: u8) -> Result<Vec<u8>, Error> {
    let rgb = on_white(image);
    let quality = quality.clamp(1, 100);
    let colours = if quality >= FULL_COLOUR_QUALITY { Subsamp::None } else { Subsamp::Sub2x2 };
    let width = rgb.width() as usize;
    compressor(quality, colours)?
        .compress_to_vec(Image {
            pixels: rgb.as_raw().as_slice(),
            width,
            pitch: width * 3,
            height: rgb.height() as usize,
            format: PixelFormat::RGB,
        })
        .map_err(Error::encode)
}

fn compressor(quality: u8, colours: Subsamp) -> Result<Compressor, Error> {
    let mut compressor = Compressor::new().map_err(Error::encode)?;
    compressor.set_quality(quality.into()).map_err(Error::encode)?;
    compressor.set_subsamp(colours).map_err(Error::encode)?;
    Ok(compressor)
}

pub(crate) fn on_white(image: &DynamicImage) -> Cow<'_, RgbImage> {
    if let DynamicImage::ImageRgb8(rgb) = image {
        return Cow::Borrowed(rgb);
    }
    if !image.color().has_alpha() {
        return Cow::Owned(image.to_rgb8());
    }
    let mut rgb = RgbImage::new(image.width(), image.height());
    for (from, to) in rgba(image).pixels().zip(rgb.pixels_mut()) {
        let [r, g, b, alpha] = from.0.map(u16::from);
        to.0 = [r, g, b].map(|level| ((level * alpha + 255 * (255 - alpha) + 127) / 255) as u8);
    }
    Cow::Owned(rgb)
}

pub(crate) fn rgba(image: &DynamicImage) -> Cow<'_, image::RgbaImage> {
    match image {
        DynamicImage::ImageRgba8(rgba) => Cow::Borrowed(rgba),
        other => Cow::Owned(other.to_rgba8()),
    }
}

fn png(image: &DynamicImage) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    let (width, height) = (image.width(), image.height());
    if image.color().has_alpha() {
        encoder.write_image(rgba(image).as_raw(), width, height, ExtendedColorType::Rgba8)
    } else {
        encoder.write_image(on_white(image).as_raw(), width, height, ExtendedColorType::Rgb8)
    }
    .map_err(Error::encode)?;
    Ok(bytes)
}

/// Writes a lossy WebP.
pub(crate) fn webp(image: &DynamicImage, quality: u8, effort: Effort) -> Result<Vec<u8>, Error> {
    let (width, height) = (image.width(), image.height());
    if width.max(height) > MAX_SIDE {
        return Err(Error::SideTooLong { width, height, max: MAX_SIDE });
    }
    if width == 0 || height == 0 {
        return Err(Error::encode("a side of zero pixels"));
    }
    let mut config = WebPConfig::new().map_err(|()| Error::encode("libwebp has another version"))?;
    config.quality = quality.min(100).into();
    config.method = if effort == Effort::Quick { 2 } else { 4 };
    config.low_memory = i32::from(effort == Effort::Lean);
    let encode = |pixels: &[u8], layout| {
        Encoder::new(pixels, layout, width, height)
            .encode_advanced(&config)
            .map(|memory| memory.to_vec())
            .map_err(|error| Error::encode(format!("libwebp: {error:?}")))
    };
    if image.color().has_alpha() {
        encode(rgba(image).as_raw(), PixelLayout::Rgba)
    } else {
        encode(on_white(image).as_raw(), PixelLayout::Rgb)
    }
}
