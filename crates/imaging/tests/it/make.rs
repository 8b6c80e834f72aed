//! Makes the files that tests are about.

use std::path::PathBuf;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, Rgb, RgbImage, Rgba, RgbaImage};
use imaging::{Error, Format, Ingested, Limits, encode};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

pub fn photo(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/photos");
    std::fs::read(folder.join(name)).unwrap()
}

/// The cat, 451 × 300.
pub fn cat() -> DynamicImage {
    imaging::decode(&photo("chelsea.png"), &Limits::default()).unwrap()
}

/// A real photo in each format that is written, and as a GIF.
pub fn one_of_each() -> Vec<(&'static str, Vec<u8>)> {
    let small = cat().thumbnail(120, 120);
    let see_through: DynamicImage = half_transparent(64, 48).into();
    vec![
        ("baseline jpeg", encode(&small, Format::Jpeg, 85).unwrap()),
        ("progressive jpeg", progressive(&small.to_rgb8())),
        ("png", encode(&small, Format::Png, 0).unwrap()),
        ("png with alpha", encode(&see_through, Format::Png, 0).unwrap()),
        ("webp", encode(&small, Format::WebP, 80).unwrap()),
        ("webp with alpha", encode(&see_through, Format::WebP, 80).unwrap()),
        ("lossless webp", lossless_webp(&small.to_rgb8())),
        ("gif", gif(&[small.to_rgba8()])),
    ]
}

/// Four coloured quarters: red and green above, blue and white below.
pub fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => [255, 0, 0],
            (false, true) => [0, 255, 0],
            (true, false) => [0, 0, 255],
            (false, false) => [255, 255, 255],
        })
    })
}

pub fn half_transparent(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, _| Rgba([200, 40, 10, if x < width / 2 { 0 } else { 255 }]))
}

pub fn progressive(rgb: &RgbImage) -> Vec<u8> {
    let mut compressor = Compressor::new().unwrap();
    compressor.set_progressive(true).unwrap();
    compress(&mut compressor, rgb, rgb.width(), PixelFormat::RGB)
}

pub fn grey_jpeg(width: u32, height: u32, level: u8) -> Vec<u8> {
    let mut compressor = Compressor::new().unwrap();
    compressor.set_subsamp(Subsamp::Gray).unwrap();
    let pixels = vec![level; (width * height) as usize];
    compress(&mut compressor, &pixels, width, PixelFormat::GRAY)
}

/// A JPEG of one colour in CMYK, stored as YCCK; ink levels as Adobe writes them, 255 for none.
pub fn cmyk_jpeg(width: u32, height: u32, inks: [u8; 4]) -> Vec<u8> {
    let mut compressor = Compressor::new().unwrap();
    compressor.set_quality(95).unwrap();
    let pixels = inks.repeat((width * height) as usize);
    compress(&mut compressor, &pixels, width, PixelFormat::CMYK)
}

fn compress(compressor: &mut Compressor, pixels: &[u8], width: u32, format: PixelFormat) -> Vec<u8> {
    let pitch = width as usize * format.size();
    compressor.compress_to_vec(Image { pixels, width: width as usize, pitch, height: pixels.len() / pitch, format }).unwrap()
}

pub fn lossless_webp(rgb: &RgbImage) -> Vec<u8> {
    webp::Encoder::from_rgb(rgb, rgb.width(), rgb.height()).encode_lossless().to_vec()
}

pub fn gif(frames: &[RgbaImage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GifEncoder::new(&mut bytes).encode_frames(frames.iter().cloned().map(Frame::new)).unwrap();
    bytes
}

/// An EXIF block with an orientation, a camera name, and a position in Paris.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x03".to_vec();
    tiff.extend(b"\x01\x0f\0\x02\0\0\0\x09\0\0\0\x32");
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x3c\0\0\0\0");
    tiff.extend(b"SpyPhone\0\0");
    tiff.extend(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0");
    tiff
}

pub fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
    let length = (contents.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker], &length[..], contents].concat()
}

/// The JPEG with segments put in behind its first two bytes.
pub fn with_segments(jpeg: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    [&jpeg[..2], &segments.concat(), &jpeg[2..]].concat()
}

pub fn exif_segment(orientation: u8) -> Vec<u8> {
    segment(0xe1, &[b"Exif\0\0", &exif(orientation)[..]].concat())
}

pub fn icc_segment(icc: &[u8]) -> Vec<u8> {
    segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", icc].concat())
}

/// Content credentials as far as a container shows them: a JUMBF box whose description says `c2pa`.
pub fn c2pa_box() -> Vec<u8> {
    let description = b"\0\0\0\x26jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa.manifest\0";
    let length = (description.len() as u32 + 8).to_be_bytes();
    [&length[..], b"jumb", description].concat()
}

pub fn c2pa_segment() -> Vec<u8> {
    segment(0xeb, &[b"JP\0\x01\0\0\0\x01", &c2pa_box()[..]].concat())
}

pub fn png_chunk(name: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    let named = [name, contents].concat();
    let checksum = crc32fast::hash(&named).to_be_bytes();
    [&(contents.len() as u32).to_be_bytes()[..], &named, &checksum].concat()
}

/// The PNG with chunks put in behind IHDR.
pub fn with_chunks(png: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    [&png[..33], &chunks.concat(), &png[33..]].concat()
}

/// A PNG with just these header fields and compressed pixel data.
pub fn png(width: u32, height: u32, depth: u8, colour: u8, interlace: u8, raw: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(raw).unwrap();
    let mut ihdr = [width.to_be_bytes(), height.to_be_bytes()].concat();
    ihdr.extend([depth, colour, 0, 0, interlace]);
    [b"\x89PNG\r\n\x1a\n".to_vec(), png_chunk(b"IHDR", &ihdr), png_chunk(b"IDAT", &packed.finish().unwrap()), png_chunk(b"IEND", b"")]
        .concat()
}

pub fn riff_chunk(name: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    let mut bytes = [name, &(contents.len() as u32).to_le_bytes()[..], contents].concat();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

pub fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    [b"RIFF", &(body.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &body].concat()
}

pub fn vp8x(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let mut contents = vec![flags, 0, 0, 0];
    contents.extend(&(width - 1).to_le_bytes()[..3]);
    contents.extend(&(height - 1).to_le_bytes()[..3]);
    riff_chunk(b"VP8X", &contents)
}

/// The picture chunk of a simple WebP file.
pub fn webp_picture(webp: &[u8]) -> Vec<u8> {
    assert!(matches!(&webp[12..16], b"VP8 " | b"VP8L"), "not a simple file");
    webp[12..].to_vec()
}

/// An animation of these simple WebP files, all of one size.
pub fn animated_webp(width: u32, height: u32, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut chunks = vec![vp8x(0x02, width, height), riff_chunk(b"ANIM", &[0; 6])];
    for frame in frames {
        let mut contents = vec![0; 6];
        contents.extend(&(width - 1).to_le_bytes()[..3]);
        contents.extend(&(height - 1).to_le_bytes()[..3]);
        contents.extend([100, 0, 0, 0]);
        contents.extend(webp_picture(frame));
        chunks.push(riff_chunk(b"ANMF", &contents));
    }
    riff(&chunks)
}

/// Takes a file in; gives the answer and the bytes that were stored, if any.
pub fn ingest(bytes: &[u8]) -> (Result<Ingested, Error>, Option<Vec<u8>>) {
    ingest_within(bytes, &Limits::default())
}

pub fn ingest_within(bytes: &[u8], limits: &Limits) -> (Result<Ingested, Error>, Option<Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let (source, clean) = (folder.path().join("source"), folder.path().join("clean"));
    std::fs::write(&source, bytes).unwrap();
    let answer = imaging::ingest(&source, &clean, limits);
    (answer, std::fs::read(&clean).ok())
}

/// Takes in a file that must be good.
pub fn stored(bytes: &[u8]) -> (Ingested, Vec<u8>) {
    let (answer, clean) = ingest(bytes);
    (answer.unwrap(), clean.unwrap())
}

pub fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Asserts that a pixel has about this colour.
pub fn assert_near(pixel: &[u8], expected: &[u8], tolerance: u8) {
    let pixel = &pixel[..expected.len()];
    let near = pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= tolerance);
    assert!(near, "{pixel:?} is not near {expected:?}");
}
