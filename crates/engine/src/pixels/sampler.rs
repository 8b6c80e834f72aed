//! Reading small planes at the positions of a larger picture, row by row, so that no full-size float copy is needed.

use super::plane::Plane;
use crate::plan::Size;

/// Bilinear positions of a large picture's pixels in planes of one smaller size.
pub(crate) struct Sampler {
    columns: Vec<Position>,
    rows: Vec<Position>,
    width: usize,
}

#[derive(Clone, Copy)]
struct Position {
    low: usize,
    high: usize,
    share: f32,
}

impl Sampler {
    /// Positions of the pixels of `large` in planes of size `small`.
    pub fn new(small: Size, large: Size) -> Self {
        Self { columns: positions(small.width, large.width), rows: positions(small.height, large.height), width: small.width as usize }
    }

    /// One row of the large picture, read from `plane`, into `row`.
    pub fn read(&self, plane: &Plane, y: usize, row: &mut [f32]) {
        let at = self.rows[y];
        let upper = &plane.data[at.low * self.width..][..self.width];
        let lower = &plane.data[at.high * self.width..][..self.width];
        for (value, x) in row.iter_mut().zip(&self.columns) {
            let top = upper[x.low] + (upper[x.high] - upper[x.low]) * x.share;
            let bottom = lower[x.low] + (lower[x.high] - lower[x.low]) * x.share;
            *value = top + (bottom - top) * at.share;
        }
    }
}

fn positions(small: u32, large: u32) -> Vec<Position> {
    let ratio = small as f32 / large as f32;
    let last = small - 1;
    (0..large)
        .map(|index| {
            let at = ((index as f32 + 0.5) * ratio - 0.5).clamp(0.0, last as f32);
            let low = at as u32;
            Position { low: low as usize, high: (low + 1).min(last) as usize, share: at - low as f32 }
        })
        .collect()
}
