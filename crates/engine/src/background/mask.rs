//! The subject mark of U²-Net (Qin et al. 2020), in its small form.

use image::RgbImage;
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use crate::error::Error;
use crate::models::Net;
use crate::pixels::plane::{Plane, resized_softly};
use crate::plan::Size;

/// Side of the square the net was trained on.
const SIDE: u32 = 320;
/// Mean and deviation of the training pictures (ImageNet), per channel.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];
/// Below this the net's strongest answer means that it saw no subject; stretching it would cut out noise.
const FAINTEST_SUBJECT: f32 = 0.3;

/// How much each part of the picture belongs to the subject, 0 to 1, on a square of 320 pixels.
pub(super) fn find_subject(net: &Net, picture: &RgbImage) -> Result<Plane, Error> {
    let size = Size { width: SIDE, height: SIDE };
    let small = resized_softly(picture, size);
    let brightest = f32::from(small.as_raw().iter().copied().max().unwrap_or(0).max(1));
    let mut data = Vec::with_capacity(small.as_raw().len());
    for channel in 0..3 {
        let normal = |pixel: &image::Rgb<u8>| (f32::from(pixel[channel]) / brightest - MEAN[channel]) / DEVIATION[channel];
        data.extend(small.pixels().map(normal));
    }
    let output = net.run(&[Tensor::from_data(&[1, 3, SIDE as usize, SIDE as usize], data)])?;
    let values = output.to_vec();
    let (low, high) = values.iter().fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    if high < FAINTEST_SUBJECT {
        return Err(Error::NoSubject);
    }
    Ok(Plane::from_fn(size, |index| (values[index] - low) / (high - low).max(1e-6)))
}
