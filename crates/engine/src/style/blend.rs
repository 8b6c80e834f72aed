//! Mixing a painting with the picture it was made from.

use image::RgbImage;
use rayon::prelude::*;

use crate::pixels::oklab::Oklab;

/// Moves each pixel of `picture` towards `painting` by `strength`; 0 leaves the picture exactly as it is. With
/// `keep_colours` only lightness comes from the painting.
pub(super) fn mix(picture: &mut RgbImage, painting: &RgbImage, strength: f32, keep_colours: bool) {
    if strength == 0.0 {
        return;
    }
    picture.par_chunks_mut(3).zip(painting.par_chunks(3)).with_min_len(4096).for_each(|(pixel, painted)| {
        let own = [pixel[0], pixel[1], pixel[2]];
        let painted = [painted[0], painted[1], painted[2]];
        let mixed = match (keep_colours, strength < 1.0) {
            (false, false) => painted,
            (false, true) => Oklab::from_srgb(own).towards(Oklab::from_srgb(painted), strength).to_srgb(),
            (true, _) => {
                let own = Oklab::from_srgb(own);
                let target = Oklab { l: Oklab::from_srgb(painted).l, ..own };
                own.towards(target, strength).to_srgb()
            }
        };
        pixel.copy_from_slice(&mixed);
    });
}
