//! Every kind of picture that people send is understood.

use image::DynamicImage;
use imaging::{Format, Limits, decode, encode, inspect, placeholder, shrink, thumbnail, verify_result};

use crate::make::*;

fn pixels(bytes: &[u8]) -> DynamicImage {
    decode(bytes, &Limits::default()).unwrap()
}

#[test]
fn decoded_pictures_have_three_or_four_channels_of_eight_bits() {
    for (name, bytes) in one_of_each() {
        let image = pixels(&bytes);
        let header = inspect(&bytes, &Limits::default()).unwrap();
        let expected = if header.has_alpha { image::ColorType::Rgba8 } else { image::ColorType::Rgb8 };
        assert_eq!(image.color(), expected, "{name}");
        assert_eq!((image.width(), image.height()), (header.width, header.height), "{name}");
        assert_eq!(verify_result(&bytes, &Limits::default()).unwrap(), header, "{name}");
    }
}

#[test]
fn grey_jpeg_becomes_rgb() {
    assert_near(pixels(&grey_jpeg(32, 32, 90)).as_bytes(), &[90, 90, 90], 2);
}

#[test]
fn cmyk_jpeg_without_a_profile_shows_its_inks() {
    // No cyan, full magenta, full yellow, no black: red.
    let bytes = cmyk_jpeg(32, 32, [255, 0, 0, 255]);
    assert_near(pixels(&bytes).as_bytes(), &[255, 0, 0], 6);
    let (ingested, clean) = stored(&bytes);
    assert!(ingested.rewritten);
    assert_near(pixels(&clean).as_bytes(), &[255, 0, 0], 8);
}

#[test]
fn sixteen_bit_png_keeps_its_colours() {
    let row = [&[0][..], &[0x80, 0x11, 0x40, 0x22, 0xff, 0xff].repeat(4)].concat();
    let bytes = png(4, 2, 16, 2, 0, &row.repeat(2));
    assert_eq!(inspect(&bytes, &Limits::default()).unwrap().bit_depth, 16);
    assert_near(pixels(&bytes).as_bytes(), &[0x80, 0x40, 0xff], 1);
}

#[test]
fn palette_png_with_transparent_entries_becomes_rgba() {
    let plain = png(2, 1, 8, 3, 0, &[0, 0, 1]);
    let chunks = [png_chunk(b"PLTE", &[9, 8, 7, 1, 2, 3]), png_chunk(b"tRNS", &[0])];
    let image = pixels(&with_chunks(&plain, &chunks));
    assert_eq!(image.as_bytes(), [9, 8, 7, 0, 1, 2, 3, 255]);
}

#[test]
fn black_and_white_png_of_one_bit_is_read() {
    let image = pixels(&png(8, 1, 1, 0, 0, &[0, 0b1010_0000]));
    assert_eq!(image.as_bytes()[..6], [255, 255, 255, 0, 0, 0]);
}

#[test]
fn interlaced_png_is_read() {
    // Adam7 of 2 × 2: pass 1 holds the first pixel, pass 6 the second, pass 7 the lower row.
    let raw = [&[0, 10, 20, 30][..], &[0, 40, 50, 60], &[0, 70, 80, 90, 1, 2, 3]].concat();
    let bytes = png(2, 2, 8, 2, 1, &raw);
    assert_eq!(pixels(&bytes).as_bytes(), [10, 20, 30, 40, 50, 60, 70, 80, 90, 1, 2, 3]);
    assert!(!stored(&bytes).0.rewritten);
}

#[test]
fn a_file_keeps_its_type_whatever_it_is_called() {
    // `ingest` reads from and writes to paths without an extension.
    for (name, bytes) in one_of_each() {
        let (ingested, clean) = stored(&bytes);
        assert_eq!(imaging::sniff(&clean).unwrap(), ingested.format, "{name}");
    }
}

#[test]
fn shrinking_averages_the_whole_picture() {
    let large = image::RgbImage::from_fn(1600, 1200, |x, y| image::Rgb(if (x + y) % 2 == 0 { [0, 60, 200] } else { [200, 120, 0] }));
    for format in [Format::Png, Format::WebP, Format::Jpeg] {
        let bytes = encode(&large.clone().into(), format, 100).unwrap();
        let small = shrink(&bytes, 64, &Limits::default()).unwrap();
        assert_eq!((small.width(), small.height()), (64, 48));
        assert_near(&small.as_bytes()[64 * 24 * 3..], &[100, 90, 100], 10);
    }
}

#[test]
fn a_thumbnail_from_a_scaled_decode_looks_like_one_from_a_full_decode() {
    let large = cat().resize_exact(2_000, 1_500, image::imageops::FilterType::CatmullRom);
    let bytes = encode(&large, Format::Jpeg, 90).unwrap();
    let quick = shrink(&bytes, 256, &Limits::default()).unwrap();
    let whole = pixels(&bytes).resize_exact(256, 192, image::imageops::FilterType::Lanczos3);
    let difference = quick.as_bytes().iter().zip(whole.as_bytes()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>() as f64;
    let mean = difference / whole.as_bytes().len() as f64;
    assert!(mean < 1.5, "off by {mean} levels");
}

#[test]
fn what_is_transparent_leaves_no_fringe_in_a_small_picture() {
    let picture: DynamicImage = half_transparent(2048, 64).into();
    let bytes = encode(&picture, Format::Png, 0).unwrap();
    let small = shrink(&bytes, 256, &Limits::default()).unwrap().into_rgba8();
    let solid = small.pixels().filter(|pixel| pixel.0[3] > 128);
    solid.for_each(|pixel| assert_near(&pixel.0[..3], &[200, 40, 10], 4));
}

#[test]
fn a_small_picture_is_not_enlarged() {
    let bytes = encode(&quarters(40, 20).into(), Format::Png, 0).unwrap();
    let (ingested, _) = stored(&bytes);
    let small = pixels(&ingested.thumbnail);
    assert_eq!((small.width(), small.height()), (40, 20));
}

#[test]
fn the_longest_line_still_has_a_thumbnail() {
    let line = image::RgbImage::from_pixel(16_383, 1, image::Rgb([5, 6, 7]));
    let small = pixels(&thumbnail(&line.clone().into(), 512).unwrap());
    assert_eq!((small.width(), small.height()), (512, 1));
    for format in [Format::Png, Format::Jpeg] {
        let (ingested, _) = stored(&encode(&line.clone().into(), format, 90).unwrap());
        assert_eq!((ingested.width, ingested.height), (16_383, 1));
    }
}

#[test]
fn the_placeholder_tells_colour_and_proportions() {
    let picture = image::RgbImage::from_pixel(400, 200, image::Rgb([220, 40, 40]));
    let hash = placeholder(&picture.into()).unwrap();
    assert!(hash.len() <= 25);
    let (red, green, blue, alpha) = thumbhash::thumb_hash_to_average_rgba(&hash).unwrap();
    assert!(red > 0.7 && green < 0.3 && blue < 0.3 && alpha > 0.99);
    let proportions = thumbhash::thumb_hash_to_approximate_aspect_ratio(&hash).unwrap();
    assert!((1.5..=2.5).contains(&proportions));
}

#[test]
fn jpeg_shows_what_is_transparent_as_white() {
    let bytes = encode(&half_transparent(64, 64).into(), Format::Jpeg, 95).unwrap();
    let image = pixels(&bytes).into_rgb8();
    assert_near(&image.get_pixel(4, 4).0, &[255, 255, 255], 4);
    assert_near(&image.get_pixel(60, 4).0, &[200, 40, 10], 6);
}

#[test]
fn encoded_pictures_come_back_as_they_were() {
    let cat = cat();
    let png = encode(&cat, Format::Png, 0).unwrap();
    assert_eq!(pixels(&png), cat);
    for format in [Format::Jpeg, Format::WebP] {
        let back = pixels(&encode(&cat, format, 92).unwrap());
        let error: u64 = back.as_bytes().iter().zip(cat.as_bytes()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        let mean = error as f64 / cat.as_bytes().len() as f64;
        assert!(mean < 3.0, "{format:?} is off by {mean} levels");
    }
}
