//! Enlargement: the picture is cut into overlapping tiles, each goes through a net, and the results are cross-faded,
//! one band of tiles at a time, so that memory grows with the width of the picture and not with its area.

mod band;
mod tile;

use image::{DynamicImage, GrayImage, RgbImage};

use crate::control::Stage;
use crate::engine::Engine;
use crate::error::{Error, Measured};
use crate::operation::{Content, Quality, Scale};
use crate::packs::ModelId;
use crate::pixels::fill::spread_visible;
use crate::pixels::picture::{Picture, join};
use crate::plan::{MAX_OUTPUT_PIXELS, Size, Work};
use crate::tiles::spans;
use band::Band;

/// Most pixels of a picture for the high-quality nets, which take some ten minutes of two cores a megapixel.
const MAX_HIGH_PIXELS: u64 = 1_100_000;

/// A net and how to cut pictures for it.
#[derive(Clone, Copy)]
pub(crate) struct Method {
    pub model: ModelId,
    /// Enlargement of the result.
    scale: u32,
    /// Enlargement the net does; when larger than `scale`, its output is averaged down.
    net_scale: u32,
    /// Longest side of a tile in input pixels, without the context.
    tile: u32,
    /// Overlap of neighbours in input pixels, cross-faded.
    overlap: u32,
    /// Input pixels around a tile that the net sees and whose output is thrown away.
    context: u32,
    max_pixels: u64,
    /// CPU seconds for a megapixel that goes into the net, measured.
    seconds_per_megapixel: f64,
    /// Memory of the net at work on one tile, measured.
    net_bytes: u64,
}

impl Method {
    /// The net for that kind of picture and how to drive it.
    pub fn choose(scale: Scale, content: Content, quality: Quality) -> Self {
        let (model, net_scale, seconds_per_megapixel, net_bytes) = match (quality, content, scale) {
            (Quality::Standard, Content::Photo, Scale::X2) => (ModelId::Photo2, 2, 17.0, 125_000_000),
            (Quality::Standard, Content::Photo, Scale::X4) => (ModelId::Photo4, 4, 17.5, 135_000_000),
            (Quality::Standard, Content::Art, _) => (ModelId::Art4, 4, 21.0, 90_000_000),
            (Quality::High, Content::Photo, _) => (ModelId::Photo4High, 4, 750.0, 310_000_000),
            (Quality::High, Content::Art, _) => (ModelId::Art4High, 4, 210.0, 250_000_000),
        };
        let high = quality == Quality::High;
        let (tile, overlap, context) = if high { (112, 8, 8) } else { (224, 16, 8) };
        let max_pixels = if high { MAX_HIGH_PIXELS } else { MAX_OUTPUT_PIXELS };
        Self { model, scale: scale.factor(), net_scale, tile, overlap, context, max_pixels, seconds_per_megapixel, net_bytes }
    }

    /// Cost for a picture of that size.
    pub fn plan(&self, size: Size) -> Result<Work, Error> {
        size.check(Measured::Input, self.max_pixels)?;
        let output = size.times(self.scale);
        output.check(Measured::Output, MAX_OUTPUT_PIXELS)?;
        let (columns, rows) = (spans(size.width, self.tile, self.overlap), spans(size.height, self.tile, self.overlap));
        let tiles = columns.len() * rows.len();
        let seen = |length: u32| f64::from(length + 2 * self.context);
        let megapixels = tiles as f64 * seen(columns[0].len) * seen(rows[0].len) / 1e6;
        let band = u64::from(output.width) * u64::from(rows[0].len * self.scale) * 12;
        Ok(Work {
            output,
            tiles,
            cpu_seconds: 0.2 + megapixels * self.seconds_per_megapixel + output.megapixels() * 0.02,
            memory_bytes: output.pixels() * 3 + band + self.net_bytes,
        })
    }
}

/// Enlarges a picture; transparency is enlarged by the same net, so that it fits the colours.
pub(crate) fn run(engine: &Engine, input: &DynamicImage, method: Method, stage: Stage) -> Result<DynamicImage, Error> {
    let mut picture = Picture::of(input);
    if let Some(alpha) = &picture.alpha {
        spread_visible(picture.rgb.to_mut(), alpha);
    }
    let (colours, transparency) = match &picture.alpha {
        Some(_) => (stage.part(0.0, 0.5), stage.part(0.5, 1.0)),
        None => (stage, stage),
    };
    let rgb = enlarge(engine, &picture.rgb, method, colours)?;
    let alpha = match &picture.alpha {
        Some(alpha) => Some(enlarge_alpha(engine, alpha, method, transparency)?),
        None => None,
    };
    Ok(join(rgb, alpha))
}

/// Enlarges an opaque picture.
fn enlarge(engine: &Engine, picture: &RgbImage, method: Method, stage: Stage) -> Result<RgbImage, Error> {
    let net = engine.net(method.model)?;
    let size = Size::of(picture);
    let (columns, rows) = (spans(size.width, method.tile, method.overlap), spans(size.height, method.tile, method.overlap));
    let mut result = RgbImage::new(size.width * method.scale, size.height * method.scale);
    let mut band = Band::new(result.width(), rows[0].len * method.scale);
    for (index, row) in rows.iter().enumerate() {
        for (before, column) in columns.iter().enumerate() {
            stage.report(index * columns.len() + before, rows.len() * columns.len())?;
            let tile = tile::enlarge(&net, picture, *column, *row, &method)?;
            band.add(&tile, *column, *row, method.scale);
        }
        band.finish_row(&mut result, *row, method.scale);
    }
    stage.report(1, 1)?;
    Ok(result)
}

fn enlarge_alpha(engine: &Engine, alpha: &GrayImage, method: Method, stage: Stage) -> Result<GrayImage, Error> {
    let as_grey = DynamicImage::ImageLuma8(alpha.clone()).into_rgb8();
    let enlarged = enlarge(engine, &as_grey, method, stage)?;
    let size = Size::of(&enlarged);
    let mean = |pixel: &image::Rgb<u8>| (pixel.0.iter().map(|value| u16::from(*value)).sum::<u16>() / 3) as u8;
    // Nets overshoot a little; what was fully clear or opaque stays so.
    let settled = |value: u8| match value {
        0..=3 => 0,
        252.. => 255,
        other => other,
    };
    let data = enlarged.pixels().map(|pixel| settled(mean(pixel))).collect();
    #[expect(clippy::expect_used, reason = "one byte for each pixel of the size")]
    Ok(GrayImage::from_raw(size.width, size.height, data).expect("a full buffer"))
}

#[cfg(test)]
mod tests;
