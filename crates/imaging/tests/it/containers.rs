//! Cleaning takes what is private and what does not belong there, and nothing of the picture.

use imaging::{Format, Limits, decode, encode};

use crate::make::*;

const SECRET: &[u8] = b"secret text";

fn assert_clean(bytes: &[u8]) {
    let (ingested, clean) = stored(bytes);
    assert!(!ingested.rewritten);
    for secret in [SECRET, b"SpyPhone", b"PK\x03\x04", b"<script>"] {
        assert!(!contains(&clean, secret), "{}", String::from_utf8_lossy(secret));
    }
    assert_eq!(ingested.size_bytes, clean.len() as u64);
    let limits = Limits::default();
    assert_eq!(decode(&clean, &limits).unwrap(), decode(bytes, &limits).unwrap());
    let (_, again) = stored(&clean);
    assert_eq!(again, clean, "cleaning twice changes nothing more");
}

/// What a ZIP and a page may look like behind a picture.
fn tail() -> Vec<u8> {
    [&b"PK\x03\x04"[..], SECRET, b"<html><script>alert(1)</script></html>"].concat()
}

#[test]
fn a_real_photo_without_metadata_is_kept_byte_for_byte() {
    for (name, bytes) in one_of_each() {
        let (ingested, clean) = stored(&bytes);
        if ingested.format == Format::Png && name == "gif" {
            assert!(ingested.rewritten);
        } else {
            assert!(clean == bytes, "{name}");
        }
    }
}

#[test]
fn jpeg_loses_exif_text_makers_notes_thumbnails_and_tail() {
    let jpeg = encode(&cat(), Format::Jpeg, 85).unwrap();
    let dirty = with_segments(
        &jpeg,
        &[
            exif_segment(1),
            segment(0xfe, SECRET),
            segment(0xed, &[b"Photoshop 3.0\0", SECRET].concat()),
            segment(0xe2, &[b"MPF\0", SECRET].concat()),
            segment(0xe5, SECRET),
            segment(0xeb, &[b"JP\0\x07\0\0\0\x01\0\0\0\x10jumbother", SECRET].concat()),
            segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0<x>", SECRET, b"</x>"].concat()),
        ],
    );
    assert_clean(&[dirty, tail()].concat());
}

#[test]
fn a_thumbnail_inside_the_jfif_segment_goes() {
    let jpeg = encode(&quarters(64, 64).into(), Format::Jpeg, 90).unwrap();
    assert_eq!(jpeg[2..4], [0xff, 0xe0], "the encoder writes JFIF first");
    let thumbnail = segment(0xe0, &[b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02", SECRET, b"."].concat());
    assert_clean(&[&jpeg[..2], &thumbnail, &jpeg[20..]].concat());
}

#[test]
fn png_loses_exif_text_times_and_tail() {
    let png = photo("chelsea.png");
    let dirty = with_chunks(
        &png,
        &[
            png_chunk(b"eXIf", &exif(1)),
            png_chunk(b"tEXt", &[b"Author\0", SECRET].concat()),
            png_chunk(b"zTXt", &[b"Author\0\0", SECRET].concat()),
            png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0<x>", SECRET, b"</x>"].concat()),
            png_chunk(b"tIME", &[7, 0xe9, 1, 1, 0, 0, 0]),
            png_chunk(b"prVt", SECRET),
        ],
    );
    assert_clean(&[dirty, tail()].concat());
}

#[test]
fn webp_loses_exif_xmp_unknown_chunks_and_tail() {
    let webp = encode(&cat(), Format::WebP, 80).unwrap();
    let dirty = riff(&[
        vp8x(0x0c, 451, 300),
        webp_picture(&webp),
        riff_chunk(b"EXIF", &exif(1)),
        riff_chunk(b"XMP ", &[b"<x>", SECRET, b"</x>"].concat()),
        riff_chunk(b"prVt", SECRET),
    ]);
    assert_clean(&[dirty, tail()].concat());
}

#[test]
fn gif_keeps_nothing_but_pixels() {
    let gif = gif(&[cat().thumbnail(60, 60).to_rgba8()]);
    let comment = [&[0x21, 0xfe, SECRET.len() as u8][..], SECRET, &[0]].concat();
    let end = gif.len() - 1;
    let dirty = [&gif[..end], &comment, &gif[end..], &tail()].concat();
    let (_, clean) = stored(&dirty);
    assert!(!contains(&clean, SECRET));
}

#[test]
fn the_figures_are_those_of_the_stored_file() {
    use sha2::{Digest, Sha256};
    for (name, bytes) in one_of_each() {
        let (ingested, clean) = stored(&bytes);
        assert_eq!(ingested.size_bytes, clean.len() as u64, "{name}");
        assert_eq!(ingested.sha256, <[u8; 32]>::from(Sha256::digest(&clean)), "{name}");
    }
}

#[test]
fn content_credentials_stay_in_all_formats_and_keep_their_file_intact() {
    let c2pa = c2pa_box();
    let jpeg = encode(&cat(), Format::Jpeg, 85).unwrap();
    let icc = icc_segment(&moxcms::ColorProfile::new_srgb().encode().unwrap());
    // Behind JFIF, where real files have it.
    let jpeg = [&jpeg[..20], &icc, &c2pa_segment(), &jpeg[20..]].concat();
    let png = encode(&cat(), Format::Png, 0).unwrap();
    let png = with_chunks(&png, &[png_chunk(b"caBX", &c2pa)]);
    let webp = encode(&cat(), Format::WebP, 80).unwrap();
    let webp = riff(&[vp8x(0, 451, 300), webp_picture(&webp), riff_chunk(b"C2PA", &c2pa)]);
    for bytes in [jpeg, png, webp] {
        let (ingested, clean) = stored(&bytes);
        assert!(ingested.has_c2pa && !ingested.rewritten);
        assert!(clean == bytes, "{:?}", ingested.format);
    }
}

#[test]
fn content_credentials_survive_a_new_encoding() {
    let jpeg = encode(&cat(), Format::Jpeg, 85).unwrap();
    let bytes = with_segments(&jpeg, &[exif_segment(6), c2pa_segment()]);
    let (ingested, clean) = stored(&bytes);
    assert!(ingested.has_c2pa && ingested.rewritten);
    assert!(contains(&clean, &c2pa_box()));
    assert!(!contains(&clean, b"SpyPhone"));
}
