//! Painting styles: a net repaints a copy of bounded size, and the painting is enlarged to the picture's size and mixed
//! with it. The nets normalise over the whole picture, so tiles would each get their own contrast; and their strokes
//! have a fixed size in pixels, which on a large picture would be lost.

mod blend;
mod paint;

use image::DynamicImage;

use crate::control::Stage;
use crate::engine::Engine;
use crate::error::{Error, Measured};
use crate::operation::{Blend, STYLE_COUNT, StyleSource};
use crate::pixels::fill::spread_visible;
use crate::pixels::picture::{Picture, join};
use crate::pixels::plane::{resized, resized_cubic};
use crate::plan::{MAX_OUTPUT_PIXELS, Size, Work};

/// Most pixels of the copy that is painted: strokes stay visible in the whole picture, and memory below 500 MB.
const PAINTED_PIXELS: u64 = 1_000_000;

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
    let painted = size.of_at_most(PAINTED_PIXELS);
    Ok(Work {
        output: size,
        tiles: 1,
        cpu_seconds: 0.2 + painted.megapixels() * 1.8 + size.megapixels() * 0.2,
        memory_bytes: 40_000_000 + painted.pixels() * 430 + size.pixels() * 6,
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
    let small = resized(&picture.rgb, full.of_at_most(PAINTED_PIXELS));
    stage.report(1, 20)?;
    let painting = match recipe.source {
        StyleSource::Named(index) => paint::named(engine, &small, index, recipe.blend)?,
        StyleSource::Picture => {
            let missing = Error::BadParameter { name: "style_image", reason: "is needed when the style comes from a picture" };
            paint::like_picture(engine, &small, style_image.ok_or(missing)?, stage)?
        }
    };
    drop(small);
    stage.report(16, 20)?;
    // The photo upscaler was tried here: on painted texture it looks the same and costs ten times the time.
    let painting = resized_cubic(&painting, full);
    stage.report(18, 20)?;
    let mut result = picture.rgb.into_owned();
    blend::mix(&mut result, &painting, recipe.strength, recipe.preserve_colors);
    Ok(join(result, picture.alpha))
}
