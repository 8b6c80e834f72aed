//! Absurd files are answered from their header, each with its own reason.

use imaging::{Error, Format, Limits, encode, inspect, memory_estimate};

use crate::make::*;

fn refusal(bytes: &[u8], limits: &Limits) -> Error {
    let refused = inspect(bytes, limits).unwrap_err();
    let (answer, clean) = ingest_within(bytes, limits);
    assert!(clean.is_none(), "something was stored");
    assert_eq!(answer.unwrap_err().to_string(), refused.to_string());
    refused
}

fn jpeg_header(width: u16, height: u16) -> Vec<u8> {
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    [&b"\xff\xd8"[..], &segment(0xc0, &frame), b"\xff\xd9"].concat()
}

fn webp_header(width: u32, height: u32) -> Vec<u8> {
    riff(&[vp8x(0, width, height)])
}

fn gif_header(width: u16, height: u16) -> Vec<u8> {
    [&b"GIF89a"[..], &width.to_le_bytes(), &height.to_le_bytes(), &[0, 0, 0], b";"].concat()
}

#[test]
fn the_largest_header_of_each_format_is_refused_by_its_pixels() {
    let limits = Limits::default();
    for (bytes, side) in [
        (jpeg_header(65_535, 65_535), 65_535),
        (png(65_535, 65_535, 8, 6, 0, &[]), 65_535),
        (png(0x7fff_ffff, 0x7fff_ffff, 8, 6, 0, &[]), 0x7fff_ffff),
        (webp_header(1 << 24, 1 << 24), 1 << 24),
        (gif_header(65_535, 65_535), 65_535),
    ] {
        match refusal(&bytes, &limits) {
            Error::TooManyPixels { width, height, max } => {
                assert_eq!((width, height, max), (side, side, 50_000_000));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_absurd_header_is_named_even_when_nothing_follows_it() {
    let start = &jpeg_header(65_535, 65_535)[..21];
    assert!(matches!(inspect(start, &Limits::default()), Err(Error::TooManyPixels { .. })));
    let start = &png(65_535, 65_535, 8, 6, 0, &[])[..33];
    assert!(matches!(inspect(start, &Limits::default()), Err(Error::TooManyPixels { .. })));
}

#[test]
fn a_long_thin_picture_is_refused_by_its_side() {
    for bytes in [jpeg_header(65_535, 1), png(20_000, 1, 8, 0, 0, &[]), gif_header(1, 20_000)] {
        let refused = refusal(&bytes, &Limits::default());
        assert!(matches!(refused, Error::SideTooLong { max: 16_383, .. }), "{refused:?}");
    }
}

#[test]
fn a_side_of_zero_is_damage() {
    for bytes in [jpeg_header(0, 10), png(0, 10, 8, 0, 0, &[]), gif_header(10, 0)] {
        assert!(matches!(refusal(&bytes, &Limits::default()), Error::Corrupt { .. }));
    }
}

#[test]
fn an_empty_file_a_large_one_and_a_foreign_one_differ_in_their_answer() {
    let limits = Limits { max_bytes: 1_000, ..Limits::default() };
    assert!(matches!(refusal(b"", &limits), Error::Empty));
    assert!(matches!(refusal(&photo("rocket.jpg"), &limits), Error::TooLarge { max_bytes: 1_000, .. }));
    assert!(matches!(refusal(b"%PDF-1.4 ...", &limits), Error::UnsupportedType { found: "PDF" }));
}

#[test]
fn a_jpeg_of_a_hundred_scans_is_refused_unread() {
    let jpeg = progressive(&quarters(64, 64));
    let last = memchr::memmem::rfind(&jpeg, b"\xff\xda").unwrap();
    let scan = &jpeg[last..jpeg.len() - 2];
    let bytes = [&jpeg[..last], &scan.repeat(100), b"\xff\xd9"].concat();
    assert!(matches!(refusal(&bytes, &Limits::default()), Error::TooManyScans { max: 64 }));
}

#[test]
fn a_bomb_in_the_profile_or_text_of_a_png_is_refused() {
    use std::io::Write;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        packed.write_all(&[0; 1 << 20]).unwrap();
    }
    let packed = packed.finish().unwrap();
    let png = encode(&quarters(8, 8).into(), Format::Png, 0).unwrap();
    for chunk in [
        png_chunk(b"iCCP", &[b"bomb\0\0", &packed[..]].concat()),
        png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\x01\0\0\0", &packed[..]].concat()),
    ] {
        let refused = refusal(&with_chunks(&png, &[chunk]), &Limits::default());
        assert!(matches!(refused, Error::MetadataTooLarge { .. }), "{refused:?}");
    }
}

#[test]
fn a_picture_that_takes_too_much_memory_is_refused() {
    let limits = Limits { max_decode_bytes: 8_000, ..Limits::default() };
    for (name, bytes) in one_of_each() {
        let answer = inspect(&bytes, &limits);
        assert!(matches!(answer, Err(Error::TooMuchMemory { .. })), "{name}: {answer:?}");
    }
}

#[test]
fn features_that_no_browser_shows_are_named() {
    let mut arithmetic = jpeg_header(8, 8);
    arithmetic[3] = 0xc9;
    let refused = refusal(&arithmetic, &Limits::default());
    assert!(matches!(refused, Error::UnsupportedFeature { .. }), "{refused:?}");
}

#[test]
fn the_estimate_grows_with_what_has_to_be_done() {
    let estimate = |bytes: &[u8]| memory_estimate(&inspect(bytes, &Limits::default()).unwrap());
    let picture = image::RgbImage::new(2_400, 1_800);
    let plain = encode(&picture.clone().into(), Format::Jpeg, 80).unwrap();
    let turned = with_segments(&plain, &[exif_segment(6)]);
    assert!(estimate(&plain) < estimate(&progressive(&picture)));
    assert!(estimate(&plain) < estimate(&turned));
    // At least the decoded picture and its turned copy.
    assert!(estimate(&turned) > 2 * 2_400 * 1_800 * 3);
}
