//! Whatever way the camera was held, the stored picture stands upright.

use image::{DynamicImage, Rgb, RgbImage};
use imaging::{Format, Limits, decode, encode, inspect};

use crate::make::*;

const WIDTH: u32 = 96;
const HEIGHT: u32 = 64;

/// The stored form of the quarters for an orientation, by the wording of the EXIF standard: which visual side the
/// first row and the first column of the stored picture are.
fn stored_for(orientation: u8) -> RgbImage {
    let visual = quarters(WIDTH, HEIGHT);
    let (right, bottom) = (WIDTH - 1, HEIGHT - 1);
    let swapped = orientation >= 5;
    let (width, height) = if swapped { (HEIGHT, WIDTH) } else { (WIDTH, HEIGHT) };
    RgbImage::from_fn(width, height, |column, row| {
        let (x, y) = match orientation {
            1 => (column, row),
            2 => (right - column, row),
            3 => (right - column, bottom - row),
            4 => (column, bottom - row),
            // From here on rows of the stored picture are columns of the visual one.
            5 => (row, column),
            6 => (right - row, column),
            7 => (right - row, bottom - column),
            _ => (row, bottom - column),
        };
        *visual.get_pixel(x, y)
    })
}

fn assert_upright(image: &RgbImage, what: &str) {
    assert_eq!((image.width(), image.height()), (WIDTH, HEIGHT), "{what}");
    for (x, y) in [(8, 8), (WIDTH - 8, 8), (8, HEIGHT - 8), (WIDTH - 8, HEIGHT - 8)] {
        let Rgb(expected) = *quarters(WIDTH, HEIGHT).get_pixel(x, y);
        assert_near(&image.get_pixel(x, y).0, &expected, 40);
    }
}

fn files(orientation: u8) -> [Vec<u8>; 3] {
    let image: DynamicImage = stored_for(orientation).into();
    let (width, height) = (image.width(), image.height());
    let jpeg = encode(&image, Format::Jpeg, 95).unwrap();
    let png = encode(&image, Format::Png, 0).unwrap();
    let webp = encode(&image, Format::WebP, 95).unwrap();
    [
        with_segments(&jpeg, &[exif_segment(orientation)]),
        with_chunks(&png, &[png_chunk(b"eXIf", &exif(orientation))]),
        riff(&[vp8x(0x08, width, height), webp_picture(&webp), riff_chunk(b"EXIF", &exif(orientation))]),
    ]
}

#[test]
fn all_eight_orientations_of_all_formats_come_out_upright() {
    for orientation in 1..=8 {
        for file in files(orientation) {
            let header = inspect(&file, &Limits::default()).unwrap();
            let what = format!("{:?}, orientation {orientation}", header.format);
            assert_eq!(header.orientation.to_exif(), orientation, "{what}");
            assert_eq!(header.upright_size(), (WIDTH, HEIGHT), "{what}");
            assert_upright(&decode(&file, &Limits::default()).unwrap().into_rgb8(), &what);

            let (ingested, clean) = stored(&file);
            assert_eq!((ingested.width, ingested.height), (WIDTH, HEIGHT), "{what}");
            assert_eq!(ingested.rewritten, orientation != 1, "{what}");
            assert!(!contains(&clean, b"SpyPhone"), "{what}");
            let again = inspect(&clean, &Limits::default()).unwrap();
            assert_eq!(again.orientation.to_exif(), 1, "{what}");
            assert_upright(&decode(&clean, &Limits::default()).unwrap().into_rgb8(), &what);
            let thumbnail = decode(&ingested.thumbnail, &Limits::default()).unwrap();
            assert_upright(&thumbnail.into_rgb8(), &what);
        }
    }
}

/// Every pixel of another colour than its neighbours, and more rows than are turned at once.
fn uneven(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7 + y) as u8, (y * 5 + x / 9) as u8, (x ^ y) as u8]))
}

#[test]
fn what_is_turned_in_strips_is_what_is_turned_at_once() {
    let colour: DynamicImage = uneven(150, 203).into();
    let grey: DynamicImage = DynamicImage::ImageLuma8(colour.to_luma8());
    let alpha = image::RgbaImage::from_fn(150, 203, |x, y| image::Rgba([x as u8, y as u8, (x * y) as u8, (x + y) as u8]));
    let png = |image: &DynamicImage| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    for orientation in 2..=8 {
        for image in [&colour, &grey, &alpha.clone().into()] {
            let file = with_chunks(&png(image), &[png_chunk(b"eXIf", &exif(orientation))]);
            let (_, clean) = stored(&file);
            let (expected, found) = (decode(&file, &Limits::default()).unwrap(), decode(&clean, &Limits::default()).unwrap());
            assert!(expected == found, "PNG, orientation {orientation}, {:?}", image.color());
        }
        let file = with_segments(&encode(&colour, Format::Jpeg, 95).unwrap(), &[exif_segment(orientation)]);
        let (_, clean) = stored(&file);
        let at_once = encode(&decode(&file, &Limits::default()).unwrap(), Format::Jpeg, 92).unwrap();
        let (expected, found) = (decode(&at_once, &Limits::default()).unwrap(), decode(&clean, &Limits::default()).unwrap());
        assert!(expected == found, "JPEG, orientation {orientation}");
    }
}

#[test]
fn marks_and_credentials_follow_a_picture_that_is_turned() {
    let marks = imaging::marks::Marks { source: Some(imaging::marks::DigitalSourceType::TrainedAlgorithmicMedia), aigc: None };
    let image: DynamicImage = uneven(150, 203).into();
    let jpeg = imaging::marks::write(encode(&image, Format::Jpeg, 95).unwrap(), Format::Jpeg, &marks).unwrap();
    let png = imaging::marks::write(encode(&image, Format::Png, 0).unwrap(), Format::Png, &marks).unwrap();
    let files = [
        with_segments(&jpeg, &[exif_segment(6), c2pa_segment()]),
        with_chunks(&png, &[png_chunk(b"eXIf", &exif(6)), png_chunk(b"caBX", &c2pa_box())]),
    ];
    for file in files {
        let (ingested, clean) = stored(&file);
        assert!(ingested.rewritten && ingested.has_c2pa);
        assert_eq!(imaging::marks::read(&clean).unwrap(), Some(marks.clone()));
        assert!(inspect(&clean, &Limits::default()).unwrap().has_c2pa);
    }
}

#[test]
fn a_nonsense_orientation_means_upright() {
    let jpeg = encode(&quarters(WIDTH, HEIGHT).into(), Format::Jpeg, 95).unwrap();
    for block in [&b""[..], b"MM\0*", b"II*\0\xff\xff\xff\xff", &exif(9), &exif(0)] {
        let segment = segment(0xe1, &[b"Exif\0\0", block].concat());
        let (ingested, _) = stored(&with_segments(&jpeg, &[segment]));
        assert!(!ingested.rewritten);
    }
}
