//! Pictures made for tests.

use image::{ImageFormat, Rgb, RgbImage};

/// A small PNG with a bright subject on a dark ground, so that every tool has something to work on.
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let inside = x.abs_diff(width / 2) < width / 4 && y.abs_diff(height / 2) < height / 4;
        if inside { Rgb([230, 180, (x * 3 % 255) as u8]) } else { Rgb([20, 40, (y * 2 % 90) as u8]) }
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}
