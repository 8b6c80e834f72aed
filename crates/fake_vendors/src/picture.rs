//! Real pictures, small and cheap: gradients that follow from prompt and seed, and what a fault makes of them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageDecoder, ImageEncoder, ImageReader};
use serde::Serialize;

use crate::fault::{Fault, Faults, flood};

/// More pixels are never made, whatever is asked for.
const MOST_PIXELS: u64 = 40_000_000;

/// How a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Jpeg,
    WebP,
}

impl Format {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "png" => Some(Format::Png),
            "jpeg" | "jpg" => Some(Format::Jpeg),
            "webp" => Some(Format::WebP),
            _ => None,
        }
    }

    pub(crate) const fn mime(self) -> &'static str {
        match self {
            Format::Png => "image/png",
            Format::Jpeg => "image/jpeg",
            Format::WebP => "image/webp",
        }
    }

    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Format::Png => "png",
            Format::Jpeg => "jpg",
            Format::WebP => "webp",
        }
    }
}

/// What to paint.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub prompt: String,
    pub seed: u64,
    pub width: u32,
    pub height: u32,
    pub format: Format,
    /// With an alpha channel; JPEG has none.
    pub transparent: bool,
}

impl Order {
    pub(crate) fn new(prompt: &str, seed: u64, (width, height): (u32, u32), format: Format) -> Self {
        Self { prompt: prompt.to_owned(), seed, width, height, format, transparent: false }
    }

    /// The picture as the faults want it, and the type it is sent under.
    pub(crate) fn make(&self, faults: &Faults) -> (Vec<u8>, &'static str) {
        if faults.has(Fault::NotImage) {
            return (b"This is not a picture, whatever its type says.".to_vec(), self.format.mime());
        }
        if faults.has(Fault::Svg) {
            return (
                br#"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>"#.to_vec(),
                "image/svg+xml",
            );
        }
        if faults.has(Fault::Html) {
            return (b"<!doctype html><title>x</title><script>alert(1)</script>".to_vec(), "text/html");
        }
        if faults.has(Fault::HeaderBomb) {
            return (flood::header_bomb(), "image/png");
        }
        if faults.has(Fault::PngBomb) {
            return (flood::png_bomb(), "image/png");
        }
        let mut order = self.clone();
        if faults.has(Fault::WrongSize) {
            (order.width, order.height) = ((self.width / 2).max(16) + 8, (self.height / 3).max(16) + 8);
        }
        let painted = order.paint();
        if faults.has(Fault::Credentials) && self.format == Format::Png {
            return (flood::with_credentials(&painted), self.format.mime());
        }
        (painted, self.format.mime())
    }

    fn paint(&self) -> Vec<u8> {
        let (width, height) = bounded(self.width, self.height);
        let transparent = self.transparent && self.format != Format::Jpeg;
        let pixels = pixels(&self.prompt, self.seed, width, height, transparent);
        let colour = if transparent { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
        let mut bytes = Vec::new();
        let written = match self.format {
            Format::Png => {
                PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up).write_image(&pixels, width, height, colour)
            }
            Format::Jpeg => JpegEncoder::new_with_quality(&mut bytes, 85).write_image(&pixels, width, height, colour),
            Format::WebP => WebPEncoder::new_lossless(&mut bytes).write_image(&pixels, width, height, colour),
        };
        written.expect("a gradient can be encoded");
        bytes
    }
}

fn bounded(width: u32, height: u32) -> (u32, u32) {
    let (width, height) = (width.clamp(1, 16_384), height.clamp(1, 16_384));
    if u64::from(width) * u64::from(height) > MOST_PIXELS { (width.min(4096), height.min(4096)) } else { (width, height) }
}

/// One row of a gradient, repeated, with a band of another colour at the top so that up and down differ.
fn pixels(prompt: &str, seed: u64, width: u32, height: u32, transparent: bool) -> Vec<u8> {
    let mut hasher = DefaultHasher::new();
    (prompt, seed).hash(&mut hasher);
    let [red, green, blue, other, ..] = hasher.finish().to_le_bytes();
    let row = |turn: u8| -> Vec<u8> {
        let pixel = |x: u32| {
            let along = u8::try_from(u64::from(x) * 255 / u64::from(width)).unwrap_or(u8::MAX);
            let colour = [red ^ turn, green.wrapping_add(along / 2), blue ^ (along / 4)];
            colour.into_iter().chain(transparent.then_some(along))
        };
        (0..width).flat_map(pixel).collect()
    };
    let band = (height / 8) as usize;
    let mut pixels = row(other | 1).repeat(band);
    pixels.extend(row(0).repeat(height as usize - band));
    pixels
}

/// What a picture that came in says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The type by its first bytes.
    pub mime: &'static str,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Whether it has an alpha channel.
    pub alpha: bool,
}

impl Facts {
    /// The facts, when the bytes begin a picture.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
        let mime = reader.format()?.to_mime_type();
        let decoder = reader.into_decoder().ok()?;
        let (width, height) = decoder.dimensions();
        Some(Self { mime, width, height, alpha: decoder.color_type().has_alpha() })
    }

    /// Pixels in all.
    pub(crate) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Width and height.
    pub(crate) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_real_and_follow_from_prompt_and_seed() {
        for format in [Format::Png, Format::Jpeg, Format::WebP] {
            let order = Order::new("a cat", 7, (640, 480), format);
            let (bytes, mime) = order.make(&Faults::default());
            let facts = Facts::of(&bytes).unwrap();
            assert_eq!((facts.mime, facts.width, facts.height), (mime, 640, 480));
            assert_eq!(bytes, order.make(&Faults::default()).0);
            assert_ne!(bytes, Order::new("a cat", 8, (640, 480), format).make(&Faults::default()).0);
        }
    }

    #[test]
    fn the_bombs_are_what_they_say() {
        let head = Facts::of(&flood::header_bomb()).unwrap();
        assert_eq!(head.size(), (60_000, 60_000));
        let bomb = flood::png_bomb();
        assert!(bomb.len() < 2 << 20);
        assert_eq!(Facts::of(&bomb).unwrap().size(), (30_000, 30_000));
    }
}
