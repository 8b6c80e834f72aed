//! One tile through an enlarging net: cut out with context around it, run, context cut away.

use image::RgbImage;
use rayon::prelude::*;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensorView, Tensor};

use super::Method;
use crate::error::Error;
use crate::models::Net;
use crate::tiles::Span;

/// An enlarged tile: three planes of `width` x `height` floats, about 0 to 1.
pub(super) struct Tile {
    pub width: usize,
    pub height: usize,
    pub data: Vec<f32>,
}

/// Runs the net on one tile of the picture.
pub(super) fn enlarge(net: &Net, picture: &RgbImage, column: Span, row: Span, method: &Method) -> Result<Tile, Error> {
    let width = (column.len * method.scale) as usize;
    let height = (row.len * method.scale) as usize;
    if let Some(colour) = uniform(picture, column, row, method.context) {
        let data = colour.into_iter().flat_map(|value| std::iter::repeat_n(value, width * height)).collect();
        return Ok(Tile { width, height, data });
    }
    let output = net.run(&[cut(picture, column, row, method.context)])?;
    let output = output.view();
    let mut data = vec![0.0; 3 * width * height];
    data.par_chunks_mut(width).enumerate().for_each(|(line, target)| {
        let (channel, y) = (line / height, line % height);
        take_row(&output, channel, y, target, method);
    });
    Ok(Tile { width, height, data })
}

/// The tile and its context as [1, 3, h, w] of 0 to 1; beyond the picture it is mirrored, which hides the border.
fn cut(picture: &RgbImage, column: Span, row: Span, context: u32) -> Tensor<f32> {
    let (width, height) = (column.len + 2 * context, row.len + 2 * context);
    let positions = |start: u32, count: u32, total: u32| -> Vec<u32> {
        (0..count).map(|at| mirrored(i64::from(start) + i64::from(at) - i64::from(context), total)).collect()
    };
    let (xs, ys) = (positions(column.start, width, picture.width()), positions(row.start, height, picture.height()));
    let mut data = Vec::with_capacity((3 * width * height) as usize);
    for channel in 0..3 {
        for &y in &ys {
            data.extend(xs.iter().map(|&x| f32::from(picture.get_pixel(x, y)[channel]) / 255.0));
        }
    }
    Tensor::from_data(&[1, 3, height as usize, width as usize], data)
}

/// The position inside `0..total` that `at` is a mirror image of; the border pixel itself is not repeated.
fn mirrored(at: i64, total: u32) -> u32 {
    let last = i64::from(total) - 1;
    if last == 0 {
        return 0;
    }
    let folded = at.rem_euclid(2 * last);
    folded.min(2 * last - folded) as u32
}

/// The colour of a tile that, context included, has only one; nets add nothing there (mostly in alpha channels).
fn uniform(picture: &RgbImage, column: Span, row: Span, context: u32) -> Option<[f32; 3]> {
    let first = picture.get_pixel(column.start, row.start);
    let ys = row.start.saturating_sub(context)..(row.start + row.len + context).min(picture.height());
    let xs = column.start.saturating_sub(context)..(column.start + column.len + context).min(picture.width());
    for y in ys {
        if xs.clone().any(|x| picture.get_pixel(x, y) != first) {
            return None;
        }
    }
    Some(first.0.map(|value| f32::from(value) / 255.0))
}

/// One row of the result out of the net's output, averaged down when the net enlarges more than was asked for.
fn take_row(output: &NdTensorView<f32, 4>, channel: usize, y: usize, target: &mut [f32], method: &Method) {
    let shrink = (method.net_scale / method.scale) as usize;
    let margin = (method.context * method.net_scale) as usize;
    for (x, value) in target.iter_mut().enumerate() {
        let mut sum = 0.0;
        for v in 0..shrink {
            for u in 0..shrink {
                sum += output[[0, channel, margin + y * shrink + v, margin + x * shrink + u]];
            }
        }
        *value = sum / (shrink * shrink) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::mirrored;

    #[test]
    fn mirroring_never_leaves_even_the_smallest_picture() {
        assert_eq!((-3..5).map(|at| mirrored(at, 3)).collect::<Vec<_>>(), [1, 2, 1, 0, 1, 2, 1, 0]);
        assert!((-40..40).all(|at| mirrored(at, 1) == 0 && mirrored(at, 2) < 2));
    }
}
