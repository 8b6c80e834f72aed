use std::path::PathBuf;

use super::*;
use crate::control::Control;
use crate::engine::EngineOptions;

fn engine() -> Engine {
    Engine::new(EngineOptions { models_dir: PathBuf::new(), threads: 2 })
}

/// Largest and mean difference between many small tiles and one tile that holds the whole picture.
fn tiled_against_whole(picture: &RgbImage, content: Content) -> (u8, f64) {
    let engine = engine();
    let control = Control::unobserved();
    let method = Method::choose(Scale::X4, content, Quality::Standard);
    let tiled = enlarge(&engine, picture, Method { tile: 52, ..method }, control.whole()).unwrap();
    let whole = enlarge(&engine, picture, Method { tile: 10_000, ..method }, control.whole()).unwrap();
    let differences = tiled.as_raw().iter().zip(whole.as_raw()).map(|(tiled, whole)| tiled.abs_diff(*whole));
    let mean = differences.clone().map(f64::from).sum::<f64>() / tiled.as_raw().len() as f64;
    (differences.max().unwrap(), mean)
}

#[test]
fn joins_are_invisible_in_a_photo() {
    let photo = image::open(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cat.png")).unwrap().to_rgb8();
    for content in [Content::Photo, Content::Art] {
        let (max, mean) = tiled_against_whole(&photo, content);
        assert!(max <= 6 && mean < 0.1, "{content:?}: max {max}, mean {mean}");
    }
}

#[test]
fn joins_are_invisible_in_a_gradient() {
    let gradient = RgbImage::from_fn(120, 60, |x, y| image::Rgb([(x * 2) as u8, (y * 4) as u8, 128]));
    let (max, _) = tiled_against_whole(&gradient, Content::Photo);
    assert!(max <= 1, "{max}");
}

#[test]
fn memory_and_time_grow_with_the_picture() {
    let method = Method::choose(Scale::X4, Content::Photo, Quality::Standard);
    let plan = |width, height| method.plan(Size { width, height }).unwrap();
    let (small, large) = (plan(600, 400), plan(1200, 800));
    assert_eq!((small.output.width, small.output.height), (2400, 1600));
    assert!(large.tiles > small.tiles && large.cpu_seconds > 3.0 * small.cpu_seconds && large.memory_bytes > small.memory_bytes);
}
