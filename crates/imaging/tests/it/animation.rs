//! Of what moves, the first picture is kept.

use image::{Rgba, RgbaImage};
use imaging::{Error, Format, Limits, decode, inspect};

use crate::make::*;

fn colours() -> Vec<RgbaImage> {
    [[250, 10, 10, 255], [10, 250, 10, 255]].map(|colour| RgbaImage::from_pixel(40, 30, Rgba(colour))).to_vec()
}

fn assert_first_frame(bytes: &[u8], format: Format) {
    let header = inspect(bytes, &Limits::default()).unwrap();
    assert_eq!((header.frames, header.animated), (2, true));
    let (ingested, clean) = stored(bytes);
    assert_eq!(ingested.format, format);
    assert_eq!((ingested.width, ingested.height), (40, 30));
    let after = inspect(&clean, &Limits::default()).unwrap();
    assert_eq!((after.frames, after.animated), (1, false));
    let image = decode(&clean, &Limits::default()).unwrap().into_rgb8();
    assert_near(&image.get_pixel(20, 15).0, &[250, 10, 10], 8);
}

fn webp_frames() -> Vec<Vec<u8>> {
    let frames = colours();
    frames.iter().map(|frame| lossless_webp(&image::DynamicImage::from(frame.clone()).into_rgb8())).collect()
}

fn animated_png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 40, 30);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    for frame in colours() {
        writer.write_image_data(&frame).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

#[test]
fn a_gif_becomes_a_png_of_its_first_frame() {
    assert_first_frame(&gif(&colours()), Format::Png);
}

#[test]
fn an_animated_webp_becomes_a_still_one() {
    assert_first_frame(&animated_webp(40, 30, &webp_frames()), Format::WebP);
}

#[test]
fn an_animated_png_becomes_a_still_one_with_the_same_pixels() {
    let bytes = animated_png();
    assert_first_frame(&bytes, Format::Png);
    assert!(!stored(&bytes).0.rewritten);
}

#[test]
fn too_many_frames_are_refused_before_decoding() {
    let limits = Limits { max_frames: 1, ..Limits::default() };
    for bytes in [gif(&colours()), animated_webp(40, 30, &webp_frames()), animated_png()] {
        let answer = inspect(&bytes, &limits);
        assert!(matches!(answer, Err(Error::TooManyFrames { max: 1 })), "{answer:?}");
    }
}

#[test]
fn an_animation_of_one_frame_is_stored_as_a_still() {
    let (_, clean) = stored(&animated_webp(40, 30, &webp_frames()[..1]));
    assert!(!inspect(&clean, &Limits::default()).unwrap().animated);
}
