//! What a camera writes into a photo besides the picture.

use image::{ImageFormat, Rgb, RgbImage};

use super::files::written;
use crate::support::TestApp;

/// An EXIF segment: turned by 90°, a camera's name, a position on the northern half of the globe.
fn exif() -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x03".to_vec();
    tiff.extend(b"\x01\x0f\0\x02\0\0\0\x09\0\0\0\x32");
    tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x3c\0\0\0\0");
    tiff.extend(b"SpyPhone\0\0");
    tiff.extend(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0");
    let contents = [b"Exif\0\0", tiff.as_slice()].concat();
    let length = (contents.len() as u16 + 2).to_be_bytes();
    [&[0xff, 0xe1], &length[..], &contents].concat()
}

#[tokio::test]
async fn place_camera_and_orientation_are_gone_and_the_picture_stands_upright() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    // Red on the left, blue on the right; turned clockwise, red is on top.
    let lying = RgbImage::from_fn(64, 32, |x, _| if x < 32 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) });
    let jpeg = written(&lying.into(), ImageFormat::Jpeg);
    let photo = [&jpeg[..2], &exif(), &jpeg[2..]].concat();
    let file = li.upload("IMG_1.jpg", &photo).await.expect(201)["files"][0].clone();
    assert_eq!((file["width"].as_u64(), file["height"].as_u64()), (Some(32), Some(64)));
    for link in ["url", "thumbnailUrl", "downloadUrl"] {
        let bytes = li.get(file[link].as_str().unwrap()).await.bytes;
        for private in [b"SpyPhone".as_slice(), b"Exif\0\0", b"EXIF"] {
            assert!(!bytes.windows(private.len()).any(|window| window == private), "{link}");
        }
        let picture = image::load_from_memory(&bytes).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (32, 64), "{link}");
        let (top, bottom) = (picture.get_pixel(16, 8).0, picture.get_pixel(16, 56).0);
        assert!(top[0] > 200 && top[2] < 60 && bottom[2] > 200 && bottom[0] < 60, "{link}: {top:?} {bottom:?}");
    }
}
