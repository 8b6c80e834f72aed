//! Painting styles: a net repaints a copy of bounded size, the painting is enlarged to the picture's size by the photo
//! upscaler where needed, and mixed with the picture. The nets normalise over the whole picture, so tiles would each
//! get their own contrast; and their strokes have a fixed size, which on a large picture would be lost.

mod blend;
mod paint;

use image::{DynamicImage, RgbImage};

use crate::control::Stage;
use crate::engine::Engine;
use crate::error::{Error, Measured};
use crate::operation::{Blend, Content, Quality, STYLE_COUNT, Scale, StyleSource};
use crate::pixels::fill::spread_visible;
use crate::pixels::picture::{Picture, join};
use crate::pixels::plane::resized;
use crate::plan::{MAX_OUTPUT_PIXELS, Size, Work};
use crate::upscale::{self, Method};

/// Longest side of the copy that is painted: strokes stay visible in the whole picture, and memory below 500 MB.
const WORKING_SIDE: u32 = 1024;
/// Up to this enlargement a plain filter is as good as the upscaler.
const PLAIN_ENLARGEMENT: f32 = 1.3;

/// All choices of a style transfer.
pub(crate) struct Recipe {
    pub source: StyleSource,
    pub blend: Option<Blend>,
    pub strength: f32,
    pub preserve_colors: bool,
}

/// Cost for a picture of that size, after checking the choices.
pub(crate) fn plan(source: StyleSource, blend: Option<Blend>, strength: f32, size: Size) -> Result<Work, Error> {
    check(source, blend, strength)?;
    size.check(Measured::Output, MAX_OUTPUT_PIXELS)?;
    let working = size.within(WORKING_SIDE);
    let enlarging = match enlargement(working, size) {
        Some(method) => Some(method.plan(working)?),
        None => None,
    };
    let painting = working.pixels() * 460;
    let (tiles, seconds, enlarged) = enlarging.map_or((0, 0.0, 0), |work| (work.tiles, work.cpu_seconds, work.memory_bytes));
    Ok(Work {
        output: size,
        tiles: 1 + tiles,
        cpu_seconds: 0.3 + working.megapixels() * 1.9 + seconds + size.megapixels() * 0.2,
        memory_bytes: 60_000_000 + painting.max(enlarged + size.pixels() * 6),
    })
}

fn check(source: StyleSource, blend: Option<Blend>, strength: f32) -> Result<(), Error> {
    let unknown = |index: usize| index >= STYLE_COUNT;
    if matches!(source, StyleSource::Named(index) if unknown(index)) || blend.is_some_and(|blend| unknown(blend.style)) {
        return Err(Error::BadParameter { name: "style", reason: "is not one of the named styles" });
    }
    if source == StyleSource::Picture && blend.is_some() {
        return Err(Error::BadParameter { name: "blend", reason: "works with named styles only" });
    }
    if blend.is_some_and(|blend| !(0.0..=1.0).contains(&blend.amount)) {
        return Err(Error::BadParameter { name: "amount", reason: "must be 0 to 1" });
    }
    if !(0.0..=1.0).contains(&strength) {
        return Err(Error::BadParameter { name: "strength", reason: "must be 0 to 1" });
    }
    Ok(())
}

/// How a painting of size `from` becomes as large as the picture; `None` means by a plain filter.
fn enlargement(from: Size, to: Size) -> Option<Method> {
    let factor = to.width.max(to.height) as f32 / from.width.max(from.height) as f32;
    let scale = match factor {
        ..=PLAIN_ENLARGEMENT => return None,
        ..=2.0 => Scale::X2,
        _ => Scale::X4,
    };
    Some(Method::choose(scale, Content::Photo, Quality::Standard))
}

/// Repaints a picture.
pub(crate) fn run(
    engine: &Engine,
    input: &DynamicImage,
    style_image: Option<&DynamicImage>,
    recipe: Recipe,
    stage: Stage,
) -> Result<DynamicImage, Error> {
    let mut picture = Picture::of(input);
    if let Some(alpha) = &picture.alpha {
        spread_visible(picture.rgb.to_mut(), alpha);
    }
    let full = Size::of(&*picture.rgb);
    let working = full.within(WORKING_SIDE);
    let small = resized(&picture.rgb, working);
    let method = enlargement(working, full);
    let painted_at = if method.is_some() { 0.15 } else { 0.8 };
    let painting = match recipe.source {
        StyleSource::Named(index) => paint::named(engine, &small, index, recipe.blend)?,
        StyleSource::Picture => {
            let missing = Error::BadParameter { name: "style_image", reason: "is needed when the style comes from a picture" };
            paint::like_picture(engine, &small, style_image.ok_or(missing)?)?
        }
    };
    drop(small);
    stage.part(0.0, painted_at).report(1, 1)?;
    let painting = enlarge(engine, painting, full, method, stage.part(painted_at, 0.9))?;
    let mut result = picture.rgb.into_owned();
    blend::mix(&mut result, &painting, recipe.strength, recipe.preserve_colors);
    Ok(join(result, picture.alpha))
}

fn enlarge(engine: &Engine, painting: RgbImage, full: Size, method: Option<Method>, stage: Stage) -> Result<RgbImage, Error> {
    let large = match method {
        Some(method) => upscale::enlarge(engine, &painting, method, stage)?,
        None => painting,
    };
    Ok(if Size::of(&large) == full { large } else { resized(&large, full) })
}

#[cfg(test)]
mod tests;
