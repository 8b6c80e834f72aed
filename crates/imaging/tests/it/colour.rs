//! Colours stay what they look like, whatever space they were stored in.

use image::DynamicImage;
use imaging::{Format, Limits, decode, encode};
use moxcms::ColorProfile;

use crate::make::*;

fn solid(rgb: [u8; 3]) -> DynamicImage {
    image::RgbImage::from_pixel(64, 64, image::Rgb(rgb)).into()
}

fn jpeg_with(profile: &ColorProfile, rgb: [u8; 3]) -> Vec<u8> {
    let jpeg = encode(&solid(rgb), Format::Jpeg, 98).unwrap();
    with_segments(&jpeg, &[icc_segment(&profile.encode().unwrap())])
}

fn colour_of(bytes: &[u8]) -> Vec<u8> {
    decode(bytes, &Limits::default()).unwrap().as_bytes()[..3].to_vec()
}

#[test]
fn display_p3_and_adobe_rgb_become_srgb() {
    // A muted orange; expected by the published matrices and curves of the three spaces.
    let p3 = jpeg_with(&ColorProfile::new_display_p3(), [180, 130, 90]);
    assert_near(&colour_of(&p3), &[189, 127, 83], 3);
    let adobe = jpeg_with(&ColorProfile::new_adobe_rgb(), [180, 130, 90]);
    assert_near(&colour_of(&adobe), &[197, 131, 87], 3);
    for bytes in [p3, adobe] {
        let expected = colour_of(&bytes);
        let (ingested, clean) = stored(&bytes);
        assert!(ingested.rewritten);
        assert!(!contains(&clean, b"ICC_PROFILE"));
        assert_near(&colour_of(&clean), &expected, 3);
        assert_near(&colour_of(&ingested.thumbnail), &expected, 5);
    }
}

#[test]
fn an_srgb_profile_is_dropped_and_the_picture_kept() {
    let bytes = jpeg_with(&ColorProfile::new_srgb(), [180, 130, 90]);
    let (ingested, clean) = stored(&bytes);
    assert!(!ingested.rewritten);
    assert!(!contains(&clean, b"ICC_PROFILE"));
    assert_near(&colour_of(&clean), &[180, 130, 90], 2);
}

#[test]
fn a_damaged_or_unfitting_profile_is_ignored() {
    let icc = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let jpeg = encode(&solid([180, 130, 90]), Format::Jpeg, 98).unwrap();
    for profile in [&b"nonsense"[..], &icc[..60], &icc] {
        let bytes = with_segments(&jpeg, &[icc_segment(profile)]);
        assert!(!stored(&bytes).0.rewritten);
        assert_near(&colour_of(&bytes), &[180, 130, 90], 2);
    }
}

#[test]
fn a_grey_profile_is_applied() {
    let icc = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let bytes = with_segments(&grey_jpeg(32, 32, 55), &[icc_segment(&icc)]);
    // 55 of 255 of the light is level 128 of sRGB.
    assert_near(&colour_of(&bytes), &[128, 128, 128], 3);
}

#[test]
fn png_states_its_colours_in_four_ways() {
    let png = encode(&solid([180, 130, 90]), Format::Png, 0).unwrap();
    let with = |chunks: &[Vec<u8>]| with_chunks(&png, chunks);
    let p3 = with(&[png_chunk(b"cICP", &[12, 13, 0, 1])]);
    assert_near(&colour_of(&p3), &[189, 127, 83], 3);
    let srgb = with(&[png_chunk(b"cICP", &[1, 13, 0, 1])]);
    assert_near(&colour_of(&srgb), &[180, 130, 90], 2);

    let linear = png_chunk(b"gAMA", &100_000_u32.to_be_bytes());
    assert_near(&colour_of(&with(std::slice::from_ref(&linear))), &[219, 189, 160], 2);
    // The plain flag wins over the gamma beside it.
    let flagged = with(&[png_chunk(b"sRGB", &[0]), linear]);
    assert_near(&colour_of(&flagged), &[180, 130, 90], 0);

    let usual = png_chunk(b"gAMA", &45_455_u32.to_be_bytes());
    let (ingested, clean) = stored(&with(&[usual]));
    assert!(!ingested.rewritten);
    assert!(!contains(&clean, b"gAMA"));

    let (ingested, clean) = stored(&p3);
    assert!(ingested.rewritten);
    assert_near(&colour_of(&clean), &[189, 127, 83], 3);
}

#[test]
fn the_profiles_of_real_photos_are_told_apart() {
    // The cat carries HP's sRGB profile of 1998, the rocket Adobe RGB.
    let (cat, clean) = stored(&photo("chelsea.png"));
    assert!(!cat.rewritten);
    assert!(!contains(&clean, b"iCCP"));
    let (rocket, clean) = stored(&photo("rocket.jpg"));
    assert!(rocket.rewritten);
    assert!(!contains(&clean, b"ICC_PROFILE"));
}

/// A profile for four inks, as small as the format allows: from ink or none of each to Lab. Yellow and magenta together
/// are red; with any other ink it is darker and grey.
fn cmyk_profile() -> Vec<u8> {
    let ramp: Vec<u8> = (0..=255).collect();
    let mut lut = b"mft1\0\0\0\0\x04\x03\x02\0".to_vec();
    for place in 0..9 {
        lut.extend(if place % 4 == 0 { [0, 1, 0, 0] } else { [0; 4] });
    }
    lut.extend(ramp.repeat(4));
    for inks in 0..16_u8 {
        lut.extend(match inks {
            // Cyan is the slowest of the four, black the fastest.
            0b0110 => [136, 208, 195],
            inks => [255 - 60 * inks.count_ones() as u8, 128, 128],
        });
    }
    lut.extend(ramp.repeat(3));
    let mut icc = vec![0; 128];
    icc[8..12].copy_from_slice(&[2, 0x40, 0, 0]);
    icc[12..24].copy_from_slice(b"prtrCMYKLab ");
    icc[36..40].copy_from_slice(b"acsp");
    icc[68..80].copy_from_slice(b"\0\0\xf6\xd6\0\x01\0\0\0\0\xd3\x2d");
    icc.extend(b"\0\0\0\x01A2B0\0\0\0\x90");
    icc.extend((lut.len() as u32).to_be_bytes());
    icc.extend(lut);
    let length = (icc.len() as u32).to_be_bytes();
    icc[..4].copy_from_slice(&length);
    icc
}

#[test]
fn a_cmyk_jpeg_goes_through_its_own_profile_once() {
    // Full magenta and yellow; no other ink.
    let plain = cmyk_jpeg(32, 32, [255, 0, 0, 255]);
    let bytes = with_segments(&plain, &[icc_segment(&cmyk_profile())]);
    let expected = colour_of(&bytes);
    // Lab 53, 80, 67 is sRGB's red. Without the profile, and with any other ink, it would be another.
    assert_near(&expected, &[255, 0, 0], 12);
    let (ingested, clean) = stored(&bytes);
    assert!(ingested.rewritten);
    assert_near(&colour_of(&clean), &expected, 6);
    let grey = with_segments(&cmyk_jpeg(32, 32, [0, 255, 255, 255]), &[icc_segment(&cmyk_profile())]);
    let [r, g, b] = colour_of(&grey)[..] else { panic!("no colour") };
    assert!(r.abs_diff(g) < 8 && g.abs_diff(b) < 8 && r < 250, "cyan is grey in this profile: {r} {g} {b}");
}
