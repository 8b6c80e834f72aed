//! A decoded picture as a viewer should see it, upright and in sRGB, handed out in strips from top to bottom. Neither
//! the turned nor the converted picture is ever held as a whole: of 50 megapixels each would take up to 200 MB.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};

use crate::Error;
use crate::colour::{Profile, ToSrgb};
use crate::contained::contained;

/// Rows of a strip: whole blocks of a JPEG, and enough that a turned strip reads more than a few bytes of each row.
pub(crate) const STRIP_ROWS: u32 = 64;

/// Hands out the strips of a picture.
pub(crate) struct Upright<'a> {
    stored: &'a DynamicImage,
    orientation: Orientation,
    to_srgb: ToSrgb,
}

impl<'a> Upright<'a> {
    /// `stored` is grey, RGB or RGBA of eight bits, as it was decoded.
    pub fn new(stored: &'a DynamicImage, orientation: Orientation, profile: Option<&Profile>) -> Result<Self, Error> {
        Ok(Self { stored, orientation, to_srgb: ToSrgb::new(profile, stored.color())? })
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        let (width, height) = (self.stored.width(), self.stored.height());
        if self.is_on_its_side() { (height, width) } else { (width, height) }
    }

    pub fn has_alpha(&self) -> bool {
        self.stored.color().has_alpha()
    }

    /// All strips in order: RGB, or RGBA if there is alpha. The last one may be lower.
    pub fn strips(&self) -> impl Iterator<Item = Result<DynamicImage, Error>> {
        let (_, height) = self.size();
        (0..height).step_by(STRIP_ROWS as usize).map(move |top| self.strip(top, STRIP_ROWS.min(height - top)))
    }

    fn strip(&self, top: u32, rows: u32) -> Result<DynamicImage, Error> {
        let (width, _) = self.size();
        let turned: Option<DynamicImage> = match self.stored {
            DynamicImage::ImageLuma8(grey) => GrayImage::from_raw(width, rows, self.turned::<1>(grey, top, rows)).map(Into::into),
            DynamicImage::ImageRgb8(rgb) => RgbImage::from_raw(width, rows, self.turned::<3>(rgb, top, rows)).map(Into::into),
            DynamicImage::ImageRgba8(rgba) => RgbaImage::from_raw(width, rows, self.turned::<4>(rgba, top, rows)).map(Into::into),
            _ => None,
        };
        let turned = turned.ok_or_else(|| Error::encode("pixels of an unexpected kind"))?;
        contained(|| self.to_srgb.convert(turned))
    }

    /// The rows from `top` on of the upright picture, of pixels of `N` bytes.
    fn turned<const N: usize>(&self, stored: &[u8], top: u32, rows: u32) -> Vec<u8> {
        let mut strip = vec![0; self.size().0 as usize * rows as usize * N];
        let (stored, _) = stored.as_chunks::<N>();
        let (pixels, _) = strip.as_chunks_mut::<N>();
        let (top, rows) = (top as usize, rows as usize);
        if self.is_on_its_side() {
            self.turn_columns(stored, pixels, top, rows);
        } else {
            self.turn_rows(stored, pixels, top, rows);
        }
        strip
    }

    /// Rows of the stored picture are rows of the upright one.
    fn turn_rows<P: Copy>(&self, stored: &[P], strip: &mut [P], top: usize, rows: usize) {
        let (width, height) = (self.stored.width() as usize, self.stored.height() as usize);
        for y in 0..rows {
            let from = if self.is_from_below() { height - 1 - (top + y) } else { top + y };
            let row = &mut strip[y * width..][..width];
            row.copy_from_slice(&stored[from * width..][..width]);
            if self.is_mirrored() {
                row.reverse();
            }
        }
    }

    /// Rows of the stored picture are columns of the upright one, a strip of which is a stretch of each.
    fn turn_columns<P: Copy>(&self, stored: &[P], strip: &mut [P], top: usize, rows: usize) {
        let (length, width) = (self.stored.width() as usize, self.stored.height() as usize);
        for (number, row) in stored.chunks_exact(length).enumerate() {
            let x = if self.is_mirrored() { width - 1 - number } else { number };
            let stretch = if self.is_from_below() { &row[length - top - rows..][..rows] } else { &row[top..][..rows] };
            for (y, &pixel) in stretch.iter().enumerate() {
                let y = if self.is_from_below() { rows - 1 - y } else { y };
                strip[y * width + x] = pixel;
            }
        }
    }

    fn is_on_its_side(&self) -> bool {
        matches!(self.orientation.to_exif(), 5..=8)
    }

    /// Whether the upright picture's left side is where the stored one has its right, or its last row.
    fn is_mirrored(&self) -> bool {
        matches!(self.orientation.to_exif(), 2 | 3 | 6 | 7)
    }

    /// Whether the upright picture's top is where the stored one has its last row, or its right.
    fn is_from_below(&self) -> bool {
        matches!(self.orientation.to_exif(), 3 | 4 | 7 | 8)
    }
}
