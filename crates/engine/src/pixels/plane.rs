//! One channel of floats, and resizing of planes and pictures.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;
use rayon::prelude::*;

use crate::plan::Size;

/// A single channel, row by row.
#[derive(Clone)]
pub(crate) struct Plane {
    pub size: Size,
    pub data: Vec<f32>,
}

impl Plane {
    /// The plane whose value at each index is `value(index)`.
    pub fn from_fn(size: Size, value: impl Fn(usize) -> f32 + Sync + Send) -> Self {
        Self { size, data: (0..size.pixels() as usize).into_par_iter().map(value).collect() }
    }

    /// Width as an index type.
    pub fn width(&self) -> usize {
        self.size.width as usize
    }

    /// Pixel by pixel combination with another plane of the same size.
    pub fn zip(&self, other: &Self, combine: impl Fn(f32, f32) -> f32 + Sync + Send) -> Self {
        Self::from_fn(self.size, |index| combine(self.data[index], other.data[index]))
    }

    /// Resized with a soft cubic filter (Catmull-Rom).
    pub fn resized(&self, size: Size) -> Self {
        let bytes: Vec<u8> = self.data.iter().flat_map(|value| value.to_ne_bytes()).collect();
        let resized = resize(&bytes, self.size, size, PixelType::F32, FilterType::CatmullRom);
        let data = resized.chunks_exact(4).map(|value| f32::from_ne_bytes([value[0], value[1], value[2], value[3]])).collect();
        Self { size, data }
    }
}

/// Red, green and blue of a picture as planes of 0 to 1.
pub(crate) fn planes_of(picture: &RgbImage) -> [Plane; 3] {
    let raw = picture.as_raw();
    [0, 1, 2].map(|channel| Plane::from_fn(Size::of(picture), |index| f32::from(raw[index * 3 + channel]) / 255.0))
}

/// A picture resized with a sharp filter (Lanczos), the usual one for photos.
pub(crate) fn resized(picture: &RgbImage, size: Size) -> RgbImage {
    resized_with(picture, size, FilterType::Lanczos3)
}

/// A picture resized with a soft cubic filter (Catmull-Rom), which rings less than the sharp one.
pub(crate) fn resized_cubic(picture: &RgbImage, size: Size) -> RgbImage {
    resized_with(picture, size, FilterType::CatmullRom)
}

/// A picture resized with a triangle filter, as the nets' training did.
pub(crate) fn resized_softly(picture: &RgbImage, size: Size) -> RgbImage {
    resized_with(picture, size, FilterType::Bilinear)
}

fn resized_with(picture: &RgbImage, size: Size, filter: FilterType) -> RgbImage {
    if Size::of(picture) == size {
        return picture.clone();
    }
    let data = resize(picture.as_raw(), Size::of(picture), size, PixelType::U8x3, filter);
    #[expect(clippy::expect_used, reason = "the resizer returns three bytes for each pixel of `size`")]
    RgbImage::from_raw(size.width, size.height, data).expect("a full buffer")
}

#[expect(clippy::expect_used, reason = "both sizes are above zero and the buffer is that of an image of the pixel type")]
fn resize(data: &[u8], from: Size, to: Size, pixel: PixelType, filter: FilterType) -> Vec<u8> {
    let source = ImageRef::new(from.width, from.height, data, pixel).expect("a full buffer");
    let mut target = Image::new(to.width, to.height, pixel);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).use_alpha(false);
    Resizer::new().resize(&source, &mut target, &options).expect("equal pixel types");
    target.into_vec()
}
