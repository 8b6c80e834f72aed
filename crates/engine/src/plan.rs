//! What an operation will cost, known from its parameters and the picture's size alone. Whatever would take an absurd
//! amount of memory or time is refused here, before anything is allocated.

use crate::error::{Error, Measured};

/// Most pixels of a given picture: a 64-megapixel camera, and 200 MB decoded.
pub const MAX_INPUT_PIXELS: u64 = 64_000_000;
/// Most pixels of a result: a 16-megapixel photo doubled, or a 4-megapixel one enlarged four times.
pub const MAX_OUTPUT_PIXELS: u64 = 64_000_000;
/// Longest side of any picture: what WebP can hold, so that every output format stays possible.
pub const MAX_SIDE: u64 = 16_383;

/// Cost and outcome of an operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Width of the result in pixels.
    pub output_width: u32,
    /// Height of the result in pixels.
    pub output_height: u32,
    /// How many times a net runs; progress and cancellation are at least as fine.
    pub tiles: usize,
    /// Wall time, roughly: measured figures of one server, corrected by how long this engine's runs really took.
    pub estimated_seconds: f64,
    /// Peak memory of the run beside the decoded input, roughly, in bytes.
    pub memory_bytes: u64,
}

/// A picture's size in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    pub fn of(picture: &impl image::GenericImageView) -> Self {
        let (width, height) = picture.dimensions();
        Self { width, height }
    }

    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    pub fn megapixels(self) -> f64 {
        self.pixels() as f64 / 1e6
    }

    pub fn times(self, factor: u32) -> Self {
        Self { width: self.width.saturating_mul(factor), height: self.height.saturating_mul(factor) }
    }

    /// The largest size of the same shape with no side above `longest`; never larger than itself.
    pub fn within(self, longest: u32) -> Self {
        let side = self.width.max(self.height);
        if side <= longest {
            return self;
        }
        let shrink = |length: u32| ((u64::from(length) * u64::from(longest) + u64::from(side) / 2) / u64::from(side)).max(1) as u32;
        Self { width: shrink(self.width), height: shrink(self.height) }
    }

    /// The largest size of about the same shape with no more than `pixels`; never larger than itself.
    pub fn of_at_most(self, pixels: u64) -> Self {
        let shrink = (pixels as f64 / self.pixels() as f64).sqrt().min(1.0);
        let side = |length: u32| ((f64::from(length) * shrink) as u32).max(1);
        Self { width: side(self.width), height: side(self.height) }
    }

    /// Fails when the picture is empty or over a cap.
    pub fn check(self, what: Measured, max_pixels: u64) -> Result<(), Error> {
        if self.pixels() == 0 {
            return Err(Error::Empty);
        }
        if self.pixels() > max_pixels || u64::from(self.width.max(self.height)) > MAX_SIDE {
            let (width, height) = (self.width.into(), self.height.into());
            return Err(Error::TooLarge { what, width, height, max_pixels, max_side: MAX_SIDE });
        }
        Ok(())
    }
}

/// Work counted by one operation, before it is known how many threads share it.
pub(crate) struct Work {
    pub output: Size,
    pub tiles: usize,
    pub cpu_seconds: f64,
    pub memory_bytes: u64,
}

impl Work {
    /// Spreads the work over `threads`, of which each added one gives a little less, at `pace` times the measured time.
    pub fn on(self, threads: usize, pace: f64) -> Plan {
        let speed = (threads.max(1) as f64).powf(0.9) / pace;
        Plan {
            output_width: self.output.width,
            output_height: self.output.height,
            tiles: self.tiles,
            estimated_seconds: self.cpu_seconds / speed,
            memory_bytes: self.memory_bytes,
        }
    }
}
