//! One small picture through every model, compared with a picture that was looked at and found right. A swapped model,
//! colour order or preparation changes far more than the tolerance. `UPDATE_GOLDENS=1` writes new ones after a
//! deliberate change of a model; look at them before committing.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy only excuses the tests themselves")]

use std::path::{Path, PathBuf};

use engine::{Background, Content, Control, Engine, EngineOptions, Operation, Quality, Scale, StyleSource, packs};
use image::{DynamicImage, RgbImage};

/// Mean difference of 255 that other processors may show through another order of additions.
const MEAN_TOLERANCE: f64 = 0.6;
/// What one pixel may differ by.
const MAX_TOLERANCE: u8 = 12;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn picture(name: &str) -> DynamicImage {
    image::open(data(name)).unwrap()
}

fn engine(models_dir: &Path) -> Engine {
    Engine::new(EngineOptions { models_dir: models_dir.to_path_buf(), threads: 2 })
}

fn run(operation: &Operation, input: &DynamicImage, style: Option<&DynamicImage>) -> RgbImage {
    engine(Path::new("/nonexistent")).run(operation, input, style, &Control::unobserved()).unwrap().to_rgb8()
}

fn upscale(scale: Scale, content: Content, quality: Quality) -> Operation {
    Operation::Upscale { scale, content, quality }
}

fn style(style: StyleSource) -> Operation {
    Operation::StyleTransfer { style, blend: None, strength: 1.0, preserve_colors: false }
}

fn difference(left: &RgbImage, right: &RgbImage) -> (f64, u8) {
    let differences = left.as_raw().iter().zip(right.as_raw()).map(|(left, right)| left.abs_diff(*right));
    let (sum, max) = differences.fold((0.0, 0), |(sum, max), value| (sum + f64::from(value), value.max(max)));
    (sum / left.as_raw().len() as f64, max)
}

fn assert_golden(name: &str, result: &RgbImage) {
    let path = data(&format!("golden-{name}.png"));
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        result.save(&path).unwrap();
    }
    let golden = image::open(&path).unwrap().to_rgb8();
    assert_eq!(result.dimensions(), golden.dimensions(), "{name}");
    let (mean, max) = difference(result, &golden);
    assert!(mean <= MEAN_TOLERANCE && max <= MAX_TOLERANCE, "{name}: mean {mean:.2}, max {max}");
}

fn cat(side: u32) -> DynamicImage {
    picture("cat.png").crop_imm(20, 10, side, side)
}

#[test]
fn the_subject_net_finds_the_cup() {
    let operation = Operation::RemoveBackground { background: Background::Transparent, refine_edges: false };
    let result = engine(Path::new("/nonexistent")).run(&operation, &picture("cup.png"), None, &Control::unobserved()).unwrap().to_rgba8();
    let mask = RgbImage::from_fn(result.width(), result.height(), |x, y| image::Rgb([result.get_pixel(x, y)[3]; 3]));
    assert_golden("subject", &mask);
}

#[test]
fn the_photo_nets_enlarge_the_cat() {
    assert_golden("photo-2", &run(&upscale(Scale::X2, Content::Photo, Quality::Standard), &cat(48), None));
    assert_golden("photo-4", &run(&upscale(Scale::X4, Content::Photo, Quality::Standard), &cat(32), None));
}

#[test]
fn the_drawing_net_enlarges_the_cat() {
    assert_golden("art-4", &run(&upscale(Scale::X4, Content::Art, Quality::Standard), &cat(32), None));
}

#[test]
fn the_named_style_net_paints_the_cat() {
    assert_golden("style-7", &run(&style(StyleSource::Named(7)), &picture("cat.png"), None));
    assert_golden("style-21", &run(&style(StyleSource::Named(21)), &picture("cat.png"), None));
}

#[test]
fn the_style_reader_and_painter_paint_the_cat_like_a_picture() {
    assert_golden("style-picture", &run(&style(StyleSource::Picture), &picture("cat.png"), Some(&picture("cup.png"))));
}

#[test]
fn the_high_quality_packs_enlarge_the_cat() {
    let models = tempfile::tempdir().unwrap();
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../weights/packs");
    packs::install(models.path(), "up-photo-hq", &weights).unwrap();
    packs::install(models.path(), "up-art-hq", &weights).unwrap();
    let engine = engine(models.path());
    for (name, content) in [("photo-4-high", Content::Photo), ("art-4-high", Content::Art)] {
        let operation = upscale(Scale::X4, content, Quality::High);
        let result = engine.run(&operation, &cat(16), None, &Control::unobserved()).unwrap().to_rgb8();
        assert_golden(name, &result);
    }
}

#[test]
fn the_tolerance_tells_models_and_colour_orders_apart() {
    let golden = |name: &str| image::open(data(&format!("golden-{name}.png"))).unwrap().to_rgb8();
    let apart = |left: &RgbImage, right: &RgbImage| difference(left, right).0 > 2.0 * MEAN_TOLERANCE;
    for name in ["photo-2", "photo-4", "art-4", "style-7", "style-21", "style-picture", "photo-4-high", "art-4-high"] {
        let right = golden(name);
        let mut swapped = right.clone();
        swapped.pixels_mut().for_each(|pixel| pixel.0.reverse());
        assert!(apart(&right, &swapped), "{name}");
    }
    assert!(apart(&golden("photo-4"), &golden("art-4")));
    assert!(apart(&golden("photo-4-high"), &golden("art-4-high")));
}
