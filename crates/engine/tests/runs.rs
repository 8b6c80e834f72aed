//! What the engine promises about a run, whatever the model: sizes, determinism, cancellation, refusals.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy only excuses the tests themselves")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::{
    Background, Blend, Content, Control, Engine, EngineOptions, Error, Measured, Operation, Quality, STYLE_COUNT, Scale, StyleSource,
};
use image::{DynamicImage, Rgba, RgbaImage};

fn engine() -> Engine {
    Engine::new(EngineOptions { models_dir: "/nonexistent".into(), threads: 2 })
}

fn picture(name: &str) -> DynamicImage {
    image::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
}

fn upscale(scale: Scale) -> Operation {
    Operation::Upscale { scale, content: Content::Photo, quality: Quality::Standard }
}

fn paint(style: StyleSource) -> Operation {
    Operation::StyleTransfer { style, blend: None, strength: 1.0, preserve_colors: false }
}

fn cut_out(background: Background) -> Operation {
    Operation::RemoveBackground { background, refine_edges: true }
}

fn run(operation: &Operation, input: &DynamicImage) -> DynamicImage {
    engine().run(operation, input, None, &Control::unobserved()).unwrap()
}

#[test]
fn runs_that_begin_together_on_one_thread_all_end() {
    let engine = Arc::new(Engine::new(EngineOptions { models_dir: "/nonexistent".into(), threads: 1 }));
    let (ended, all) = std::sync::mpsc::channel();
    for _ in 0..4 {
        let (engine, ended) = (Arc::clone(&engine), ended.clone());
        std::thread::spawn(move || {
            let input = DynamicImage::ImageRgba8(RgbaImage::from_pixel(24, 24, Rgba([200, 40, 40, 255])));
            let result = engine.run(&paint(StyleSource::Named(0)), &input, None, &Control::unobserved());
            ended.send(result.map(drop)).unwrap();
        });
    }
    for _ in 0..4 {
        all.recv_timeout(Duration::from_secs(60)).expect("a run hangs").unwrap();
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (cup, eye) = (picture("cup.png"), picture("cat.png").crop_imm(20, 10, 48, 48));
    for (operation, input) in
        [(cut_out(Background::Blur { radius: 4.0 }), &cup), (upscale(Scale::X2), &eye), (paint(StyleSource::Named(0)), &eye)]
    {
        assert_eq!(run(&operation, input).into_bytes(), run(&operation, input).into_bytes(), "{operation:?}");
    }
}

#[test]
fn results_have_the_planned_size_even_for_the_smallest_pictures() {
    let engine = engine();
    for (width, height) in [(1, 1), (3, 50), (70, 2)] {
        let picture = picture("cat.png").resize_exact(width, height, image::imageops::FilterType::Nearest);
        for operation in [upscale(Scale::X2), upscale(Scale::X4), paint(StyleSource::Named(3))] {
            let plan = engine.plan(&operation, width, height).unwrap();
            let result = engine.run(&operation, &picture, None, &Control::unobserved()).unwrap();
            assert_eq!((result.width(), result.height()), (plan.output_width, plan.output_height), "{operation:?}");
        }
    }
}

#[test]
fn progress_grows_to_one_and_cancel_stops_between_tiles() {
    let wide = picture("cat.png").resize_exact(300, 20, image::imageops::FilterType::Triangle);
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let control = Control::new(Arc::clone(&flag), move |value| log.lock().unwrap().push(value));
    engine().run(&upscale(Scale::X2), &wide, None, &control).unwrap();
    let values = seen.lock().unwrap().clone();
    assert!(values.is_sorted() && values.last() == Some(&1.0) && values.len() >= 2, "{values:?}");

    let stop = Arc::clone(&flag);
    let control = Control::new(flag, move |_| stop.store(true, Ordering::Relaxed));
    assert!(matches!(engine().run(&upscale(Scale::X2), &wide, None, &control), Err(Error::Cancelled)));
}

#[test]
fn transparency_survives_enlarging_and_hidden_colours_do_not_bleed() {
    let mut sticker = RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0]));
    for (x, y, pixel) in sticker.enumerate_pixels_mut() {
        if (10..30).contains(&x) && (10..30).contains(&y) {
            *pixel = Rgba([250, 220, 60, 255]);
        }
    }
    let large = run(&upscale(Scale::X4), &DynamicImage::ImageRgba8(sticker)).to_rgba8();
    assert_eq!(large.dimensions(), (160, 160));
    assert_eq!((large.get_pixel(8, 8)[3], large.get_pixel(80, 80)[3]), (0, 255));
    for pixel in large.pixels().filter(|pixel| pixel[3] > 40) {
        assert!(pixel[0] > 225 && pixel[1] > 190, "a dark rim: {pixel:?}");
    }
}

#[test]
fn a_cut_out_keeps_the_subject_and_shows_the_chosen_background() {
    let cup = picture("cup.png");
    let clear = run(&cut_out(Background::Transparent), &cup).to_rgba8();
    assert_eq!((clear.get_pixel(2, 2)[3], clear.get_pixel(117, 77)[3]), (0, 0));
    assert_eq!(clear.get_pixel(65, 40)[3], 255);
    let blue = run(&cut_out(Background::Color([0, 0, 255])), &cup);
    assert!(matches!(blue, DynamicImage::ImageRgb8(_)));
    let blue = blue.to_rgb8();
    assert_eq!(blue.get_pixel(2, 2).0, [0, 0, 255]);
    assert_eq!(blue.get_pixel(65, 40), cup.to_rgb8().get_pixel(65, 40));
}

#[test]
fn strength_zero_gives_the_picture_back_and_kept_colours_stay() {
    let cat = picture("cat.png");
    let with = |strength, preserve_colors| {
        run(&Operation::StyleTransfer { style: StyleSource::Named(1), blend: None, strength, preserve_colors }, &cat).to_rgb8()
    };
    assert_eq!(with(0.0, false), cat.to_rgb8());
    let warmth = |picture: &image::RgbImage| {
        let total: f64 = picture.pixels().map(|pixel| f64::from(pixel[0]) - f64::from(pixel[2])).sum();
        total / f64::from(picture.width() * picture.height())
    };
    let own = warmth(&cat.to_rgb8());
    assert!((warmth(&with(1.0, true)) - own).abs() < 0.5 * (warmth(&with(1.0, false)) - own).abs());
}

#[test]
fn a_blend_of_nothing_is_the_first_style_and_a_blend_of_all_the_second() {
    let cat = picture("cat.png");
    let mixed = |amount| {
        let blend = Some(Blend { style: 4, amount });
        run(&Operation::StyleTransfer { style: StyleSource::Named(7), blend, strength: 1.0, preserve_colors: false }, &cat)
    };
    assert_eq!(mixed(0.0).into_bytes(), run(&paint(StyleSource::Named(7)), &cat).into_bytes());
    assert_eq!(mixed(1.0).into_bytes(), run(&paint(StyleSource::Named(4)), &cat).into_bytes());
}

#[test]
fn absurd_work_is_refused_before_it_starts() {
    let engine = engine();
    let plan = |operation: &Operation, width, height| engine.plan(operation, width, height);
    assert!(matches!(plan(&upscale(Scale::X2), 0, 5), Err(Error::Empty)));
    assert!(matches!(plan(&upscale(Scale::X2), 65_535, 65_535), Err(Error::TooLarge { what: Measured::Input, .. })));
    assert!(matches!(plan(&upscale(Scale::X4), 4000, 3000), Err(Error::TooLarge { what: Measured::Output, .. })));
    assert!(matches!(plan(&upscale(Scale::X4), 5000, 10), Err(Error::TooLarge { what: Measured::Output, .. })));
    assert!(plan(&upscale(Scale::X2), 4000, 3000).is_ok());
    let high = Operation::Upscale { scale: Scale::X4, content: Content::Photo, quality: Quality::High };
    assert!(matches!(plan(&high, 100, 100), Err(Error::PackMissing { pack: "up-photo-hq" })));
    assert!(matches!(plan(&cut_out(Background::Blur { radius: f32::NAN }), 10, 10), Err(Error::BadParameter { name: "radius", .. })));
    assert!(matches!(plan(&paint(StyleSource::Named(STYLE_COUNT)), 10, 10), Err(Error::BadParameter { name: "style", .. })));
    let picture = picture("cat.png");
    let missing = engine.run(&paint(StyleSource::Picture), &picture, None, &Control::unobserved());
    assert!(matches!(missing, Err(Error::BadParameter { name: "style_image", .. })));
}

#[test]
fn a_picture_without_a_subject_says_so() {
    let sky = DynamicImage::ImageRgb8(image::RgbImage::from_fn(200, 150, |_, y| image::Rgb([90, 120 + y as u8 / 4, 200])));
    let result = engine().run(&cut_out(Background::Transparent), &sky, None, &Control::unobserved());
    assert!(matches!(result, Err(Error::NoSubject)));
}

#[test]
fn an_engine_works_again_after_its_models_were_unloaded() {
    let engine = engine();
    let cat = picture("cat.png");
    let paint = || engine.run(&paint(StyleSource::Named(2)), &cat, None, &Control::unobserved()).unwrap().into_bytes();
    let first = paint();
    engine.unload_idle(Duration::ZERO);
    assert_eq!(paint(), first);
}

#[test]
fn operations_are_written_as_json_the_same_way_they_are_read() {
    let text = r#"{"type":"upscale","scale":"4","content":"photo","quality":"standard"}"#;
    assert_eq!(serde_json::to_string(&upscale(Scale::X4)).unwrap(), text);
    for operation in [cut_out(Background::Color([1, 2, 3])), cut_out(Background::Transparent), paint(StyleSource::Named(5))] {
        let text = serde_json::to_string(&operation).unwrap();
        assert_eq!(serde_json::from_str::<Operation>(&text).unwrap(), operation);
    }
}
