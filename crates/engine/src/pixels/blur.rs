//! Box blur in constant time per pixel, and the Gaussian that three of them approach.

use rayon::prelude::*;

use super::plane::Plane;

/// Mean over the square of half-width `radius` around each pixel; the square is cut off at the border.
pub(crate) fn box_mean(plane: &Plane, radius: usize) -> Plane {
    let (width, height) = (plane.width(), plane.size.height as usize);
    let mut rows = plane.clone();
    rows.data.par_chunks_mut(width).for_each(|row| {
        let source = row.to_vec();
        mean_row(&source, row, radius);
    });
    let mut result = plane.clone();
    // A block of rows starts its own running sums, so blocks can run beside each other; 64 rows keep the restart cheap.
    result.data.par_chunks_mut(width * 64).enumerate().for_each(|(block, target)| {
        mean_columns(&rows.data, target, width, height, block * 64, radius);
    });
    result
}

fn mean_row(source: &[f32], target: &mut [f32], radius: usize) {
    let last = source.len() - 1;
    let mut sum: f64 = source.iter().take(radius).map(|value| f64::from(*value)).sum();
    for (x, value) in target.iter_mut().enumerate() {
        if x + radius <= last {
            sum += f64::from(source[x + radius]);
        }
        if x > radius {
            sum -= f64::from(source[x - radius - 1]);
        }
        let count = (x + radius).min(last) - x.saturating_sub(radius) + 1;
        *value = (sum / count as f64) as f32;
    }
}

fn mean_columns(source: &[f32], target: &mut [f32], width: usize, height: usize, first: usize, radius: usize) {
    let row = |y: usize| &source[y * width..][..width];
    let mut sums = vec![0.0f64; width];
    for y in first.saturating_sub(radius)..(first + radius).min(height) {
        sums.iter_mut().zip(row(y)).for_each(|(sum, value)| *sum += f64::from(*value));
    }
    for (y, target) in (first..).zip(target.chunks_mut(width)) {
        if y + radius < height {
            sums.iter_mut().zip(row(y + radius)).for_each(|(sum, value)| *sum += f64::from(*value));
        }
        if y > first && y > radius {
            sums.iter_mut().zip(row(y - radius - 1)).for_each(|(sum, value)| *sum -= f64::from(*value));
        }
        let count = ((y + radius).min(height - 1) - y.saturating_sub(radius) + 1) as f64;
        target.iter_mut().zip(&sums).for_each(|(value, sum)| *value = (sum / count) as f32);
    }
}

/// Close to a Gaussian blur of that standard deviation in pixels.
pub(crate) fn gaussian(plane: &Plane, deviation: f32) -> Plane {
    // Three boxes of width w have the variance (w^2 - 1) / 4; solved for w = 2r + 1.
    let radius = (((deviation * deviation * 4.0 + 1.0).sqrt() - 1.0) / 2.0).round().max(1.0) as usize;
    box_mean(&box_mean(&box_mean(plane, radius), radius), radius)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Size;

    #[test]
    fn the_running_mean_equals_the_plain_one() {
        let size = Size { width: 37, height: 150 };
        let plane = Plane::from_fn(size, |index| ((index * 7919) % 251) as f32 / 251.0);
        for radius in [1, 5, 40, 200] {
            let mean = box_mean(&plane, radius);
            for (x, y) in [(0, 0), (36, 149), (18, 63), (18, 64), (3, 130)] {
                let (mut sum, mut count) = (0.0, 0.0);
                for v in usize::saturating_sub(y, radius)..=(y + radius).min(149) {
                    for u in usize::saturating_sub(x, radius)..=(x + radius).min(36) {
                        sum += plane.data[v * 37 + u];
                        count += 1.0;
                    }
                }
                assert!((mean.data[y * 37 + x] - sum / count).abs() < 1e-4, "radius {radius} at {x},{y}");
            }
        }
    }
}
