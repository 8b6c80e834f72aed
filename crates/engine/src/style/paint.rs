//! The two painting nets. Both take a picture whose sides are multiples of four, so it is mirrored a little beyond
//! its border and cut back afterwards.

use image::{DynamicImage, RgbImage};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use crate::control::Stage;
use crate::engine::Engine;
use crate::error::Error;
use crate::operation::{Blend, STYLE_COUNT};
use crate::packs::ModelId;
use crate::pixels::plane::resized;
use crate::plan::Size;

/// Both nets halve the picture twice.
const MULTIPLE: u32 = 4;
/// Fewest pixels along a side: the nets mirror up to this much themselves at a quarter of the size.
const SHORTEST: u32 = 32;
/// Side of the square from which a style is read.
const STYLE_SIDE: u32 = 256;

/// Paints in a named style, or a mix of two.
pub(super) fn named(engine: &Engine, picture: &RgbImage, style: usize, blend: Option<Blend>) -> Result<RgbImage, Error> {
    let mut weights = vec![0.0; STYLE_COUNT];
    let second = blend.map_or(0.0, |blend| blend.amount);
    weights[style] += 1.0 - second;
    if let Some(blend) = blend {
        weights[blend.style] += second;
    }
    let net = engine.net(ModelId::NamedStyles)?;
    let output = net.run(&[padded(picture), Tensor::from_data(&[STYLE_COUNT], weights)])?;
    Ok(cut_back(&output, Size::of(picture)))
}

/// Paints in the manner of another picture.
pub(super) fn like_picture(engine: &Engine, picture: &RgbImage, style: &DynamicImage, stage: Stage) -> Result<RgbImage, Error> {
    let side = STYLE_SIDE as usize;
    let square = central_square(&style.to_rgb8());
    let data = square.as_raw().iter().map(|value| f32::from(*value) / 255.0).collect::<Vec<_>>();
    let vector = engine.net(ModelId::StyleReader)?.run(&[Tensor::from_data(&[1, side, side, 3], data)])?;
    stage.report(3, 20)?;
    let output = engine.net(ModelId::StylePainter)?.run(&[padded(picture), vector.into_dyn()])?;
    Ok(cut_back(&output, Size::of(picture)))
}

/// The middle of a picture, as large a square as fits, at the size the style reader takes.
fn central_square(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let side = width.min(height);
    let square = image::imageops::crop_imm(picture, (width - side) / 2, (height - side) / 2, side, side).to_image();
    resized(&square, Size { width: STYLE_SIDE, height: STYLE_SIDE })
}

/// The picture as [1, 3, h, w] of 0 to 1, mirrored to sides the nets take.
fn padded(picture: &RgbImage) -> Tensor<f32> {
    let grown = |length: u32| length.max(SHORTEST).next_multiple_of(MULTIPLE);
    let (width, height) = (grown(picture.width()), grown(picture.height()));
    let mirrored = |at: u32, length: u32| {
        let folded = at % (2 * length);
        folded.min(2 * length - 1 - folded)
    };
    let mut data = Vec::with_capacity((3 * width * height) as usize);
    for channel in 0..3 {
        for y in 0..height {
            let y = mirrored(y, picture.height());
            data.extend((0..width).map(|x| f32::from(picture.get_pixel(mirrored(x, picture.width()), y)[channel]) / 255.0));
        }
    }
    Tensor::from_data(&[1, 3, height as usize, width as usize], data)
}

fn cut_back(output: &NdTensor<f32, 4>, size: Size) -> RgbImage {
    let output = output.view();
    let byte = |channel: usize, x: u32, y: u32| (output[[0, channel, y as usize, x as usize]].clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
    RgbImage::from_fn(size.width, size.height, |x, y| image::Rgb([byte(0, x, y), byte(1, x, y), byte(2, x, y)]))
}
