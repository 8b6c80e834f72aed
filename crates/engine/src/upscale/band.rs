//! A band of enlarged tiles being added up. Each tile comes weighted, overlaps add up to one, and the rows that no
//! further tile will touch move on into the result.

use image::RgbImage;
use rayon::prelude::*;

use super::tile::Tile;
use crate::tiles::Span;

/// Sums of one row of tiles over the full width of the result.
pub(super) struct Band {
    width: usize,
    /// Red, green, blue for each pixel.
    sums: Vec<f32>,
}

impl Band {
    /// A band for tiles of that height, in pixels of the result.
    pub fn new(width: u32, height: u32) -> Self {
        Self { width: width as usize, sums: vec![0.0; (width * height * 3) as usize] }
    }

    /// Adds a tile at its place with its weights.
    pub fn add(&mut self, tile: &Tile, column: Span, row: Span, scale: u32) {
        let (across, down) = (column.weights(scale), row.weights(scale));
        let left = (column.start * scale) as usize;
        let plane = tile.width * tile.height;
        self.sums.par_chunks_mut(self.width * 3).zip(&down).enumerate().for_each(|(y, (sums, down))| {
            let sums = &mut sums[left * 3..][..tile.width * 3];
            for (x, (sum, across)) in sums.chunks_exact_mut(3).zip(&across).enumerate() {
                let weight = across * down;
                for (channel, sum) in sum.iter_mut().enumerate() {
                    *sum += tile.data[channel * plane + y * tile.width + x] * weight;
                }
            }
        });
    }

    /// Writes the finished rows into the result and keeps those that the next row of tiles overlaps.
    pub fn finish_row(&mut self, result: &mut RgbImage, row: Span, scale: u32) {
        let line = self.width * 3;
        let finished = ((row.len - row.tail) * scale) as usize * line;
        let first = (row.start * scale) as usize * line;
        let target = &mut (**result)[first..first + finished];
        target.par_iter_mut().zip(&self.sums[..finished]).for_each(|(byte, sum)| *byte = (sum.clamp(0.0, 1.0) * 255.0 + 0.5) as u8);
        self.sums.copy_within(finished.., 0);
        let kept = self.sums.len() - finished;
        self.sums[kept..].fill(0.0);
    }
}
