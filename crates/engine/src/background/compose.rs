//! Putting the cut-out subject on its new background, row by row at full size.

use image::{DynamicImage, RgbImage, RgbaImage};
use rayon::prelude::*;

use super::foreground::{Colours, corrected};
use super::guided::Matte;
use crate::operation::Background;
use crate::pixels::blur::gaussian;
use crate::pixels::picture::Picture;
use crate::pixels::plane::Plane;
use crate::pixels::sampler::Sampler;
use crate::plan::Size;

/// What stands behind the subject, ready to be read.
pub(super) enum Backdrop {
    Transparent,
    Color([f32; 3]),
    /// The old background out of focus, at working size or below.
    Picture([Plane; 3]),
}

impl Backdrop {
    /// Prepares the background. Blurring leaves the subject out, so that it does not shine through as a halo.
    pub fn new(background: Background, picture: &[Plane; 3], opacity: &Plane, full: Size) -> Self {
        match background {
            Background::Transparent => Self::Transparent,
            Background::Color(colour) => Self::Color(colour.map(f32::from)),
            Background::Blur { radius } => {
                let deviation = radius * opacity.size.width as f32 / full.width as f32;
                // A little of everything remains, so that a picture that is all subject still has a backdrop.
                let share = Plane::from_fn(opacity.size, |at| (1.0 - opacity.data[at]).powi(2).max(1e-4));
                let total = gaussian(&share, deviation);
                let blurred = |plane: &Plane| {
                    let sum = gaussian(&plane.zip(&share, |value, share| value * share), deviation);
                    sum.zip(&total, |sum, total| sum / total * 255.0)
                };
                Self::Picture(picture.each_ref().map(blurred))
            }
        }
    }
}

/// The subject on its backdrop: RGBA for a transparent one, else RGB (RGBA when the picture itself had holes).
pub(super) fn compose(picture: &Picture, matte: &Matte, colours: &Colours, backdrop: &Backdrop, clean: bool) -> DynamicImage {
    let full = Size::of(&*picture.rgb);
    let width = full.width as usize;
    let sampler = Sampler::new(matte.working().size, full);
    let reader = matte.reader(full);
    let line = |y: usize| -> (Vec<f32>, Vec<[f32; 3]>) {
        let seen = &picture.rgb.as_raw()[y * width * 3..][..width * 3];
        let mut opacity = reader.row(y, seen);
        let subject = if clean { clean_row(seen, &opacity, colours, &sampler, y) } else { seen.chunks_exact(3).map(as_floats).collect() };
        if let Some(own) = &picture.alpha {
            let own = &own.as_raw()[y * width..][..width];
            opacity.iter_mut().zip(own).for_each(|(opacity, own)| *opacity *= f32::from(*own) / 255.0);
        }
        (opacity, subject)
    };
    if matches!(backdrop, Backdrop::Transparent) {
        let mut result = RgbaImage::new(full.width, full.height);
        result.par_chunks_mut(width * 4).enumerate().for_each(|(y, row)| {
            let (opacity, subject) = line(y);
            for ((pixel, opacity), subject) in row.chunks_exact_mut(4).zip(opacity).zip(subject) {
                let alpha = to_byte(opacity * 255.0);
                let visible = if alpha == 0 { [0; 3] } else { subject.map(to_byte) };
                pixel.copy_from_slice(&[visible[0], visible[1], visible[2], alpha]);
            }
        });
        return DynamicImage::ImageRgba8(result);
    }
    let mut result = RgbImage::new(full.width, full.height);
    result.par_chunks_mut(width * 3).enumerate().for_each(|(y, row)| {
        let (opacity, subject) = line(y);
        let behind = behind_row(backdrop, &sampler, y, width);
        for (((pixel, opacity), subject), behind) in row.chunks_exact_mut(3).zip(opacity).zip(subject).zip(behind) {
            for channel in 0..3 {
                pixel[channel] = to_byte(behind[channel] + (subject[channel] - behind[channel]) * opacity);
            }
        }
    });
    DynamicImage::ImageRgb8(result)
}

/// The subject's own colours along a row, 0 to 255; solid pixels keep theirs untouched.
fn clean_row(seen: &[u8], opacity: &[f32], colours: &Colours, sampler: &Sampler, y: usize) -> Vec<[f32; 3]> {
    let read = |plane: &Plane| {
        let mut row = vec![0.0; opacity.len()];
        sampler.read(plane, y, &mut row);
        row
    };
    let subject = colours.subject.each_ref().map(read);
    let background = colours.background.each_ref().map(read);
    let pixel = |(x, seen): (usize, &[u8])| {
        let seen = as_floats(seen);
        // Fading the correction in avoids a line where solid meets almost solid.
        let share = ((1.0 - opacity[x]) / 0.1).min(1.0);
        [0, 1, 2].map(|c: usize| {
            let own = corrected(subject[c][x], background[c][x], opacity[x], seen[c] / 255.0) * 255.0;
            seen[c] + (own - seen[c]) * share
        })
    };
    seen.chunks_exact(3).enumerate().map(pixel).collect()
}

fn behind_row(backdrop: &Backdrop, sampler: &Sampler, y: usize, width: usize) -> Vec<[f32; 3]> {
    match backdrop {
        Backdrop::Transparent => vec![[0.0; 3]; width],
        Backdrop::Color(colour) => vec![*colour; width],
        Backdrop::Picture(planes) => {
            let mut rows = [vec![0.0; width], vec![0.0; width], vec![0.0; width]];
            rows.iter_mut().zip(planes).for_each(|(row, plane)| sampler.read(plane, y, row));
            (0..width).map(|x| [rows[0][x], rows[1][x], rows[2][x]]).collect()
        }
    }
}

fn as_floats(pixel: &[u8]) -> [f32; 3] {
    [f32::from(pixel[0]), f32::from(pixel[1]), f32::from(pixel[2])]
}

fn to_byte(value: f32) -> u8 {
    (value.clamp(0.0, 255.0) + 0.5) as u8
}
