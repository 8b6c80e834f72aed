//! No byte sequence brings the reader down, and no incomplete file is taken for a picture.

use imaging::{Limits, decode, inspect, marks, shrink, sniff, verify_result};
use proptest::prelude::*;

use crate::make::*;

/// Calls everything that reads; the answers may be anything.
fn read_all(bytes: &[u8]) {
    let limits = Limits { max_pixels: 1_000_000, ..Limits::default() };
    let outcomes = (
        sniff(bytes).is_ok(),
        inspect(bytes, &limits).is_ok(),
        decode(bytes, &limits).is_ok(),
        shrink(bytes, 64, &limits).is_ok(),
        marks::read(bytes).is_ok(),
    );
    let stored = ingest_within(bytes, &limits);
    assert_eq!(stored.0.is_ok(), stored.1.is_some(), "stored exactly if accepted");
    // What is accepted was seen by each step before.
    if stored.0.is_ok() {
        assert!(outcomes.0 && outcomes.1, "{outcomes:?}");
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for (name, bytes) in one_of_each() {
        // Every cut near the ends, where headers and trailers are, and every 31st between.
        let cuts = (0..bytes.len()).filter(|&cut| cut < 64 || cut + 64 > bytes.len() || cut % 31 == 0);
        for cut in cuts {
            let part = &bytes[..cut];
            assert!(verify_result(part, &Limits::default()).is_err(), "{name} cut at {cut}");
            let (answer, clean) = ingest(part);
            assert!(answer.is_err() && clean.is_none(), "{name} cut at {cut}");
        }
    }
}

#[test]
fn a_stream_that_ends_early_inside_a_complete_container_is_damage() {
    let jpeg = photo("rocket.jpg");
    let cut = [&jpeg[..jpeg.len() / 2], b"\xff\xd9"].concat();
    assert!(decode(&cut, &Limits::default()).is_err());
    assert!(verify_result(&cut, &Limits::default()).is_err());
    // Rows are announced that the pixel data do not have.
    let short = png(64, 64, 8, 2, 0, &[0; 64 * 3 * 32]);
    assert!(decode(&short, &Limits::default()).is_err());
    assert!(verify_result(&short, &Limits::default()).is_err());
}

#[test]
fn stray_bytes_behind_the_pixels_cost_the_copy_not_the_picture() {
    let jpeg = photo("rocket.jpg");
    let end = jpeg.len() - 2;
    let bytes = [&jpeg[..end], b"hidden payload", &jpeg[end..]].concat();
    let (ingested, clean) = stored(&bytes);
    assert!(ingested.rewritten);
    assert!(!contains(&clean, b"hidden payload"));
}

#[test]
fn a_missing_file_is_not_a_fault_of_the_picture() {
    let folder = tempfile::tempdir().unwrap();
    let answer = imaging::ingest(&folder.path().join("absent"), &folder.path().join("clean"), &Limits::default());
    assert!(matches!(answer, Err(imaging::Error::Io(_))));
}

#[test]
fn a_webp_whose_canvas_and_picture_disagree_is_refused() {
    let webp = lossless_webp(&quarters(64, 64));
    for (width, height) in [(8, 8), (4_000, 4_000)] {
        let bytes = riff(&[vp8x(0, width, height), webp_picture(&webp)]);
        assert!(inspect(&bytes, &Limits::default()).is_err());
        assert!(inspect(&animated_webp(width, height, std::slice::from_ref(&webp)), &Limits::default()).is_err());
    }
}

/// The beginnings by which a reader is chosen.
fn magic() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"\xff\xd8\xff".to_vec()),
        Just(png(8, 8, 8, 2, 0, &[])[..33].to_vec()),
        Just(b"RIFF\x40\0\0\0WEBPVP8 ".to_vec()),
        Just(b"RIFF\x40\0\0\0WEBPVP8L".to_vec()),
        Just(b"GIF89a\x08\0\x08\0\x80\0\0".to_vec()),
        Just(Vec::new()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(start in magic(), rest in prop::collection::vec(any::<u8>(), 0..600)) {
        read_all(&[start, rest].concat());
    }

    #[test]
    fn flipped_bytes_never_panic(
        which in 0_usize..8,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let (_, mut bytes) = one_of_each().swap_remove(which);
        for (place, value) in flips {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        read_all(&bytes);
    }

    #[test]
    fn flipped_headers_never_panic(
        which in 0_usize..8,
        flips in prop::collection::vec((0_usize..200, any::<u8>()), 1..6),
    ) {
        let (_, mut bytes) = one_of_each().swap_remove(which);
        for (at, value) in flips {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        read_all(&bytes);
    }

    #[test]
    fn damaged_profiles_and_exif_never_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut icc = moxcms::ColorProfile::new_adobe_rgb().encode().unwrap();
        let mut block = exif(6);
        for (place, value) in flips {
            let at = place.index(icc.len());
            icc[at] = value;
            let at = place.index(block.len());
            block[at] = value;
        }
        let exif = segment(0xe1, &[b"Exif\0\0", &block[..]].concat());
        read_all(&with_segments(&grey_jpeg(16, 16, 50), &[exif.clone(), icc_segment(&icc)]));
        let jpeg = imaging::encode(&quarters(16, 16).into(), imaging::Format::Jpeg, 80).unwrap();
        read_all(&with_segments(&jpeg, &[exif, icc_segment(&icc)]));
    }
}
