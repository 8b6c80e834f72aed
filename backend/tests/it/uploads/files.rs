//! Files to upload, good and bad.

use std::io::Cursor;
use std::path::PathBuf;

use diesel::{QueryDsl, RunQueryDsl};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::support::TestApp;

/// A real photo: `chelsea.png` (451 × 300) or `rocket.jpg`.
pub fn real(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/imaging/tests/photos");
    std::fs::read(folder.join(name)).unwrap()
}

/// A picture of one colour.
pub fn plain(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    written(&RgbImage::from_pixel(width, height, Rgb([200, 30, 30])).into(), format)
}

/// A picture in a format.
pub fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG whose header announces another size than its pixels have.
pub fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = plain(8, 8, ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32fast::hash(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// A JPEG whose header announces 65,535 × 65,535 pixels.
pub fn huge_jpeg() -> Vec<u8> {
    let mut bytes = plain(8, 8, ImageFormat::Jpeg);
    let frame = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    bytes[frame + 5..frame + 9].fill(0xff);
    bytes
}

/// A GIF of this size with a small frame in its corner, which is a sound picture.
pub fn gif_of(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = plain(8, 8, ImageFormat::Gif);
    bytes[6..8].copy_from_slice(&width.to_le_bytes());
    bytes[8..10].copy_from_slice(&height.to_le_bytes());
    bytes
}

/// A page with a script.
pub const PAGE: &[u8] = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>";

/// Asserts that nothing was kept of a refused upload: no row, no object, no temporary file.
pub async fn assert_nothing_stored(app: &TestApp) {
    use danqing::database::schema::files::dsl::files;
    let rows = app.app.database.read::<_, danqing::error::Failure, _>(|conn| Ok(files.count().get_result::<i64>(conn)?)).await.unwrap();
    assert_eq!(rows, 0, "rows");
    assert_eq!(app.files_in("objects"), Vec::<PathBuf>::new());
    assert_eq!(app.files_in("tmp"), Vec::<PathBuf>::new());
}
