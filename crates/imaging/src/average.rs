//! Makes a picture smaller by averaging squares of pixels, one row at a time. It comes before the better filter
//! where the whole picture is not, or should not be, in memory twice.

/// Takes rows and keeps the mean of every square of `block` × `block` pixels. At the right and lower edge squares
/// are cut off by the picture's border.
pub(crate) struct Average {
    block: u32,
    samples: usize,
    sums: Vec<Sum>,
    /// Rows since the last square was closed.
    rows: u32,
    means: Vec<u8>,
}

impl Average {
    /// The side of the squares that leaves about twice the pixels asked for, so that the filter that comes after
    /// decides how the picture looks.
    pub fn block(width: u32, height: u32, side: u32) -> u32 {
        (width.max(height) / side.max(1) / 2).max(1)
    }

    /// For a picture of this width with 1 to 4 samples a pixel, the last of 2 or 4 being alpha.
    pub fn new(width: u32, samples: usize, block: u32) -> Self {
        Self { block, samples, sums: vec![Sum::default(); width.div_ceil(block) as usize], rows: 0, means: Vec::new() }
    }

    /// Adds the next row.
    pub fn row(&mut self, row: &[u8]) {
        let squares = row.chunks(self.block as usize * self.samples);
        for (sum, square) in self.sums.iter_mut().zip(squares) {
            square.chunks_exact(self.samples).for_each(|pixel| sum.add(pixel));
        }
        self.rows += 1;
        if self.rows == self.block {
            self.close();
        }
    }

    /// The means, row by row.
    pub fn finish(mut self) -> Vec<u8> {
        if self.rows > 0 {
            self.close();
        }
        self.means
    }

    fn close(&mut self) {
        self.rows = 0;
        for sum in &mut self.sums {
            std::mem::take(sum).mean(self.samples, &mut self.means);
        }
    }
}

/// Samples of a square added up; colours are weighted by alpha so that what is invisible leaves no fringe.
#[derive(Clone, Default)]
struct Sum {
    colour: [u64; 3],
    alpha: u64,
    pixels: u64,
}

impl Sum {
    fn add(&mut self, pixel: &[u8]) {
        let (colour, alpha) = match pixel {
            [colour @ .., alpha] if matches!(pixel.len(), 2 | 4) => (colour, u64::from(*alpha)),
            colour => (colour, 255),
        };
        for (sum, &sample) in self.colour.iter_mut().zip(colour) {
            *sum += u64::from(sample) * alpha;
        }
        self.alpha += alpha;
        self.pixels += 1;
    }

    fn mean(&self, samples: usize, out: &mut Vec<u8>) {
        let weight = self.alpha.max(1);
        let colours = samples - usize::from(samples.is_multiple_of(2));
        let means = self.colour[..colours].iter();
        out.extend(means.map(|sum| ((sum + weight / 2) / weight) as u8));
        if samples.is_multiple_of(2) {
            let pixels = self.pixels.max(1);
            out.push(((self.alpha + pixels / 2) / pixels) as u8);
        }
    }
}
