//! Background removal: a net marks the subject on a small copy, the mark is drawn to the edges of the full-size
//! picture, the old background's colour is taken out of half-transparent pixels, and the subject is put on a new one.

mod compose;
mod foreground;
mod guided;
mod mask;

use image::DynamicImage;

use crate::control::Stage;
use crate::engine::Engine;
use crate::error::Error;
use crate::operation::Background;
use crate::packs::ModelId;
use crate::pixels::picture::Picture;
use crate::pixels::plane::{planes_of, resized};
use crate::plan::{Size, Work};

/// Longest side of the copy on which edges and colours are estimated; the full-size picture guides the rest.
const WORKING_SIDE: u32 = 1024;
/// Widest blur of a background, in pixels.
const MAX_BLUR: f32 = 200.0;

/// Cost for a picture of that size.
pub(crate) fn plan(background: Background, refine_edges: bool, size: Size) -> Result<Work, Error> {
    if let Background::Blur { radius } = background
        && !(1.0..=MAX_BLUR).contains(&radius)
    {
        return Err(Error::BadParameter { name: "radius", reason: "must be 1 to 200" });
    }
    let working = size.within(WORKING_SIDE);
    let refining = if refine_edges { 0.5 * working.megapixels() } else { 0.0 };
    let channels = if background == Background::Transparent { 4 } else { 3 };
    Ok(Work {
        output: size,
        tiles: 1,
        cpu_seconds: 1.1 + refining + 0.05 * size.megapixels(),
        memory_bytes: 155_000_000 + working.pixels() * 100 + size.pixels() * (channels + 4),
    })
}

/// Cuts the subject out and puts it on the new background.
pub(crate) fn run(
    engine: &Engine,
    input: &DynamicImage,
    background: Background,
    refine_edges: bool,
    stage: Stage,
) -> Result<DynamicImage, Error> {
    let picture = Picture::of(input);
    let coarse = mask::find_subject(&engine.net(ModelId::Subject)?, &picture.rgb)?;
    stage.report(5, 10)?;
    let full = Size::of(&*picture.rgb);
    let working = full.within(WORKING_SIDE);
    let small = planes_of(&resized(&picture.rgb, working));
    let mask = coarse.resized(working);
    let matte = if refine_edges { guided::Matte::refined(&small, &mask) } else { guided::Matte::plain(mask) };
    stage.report(7, 10)?;
    let colours = foreground::estimate(&small, matte.working());
    stage.report(8, 10)?;
    let backdrop = compose::Backdrop::new(background, &small, matte.working(), full);
    let result = compose::compose(&picture, &matte, &colours, &backdrop, refine_edges);
    stage.report(10, 10)?;
    Ok(result)
}
