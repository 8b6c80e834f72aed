//! Renders the preview picture of every style of the catalogue with the engine itself:
//! `cargo run -p engine --example style_previews -- photo.png frontend/public/styles`.

use std::error::Error;
use std::path::Path;

use engine::{Control, Engine, EngineOptions, Operation, StyleSource};
use image::imageops::FilterType;
use image::{DynamicImage, RgbImage};

/// Side of a preview in pixels.
const SIDE: u32 = 240;
/// Side at which it is painted; a little more than the preview, so that strokes can still be made out on a card.
const PAINTED: u32 = 320;
/// Most bytes of a preview: 26 of them load with the page.
const MAX_BYTES: usize = 14_000;

#[derive(serde::Deserialize)]
struct Catalogue {
    style: Vec<Style>,
}

#[derive(serde::Deserialize)]
struct Style {
    id: String,
    index: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [photo, folder] = arguments.as_slice() else { return Err("usage: style_previews photo folder".into()) };
    let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue/styles.toml");
    let catalogue: Catalogue = toml::from_str(&std::fs::read_to_string(catalogue)?)?;
    let photo = DynamicImage::ImageRgb8(image::open(photo)?.resize_to_fill(PAINTED, PAINTED, FilterType::Lanczos3).to_rgb8());
    let engine = Engine::new(EngineOptions { models_dir: "data/models".into(), threads: 0 });
    for style in catalogue.style {
        let operation =
            Operation::StyleTransfer { style: StyleSource::Named(style.index), blend: None, strength: 1.0, preserve_colors: false };
        let painted = engine.run(&operation, &photo, None, &Control::unobserved())?;
        let small = painted.resize_exact(SIDE, SIDE, FilterType::Triangle).to_rgb8();
        let data = encode(&small)?;
        eprintln!("{} {} bytes", style.id, data.len());
        std::fs::write(Path::new(folder).join(style.id + ".webp"), data)?;
    }
    Ok(())
}

/// WebP of the best quality that is small enough.
fn encode(picture: &RgbImage) -> Result<Vec<u8>, Box<dyn Error>> {
    let encoder = webp::Encoder::from_rgb(picture, picture.width(), picture.height());
    for quality in (20..=85).rev().step_by(5) {
        let data = encoder.encode(quality as f32);
        if data.len() <= MAX_BYTES {
            return Ok(data.to_vec());
        }
    }
    Err("even at quality 20 the preview is too large".into())
}
