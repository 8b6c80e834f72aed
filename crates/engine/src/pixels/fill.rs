//! Colour under transparent pixels. Files hold anything there (often black), and a net or filter that looks at
//! neighbours would pull it into the visible edge; so the visible colours are spread over it first.

use image::{GrayImage, RgbImage};

use super::plane::Plane;
use super::sampler::Sampler;
use crate::plan::Size;

/// Longest side of the copy on which colours are spread; the fill only has to look right next to an edge.
const WORKING_SIDE: u32 = 1024;

/// Replaces the colour of (nearly) transparent pixels by that of the visible ones around them.
pub(crate) fn spread_visible(rgb: &mut RgbImage, alpha: &GrayImage) {
    let full = Size::of(alpha);
    let (colours, weight) = gather(rgb, alpha, full.within(WORKING_SIDE));
    let colours = colours.map(|colour| spread(&colour, &weight));
    let sampler = Sampler::new(weight.size, full);
    let width = full.width as usize;
    let mut rows = [vec![0.0; width], vec![0.0; width], vec![0.0; width]];
    for (y, (line, alpha)) in rgb.chunks_exact_mut(width * 3).zip(alpha.chunks_exact(width)).enumerate() {
        rows.iter_mut().zip(&colours).for_each(|(row, colour)| sampler.read(colour, y, row));
        for (x, (pixel, alpha)) in line.chunks_exact_mut(3).zip(alpha).enumerate() {
            let share = f32::from(*alpha) / 255.0;
            for (value, row) in pixel.iter_mut().zip(&rows) {
                *value = (f32::from(*value) * share + row[x] * (1.0 - share) + 0.5) as u8;
            }
        }
    }
}

/// Means of the colours, times their opacity, and of the opacity itself, over the pixels that fall into each small one.
fn gather(rgb: &RgbImage, alpha: &GrayImage, small: Size) -> ([Plane; 3], Plane) {
    let empty = || Plane::from_fn(small, |_| 0.0);
    let (mut colours, mut weight, mut count) = ([empty(), empty(), empty()], empty(), empty());
    let full = Size::of(alpha);
    let scaled = |at: u32, small: u32, full: u32| (u64::from(at) * u64::from(small) / u64::from(full)) as usize;
    for ((x, y, pixel), alpha) in rgb.enumerate_pixels().zip(alpha.pixels()) {
        let at = scaled(y, small.height, full.height) * weight.width() + scaled(x, small.width, full.width);
        let share = f32::from(alpha[0]) / 255.0;
        for (colour, value) in colours.iter_mut().zip(pixel.0) {
            colour.data[at] += f32::from(value) * share;
        }
        weight.data[at] += share;
        count.data[at] += 1.0;
    }
    let mean = |sum: &Plane| sum.zip(&count, |sum, count| sum / count);
    (colours.each_ref().map(mean), mean(&weight))
}

/// Pull and push: halve until the holes are gone, then fill each level's holes from the next coarser one.
fn spread(weighted: &Plane, weight: &Plane) -> Plane {
    let own = |index: usize, below: f32| {
        let share = weight.data[index].min(1.0);
        weighted.data[index] + below * (1.0 - share)
    };
    if weighted.size.pixels() <= 1 {
        let share = weight.data[0];
        return Plane::from_fn(weighted.size, |_| if share > 0.0 { weighted.data[0] / share } else { 0.0 });
    }
    let coarse = spread_coarser(weighted, weight);
    let sampler = Sampler::new(coarse.size, weighted.size);
    let mut filled = vec![0.0; weighted.width()];
    let mut result = weighted.clone();
    for (y, row) in result.data.chunks_mut(weighted.width()).enumerate() {
        sampler.read(&coarse, y, &mut filled);
        for (x, value) in row.iter_mut().enumerate() {
            *value = own(y * weighted.width() + x, filled[x]);
        }
    }
    result
}

fn spread_coarser(weighted: &Plane, weight: &Plane) -> Plane {
    let (colour, share) = (halved(weighted), halved(weight));
    // The share of a coarse pixel is raised to one wherever it saw anything, so that colour travels undiluted.
    let colour = colour.zip(&share, |colour, share| if share > 0.0 { colour / share.max(1e-6) } else { 0.0 });
    let share = Plane::from_fn(share.size, |index| if share.data[index] > 0.0 { 1.0 } else { 0.0 });
    spread(&colour, &share)
}

fn halved(plane: &Plane) -> Plane {
    let size = Size { width: plane.size.width.div_ceil(2), height: plane.size.height.div_ceil(2) };
    let (width, height) = (plane.width(), plane.size.height as usize);
    Plane::from_fn(size, |index| {
        let (x, y) = (index % size.width as usize * 2, index / size.width as usize * 2);
        let at = |x: usize, y: usize| plane.data[y.min(height - 1) * width + x.min(width - 1)];
        (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_black_takes_the_colour_of_what_is_visible_nearby() {
        let mut rgb = RgbImage::from_fn(65, 40, |x, _| if x < 20 { image::Rgb([200, 40, 90]) } else { image::Rgb([0, 0, 0]) });
        let alpha = GrayImage::from_fn(65, 40, |x, _| image::Luma([if x < 20 { 255 } else { 0 }]));
        spread_visible(&mut rgb, &alpha);
        for pixel in rgb.pixels() {
            assert!((i32::from(pixel[0]) - 200).abs() <= 1 && (i32::from(pixel[2]) - 90).abs() <= 1, "{pixel:?}");
        }
    }
}
