//! A decoded picture as the nets want it: 8-bit RGB, with the alpha channel apart.

use std::borrow::Cow;

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};

/// Colours and, where any pixel is not opaque, transparency.
pub(crate) struct Picture<'a> {
    pub rgb: Cow<'a, RgbImage>,
    pub alpha: Option<GrayImage>,
}

impl<'a> Picture<'a> {
    /// Splits a picture; an RGB one is borrowed.
    pub fn of(input: &'a DynamicImage) -> Self {
        let rgb = match input {
            DynamicImage::ImageRgb8(rgb) => Cow::Borrowed(rgb),
            other => Cow::Owned(other.to_rgb8()),
        };
        Self { rgb, alpha: alpha_of(input) }
    }
}

fn alpha_of(input: &DynamicImage) -> Option<GrayImage> {
    if !input.color().has_alpha() {
        return None;
    }
    let rgba = input.to_rgba8();
    if rgba.pixels().all(|pixel| pixel[3] == u8::MAX) {
        return None;
    }
    let data = rgba.pixels().map(|pixel| pixel[3]).collect();
    GrayImage::from_raw(rgba.width(), rgba.height(), data)
}

/// Joins colours and alpha of one size.
pub(crate) fn join(rgb: RgbImage, alpha: Option<GrayImage>) -> DynamicImage {
    let Some(alpha) = alpha else { return DynamicImage::ImageRgb8(rgb) };
    let mut joined = RgbaImage::new(rgb.width(), rgb.height());
    for ((target, colour), alpha) in joined.pixels_mut().zip(rgb.pixels()).zip(alpha.pixels()) {
        *target = image::Rgba([colour[0], colour[1], colour[2], alpha[0]]);
    }
    DynamicImage::ImageRgba8(joined)
}
