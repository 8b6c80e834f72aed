//! JPEG by libjpeg-turbo, which can hand out a picture of an eighth, a quarter or half the size straight from the
//! coefficients. It still reads every byte of the stream, so that damage shows at any scale.

use image::{DynamicImage, GrayImage, RgbImage};
use moxcms::DataColorSpace;
use turbojpeg::{Decompressor, Image, PixelFormat, ScalingFactor};

use super::Decoded;
use crate::colour::{Profile, cmyk_to_srgb};
use crate::{Error, Header};

/// Decodes, smaller if a `side` of the result is given. The reduced picture keeps at least one and a half times
/// that side: the filter that follows then hides which scale was taken.
pub(super) fn decode(bytes: &[u8], header: &Header, profile: Option<&Profile>, side: Option<u32>) -> Result<Decoded, Error> {
    let mut decompressor = Decompressor::new().map_err(Error::corrupt)?;
    decompressor.set_scan_limit(header.scans).map_err(Error::corrupt)?;
    let stated = decompressor.read_header(bytes).map_err(Error::corrupt)?;
    // Two parsers must never disagree about the size: one has checked it, the other writes the pixels.
    if (stated.width, stated.height) != (header.width as usize, header.height as usize) {
        return Err(Error::corrupt("two sizes"));
    }
    let factor = side.map_or(ScalingFactor::ONE, |side| factor(header.width.max(header.height), side));
    decompressor.set_scaling_factor(factor).map_err(Error::corrupt)?;
    let format = match header.channels {
        DataColorSpace::Gray => PixelFormat::GRAY,
        DataColorSpace::Cmyk => PixelFormat::CMYK,
        _ => PixelFormat::RGB,
    };
    let (width, height) = (factor.scale(stated.width), factor.scale(stated.height));
    let pitch = width * format.size();
    let mut image = Image { pixels: vec![0; pitch * height], width, pitch, height, format };
    let stray_bytes = match decompressor.decompress(bytes, image.as_deref_mut()) {
        Ok(()) => false,
        Err(error) if is_only_stray_bytes(&error) => true,
        Err(error) => return Err(Error::corrupt(error)),
    };
    let (width, height) = (width as u32, height as u32);
    let image: Option<DynamicImage> = match header.channels {
        DataColorSpace::Gray => GrayImage::from_raw(width, height, image.pixels).map(Into::into),
        DataColorSpace::Cmyk => Some(cmyk_to_srgb(image.pixels, width, height, profile)?),
        _ => RgbImage::from_raw(width, height, image.pixels).map(Into::into),
    };
    let image = image.ok_or_else(|| Error::corrupt("too few pixels"))?;
    Ok(Decoded { image, stray_bytes })
}

/// The smallest scale that leaves enough pixels.
fn factor(longest: u32, side: u32) -> ScalingFactor {
    let enough = side as usize + side as usize / 2;
    [ScalingFactor::ONE_EIGHTH, ScalingFactor::ONE_QUARTER, ScalingFactor::ONE_HALF]
        .into_iter()
        .find(|factor| factor.scale(longest as usize) >= enough)
        .unwrap_or(ScalingFactor::ONE)
}

/// libjpeg-turbo's only warning that real cameras cause: bytes between the picture's end and the next marker. The
/// pixels are complete; all other warnings mean that some were made up.
fn is_only_stray_bytes(error: &turbojpeg::Error) -> bool {
    matches!(error, turbojpeg::Error::TurboJpegError(text) if text.contains("extraneous bytes before marker"))
}
