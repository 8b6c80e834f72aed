//! The subject's own colour where it is half-transparent, so that no rim of the old background comes along. Two blurs
//! of the visible parts, wide then narrow, after Forte (Approximate Fast Foreground Colour Estimation, 2021).

use crate::pixels::blur::box_mean;
use crate::pixels::plane::Plane;

/// Half-widths of the two blurs as shares of the longest side; the paper's 90 and 6 pixels at its picture size.
const WIDE: f32 = 1.0 / 20.0;
const NARROW: f32 = 1.0 / 170.0;

/// Estimated colours of subject and background everywhere, at working size.
pub(super) struct Colours {
    pub subject: [Plane; 3],
    pub background: [Plane; 3],
}

/// Estimates both from the picture and the subject's opacity.
pub(super) fn estimate(picture: &[Plane; 3], opacity: &Plane) -> Colours {
    let side = opacity.size.width.max(opacity.size.height) as f32;
    let radius = |share: f32| ((side * share).round() as usize).max(1);
    let wide = step(picture, picture, picture, opacity, radius(WIDE));
    step(picture, &wide.subject, &wide.background, opacity, radius(NARROW))
}

/// Means of subject and background weighted by what is visible of them, the subject corrected so that mixing both
/// gives the picture again.
fn step(picture: &[Plane; 3], subject: &[Plane; 3], background: &[Plane; 3], opacity: &Plane, radius: usize) -> Colours {
    let mean_opacity = box_mean(opacity, radius);
    let mean = |plane: &Plane, of_subject: bool| {
        let share = move |opacity: f32| if of_subject { opacity } else { 1.0 - opacity };
        let weighted = box_mean(&plane.zip(opacity, |value, opacity| value * share(opacity)), radius);
        weighted.zip(&mean_opacity, |sum, opacity| sum / (share(opacity) + 1e-5))
    };
    let background = background.each_ref().map(|plane| mean(plane, false));
    let subject = [0, 1, 2].map(|channel: usize| {
        let smooth = mean(&subject[channel], true);
        Plane::from_fn(opacity.size, |at| {
            corrected(smooth.data[at], background[channel].data[at], opacity.data[at], picture[channel].data[at])
        })
    });
    Colours { subject, background }
}

/// The subject's colour moved so that, mixed with the background, it comes nearer to the colour that is seen.
pub(super) fn corrected(subject: f32, background: f32, opacity: f32, seen: f32) -> f32 {
    (subject + opacity * (seen - opacity * subject - (1.0 - opacity) * background)).clamp(0.0, 1.0)
}
