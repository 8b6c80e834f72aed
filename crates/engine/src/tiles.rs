//! Cutting one side of a picture into equal overlapping spans, and the weights with which overlaps are joined.
//! Along an overlap the two weights add up to one, so that a join is a cross-fade and never an edge.

/// One span of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// First pixel.
    pub start: u32,
    /// Length; equal for all spans of a side.
    pub len: u32,
    /// Pixels shared with the span before.
    pub lead: u32,
    /// Pixels shared with the span after.
    pub tail: u32,
}

impl Span {
    /// Weight of the pixel `at` (counted from the start) when the span is drawn `scale` times larger.
    pub fn weight(&self, at: u32, scale: u32) -> f32 {
        let ramp = |distance: u32, overlap: u32| ((distance as f32 + 0.5) / (overlap * scale) as f32).min(1.0);
        let from_end = self.len * scale - 1 - at;
        let lead = if self.lead > 0 { ramp(at, self.lead) } else { 1.0 };
        let tail = if self.tail > 0 { ramp(from_end, self.tail) } else { 1.0 };
        lead.min(tail)
    }

    /// The weights of all its pixels.
    pub fn weights(&self, scale: u32) -> Vec<f32> {
        (0..self.len * scale).map(|at| self.weight(at, scale)).collect()
    }
}

/// Cuts `total` pixels into spans of at most `longest` that overlap by at least `overlap`.
pub(crate) fn spans(total: u32, longest: u32, overlap: u32) -> Vec<Span> {
    if total <= longest {
        return vec![Span { start: 0, len: total, lead: 0, tail: 0 }];
    }
    let count = (total - overlap).div_ceil(longest - overlap);
    let len = (total + (count - 1) * overlap).div_ceil(count);
    let start = |index: u32| (u64::from(total - len) * u64::from(index) / u64::from(count - 1)) as u32;
    let shared = |index: u32| start(index) + len - start(index + 1);
    (0..count)
        .map(|index| Span {
            start: start(index),
            len,
            lead: if index == 0 { 0 } else { shared(index - 1) },
            tail: if index + 1 == count { 0 } else { shared(index) },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_cover_the_side_and_their_weights_add_up_to_one_everywhere() {
        for (total, longest, overlap, scale) in [(1, 64, 8, 4), (64, 64, 8, 2), (65, 64, 8, 4), (200, 64, 8, 2), (1001, 224, 16, 4)] {
            let mut sum = vec![0.0f32; (total * scale) as usize];
            for span in spans(total, longest, overlap) {
                assert!(span.len <= longest);
                for (at, weight) in span.weights(scale).into_iter().enumerate() {
                    sum[(span.start * scale) as usize + at] += weight;
                }
            }
            assert!(sum.iter().all(|weight| (weight - 1.0).abs() < 1e-5), "{total} {longest} {overlap}");
        }
    }
}
