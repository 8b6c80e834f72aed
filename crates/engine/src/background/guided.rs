//! Edge refinement with the colour guided filter (He, Sun and Tang 2010; the subsampled form of 2015): around each
//! pixel the mask is explained as a linear function of colour. The functions are found on a small copy and applied to
//! the full-size picture, whose edges the mask then follows.

use rayon::prelude::*;

use crate::pixels::blur::box_mean;
use crate::pixels::plane::Plane;
use crate::pixels::sampler::Sampler;
use crate::plan::Size;

/// Half-width of the window, as a share of the working picture's longest side: about two pixels of the coarse mask.
const RADIUS: f32 = 1.0 / 128.0;
/// Colour variance below which an area counts as flat and keeps the coarse mask.
const FLAT: f32 = 4e-4;
/// Filtered values up to the first are background, from the second on subject: takes away the filter's faint veil.
const CLEAR: f32 = 0.08;
const SOLID: f32 = 0.92;

/// Opacity of the subject, readable at any size.
pub(super) struct Matte {
    working: Plane,
    /// Factors of red, green and blue and the constant; absent when the mask is used as it came.
    functions: Option<[Plane; 4]>,
}

impl Matte {
    /// The mask as it is.
    pub fn plain(mask: Plane) -> Self {
        Self { working: Plane::from_fn(mask.size, |index| mask.data[index].clamp(0.0, 1.0)), functions: None }
    }

    /// The mask drawn to the edges of the picture.
    pub fn refined(picture: &[Plane; 3], mask: &Plane) -> Self {
        let side = mask.size.width.max(mask.size.height);
        let radius = ((side as f32 * RADIUS).round() as usize).max(2);
        let functions = fit(picture, mask, radius).map(|plane| box_mean(&plane, radius));
        let working = Plane::from_fn(mask.size, |index| {
            let colour = [0, 1, 2].map(|channel| picture[channel].data[index]);
            let function = [0, 1, 2, 3].map(|part: usize| functions[part].data[index]);
            opacity(function, colour)
        });
        Self { working, functions: Some(functions) }
    }

    /// Opacity at working size.
    pub fn working(&self) -> &Plane {
        &self.working
    }

    /// A reader for rows of a picture of size `full`.
    pub fn reader(&self, full: Size) -> MatteReader<'_> {
        MatteReader { matte: self, sampler: Sampler::new(self.working.size, full), width: full.width as usize }
    }
}

/// Reads opacity for rows of the full-size picture.
pub(super) struct MatteReader<'a> {
    matte: &'a Matte,
    sampler: Sampler,
    width: usize,
}

impl MatteReader<'_> {
    /// Opacity of row `y`, whose pixels are `rgb`.
    pub fn row(&self, y: usize, rgb: &[u8]) -> Vec<f32> {
        let read = |plane: &Plane| {
            let mut row = vec![0.0; self.width];
            self.sampler.read(plane, y, &mut row);
            row
        };
        let Some(functions) = &self.matte.functions else { return read(&self.matte.working) };
        let rows = [0, 1, 2, 3].map(|part: usize| read(&functions[part]));
        let colours = rgb.chunks_exact(3);
        colours
            .enumerate()
            .map(|(x, pixel)| opacity(rows.each_ref().map(|row| row[x]), [0, 1, 2].map(|c: usize| f32::from(pixel[c]) / 255.0)))
            .collect()
    }
}

fn opacity(function: [f32; 4], colour: [f32; 3]) -> f32 {
    let value = function[0] * colour[0] + function[1] * colour[1] + function[2] * colour[2] + function[3];
    ((value - CLEAR) / (SOLID - CLEAR)).clamp(0.0, 1.0)
}

/// The best linear function from colour to mask in the window around each pixel.
fn fit(picture: &[Plane; 3], mask: &Plane, radius: usize) -> [Plane; 4] {
    let mean = |plane: &Plane| box_mean(plane, radius);
    let product = |left: &Plane, right: &Plane| mean(&left.zip(right, |left, right| left * right));
    let [r, g, b] = picture;
    let colours = [mean(r), mean(g), mean(b)];
    let mask_mean = mean(mask);
    let with_mask = [product(r, mask), product(g, mask), product(b, mask)];
    let squares = [product(r, r), product(r, g), product(r, b), product(g, g), product(g, b), product(b, b)];
    let function = |at: usize| {
        let m = colours.each_ref().map(|plane| plane.data[at]);
        let s = squares.each_ref().map(|plane| plane.data[at]);
        let covariance = [
            s[0] - m[0] * m[0] + FLAT,
            s[1] - m[0] * m[1],
            s[2] - m[0] * m[2],
            s[3] - m[1] * m[1] + FLAT,
            s[4] - m[1] * m[2],
            s[5] - m[2] * m[2] + FLAT,
        ];
        let p = mask_mean.data[at];
        let a = solve(covariance, [0, 1, 2].map(|c: usize| with_mask[c].data[at] - m[c] * p));
        [a[0], a[1], a[2], p - a[0] * m[0] - a[1] * m[1] - a[2] * m[2]]
    };
    let solved: Vec<[f32; 4]> = (0..mask.data.len()).into_par_iter().map(function).collect();
    [0, 1, 2, 3].map(|part: usize| Plane::from_fn(mask.size, |at| solved[at][part]))
}

/// Solves the symmetric 3x3 system given by its upper triangle (xx, xy, xz, yy, yz, zz).
fn solve([xx, xy, xz, yy, yz, zz]: [f32; 6], [x, y, z]: [f32; 3]) -> [f32; 3] {
    let (c0, c1, c2) = (yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy);
    let scale = 1.0 / (xx * c0 + xy * c1 + xz * c2);
    let (d1, d2, e2) = (xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy);
    [(c0 * x + c1 * y + c2 * z) * scale, (c1 * x + d1 * y + d2 * z) * scale, (c2 * x + d2 * y + e2 * z) * scale]
}
