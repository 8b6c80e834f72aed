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
        assert!(matches!(refused, Error::SideTooLong { max: 16_384, .. }), "{refused:?}");
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

/// A stream that inflates to nearly all the metadata allowed and breaks off, so that nothing comes of it.
fn broken_off() -> Vec<u8> {
    use std::io::Write;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..15 {
        packed.write_all(&[0; 1 << 20]).unwrap();
    }
    packed.flush().unwrap();
    packed.get_ref().clone()
}

#[test]
fn what_a_broken_stream_inflates_to_counts_as_well() {
    let png = encode(&quarters(8, 8).into(), Format::Png, 0).unwrap();
    for chunk in [
        png_chunk(b"iCCP", &[b"bomb\0\0", &broken_off()[..]].concat()),
        png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\x01\0\0\0", &broken_off()[..]].concat()),
    ] {
        // One is a damaged text, which viewers ignore; two are too much.
        assert!(stored(&with_chunks(&png, std::slice::from_ref(&chunk))).0.marks.is_none());
        let refused = refusal(&with_chunks(&png, &[chunk.clone(), chunk]), &Limits::default());
        assert!(matches!(refused, Error::MetadataTooLarge { .. }), "{refused:?}");
    }
}

/// An APP11 segment: the first packet of a C2PA box, or a later one.
fn app11(box_number: u16, packet: u8) -> Vec<u8> {
    let name: &[u8] = if packet == 1 { b"c2pa" } else { b"" };
    segment(0xeb, &[b"JP", &box_number.to_be_bytes()[..], &[0, 0, 0, packet], name].concat())
}

#[test]
fn no_number_of_pieces_keeps_a_reader_busy() {
    let before = std::time::Instant::now();
    let many = 300_000;
    let jpeg = [b"\xff\xd8".to_vec(), app11(0, 1).repeat(many), app11(1, 2).repeat(many), b"\xff\xd9".to_vec()].concat();
    let png = with_chunks(&png(1, 1, 8, 0, 0, &[0, 0]), &[png_chunk(b"tEXt", b"").repeat(many)]);
    let webp = riff(&[riff_chunk(b"NONE", b"").repeat(many), webp_picture(&lossless_webp(&quarters(8, 8)))]);
    let gif = gif(&[half_transparent(8, 8)]);
    let gif = [&gif[..gif.len() - 1], &b"\x21\xfe\x00".repeat(many), b";"].concat();
    for (name, bytes) in [("jpeg", jpeg), ("png", png), ("webp", webp), ("gif", gif)] {
        let refused = refusal(&bytes, &Limits::default());
        assert!(matches!(refused, Error::Corrupt { .. }), "{name}: {refused:?}");
    }
    // Comparing each segment with each before it takes minutes.
    assert!(before.elapsed().as_secs() < 30, "{:?}", before.elapsed());
}

#[test]
fn as_many_pieces_as_real_files_have_are_read() {
    let jpeg = encode(&quarters(8, 8).into(), Format::Jpeg, 80).unwrap();
    // The longest chain of segments that 100 MiB hold when they are full has 1,600.
    assert!(inspect(&with_segments(&jpeg, &[segment(0xed, b"8BIM").repeat(20_000)]), &Limits::default()).is_ok());
    let one_box = [app11(7, 1), app11(7, 2).repeat(20_000)].concat();
    assert!(inspect(&with_segments(&jpeg, &[one_box]), &Limits::default()).unwrap().has_c2pa);
    let boxes: Vec<Vec<u8>> = (0..300).map(|number| app11(number, 1)).collect();
    assert!(matches!(refusal(&with_segments(&jpeg, &boxes), &Limits::default()), Error::Corrupt { .. }));
}

#[test]
fn a_picture_that_takes_too_much_memory_is_refused_by_its_pixels() {
    for (name, bytes) in one_of_each() {
        let header = inspect(&bytes, &Limits::default()).unwrap();
        let pixels = u64::from(header.width) * u64::from(header.height);
        // The file itself counts.
        let within = |bytes_left: u64| Limits { max_decode_bytes: bytes.len() as u64 + bytes_left, ..Limits::default() };
        let answer = inspect(&bytes, &within(5_000));
        assert!(matches!(answer, Err(Error::TooManyPixels { max, .. }) if (1..pixels).contains(&max)), "{name}: {answer:?}");
        let answer = inspect(&bytes, &within(0));
        assert!(matches!(answer, Err(Error::TooMuchMemory { .. })), "{name}: {answer:?}");
    }
}

#[test]
fn a_picture_that_is_too_large_to_be_written_anew_is_refused_before_it_is_decoded() {
    let picture = image::RgbImage::new(2_400, 1_800);
    let plain = encode(&picture.into(), Format::Jpeg, 80).unwrap();
    let turned = with_segments(&plain, &[exif_segment(6)]);
    let limits = Limits { max_decode_bytes: 10 << 20, ..Limits::default() };
    assert!(ingest_within(&plain, &limits).0.is_ok());
    let (answer, clean) = ingest_within(&turned, &limits);
    assert!(matches!(answer, Err(Error::TooManyPixels { width: 2_400, height: 1_800, .. })), "{answer:?}");
    assert!(clean.is_none());
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
    let estimate = |bytes: &[u8]| memory_estimate(&inspect(bytes, &Limits::default()).unwrap(), bytes.len() as u64);
    let picture = image::RgbImage::new(2_400, 1_800);
    let jpeg = encode(&picture.clone().into(), Format::Jpeg, 80).unwrap();
    assert!(estimate(&jpeg) < estimate(&progressive(&picture)));
    // Whether it must be written anew shows late.
    assert!(estimate(&jpeg) > 2_400 * 1_800 * 3);
    let png = encode(&picture.into(), Format::Png, 0).unwrap();
    let turned = with_chunks(&png, &[png_chunk(b"eXIf", &exif(6))]);
    assert!(estimate(&png) + 2_400 * 1_800 < estimate(&turned));
}
