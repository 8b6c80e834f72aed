//! How much memory the largest files take, good ones and bad ones. A binary of its own with one test, because the figure is that of the
//! whole process.

#![expect(clippy::unwrap_used, reason = "also the helpers of a test may fail it")]

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use flate2::write::ZlibEncoder;
use imaging::{Limits, ingest, inspect_file, memory_estimate};

/// What one upload may add to the process.
const MAX_GROWTH_MIB: u64 = 256;

/// Nearly the largest picture allowed: 49,980,000 pixels.
const WIDTH: u32 = 8_400;
const HEIGHT: u32 = 5_950;

/// The kernel's figure of the highest use of memory since it was last reset, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn growth_mib(work: impl FnOnce()) -> u64 {
    // 5 sets the highest use back to the present one (proc(5), clear_refs).
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = peak_kib();
    work();
    (peak_kib() - before) / 1024
}

fn chunk(out: &mut impl Write, name: &[u8; 4], contents: &[u8]) {
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(name);
    checksum.update(contents);
    out.write_all(&(contents.len() as u32).to_be_bytes()).unwrap();
    out.write_all(name).unwrap();
    out.write_all(contents).unwrap();
    out.write_all(&checksum.finalize().to_be_bytes()).unwrap();
}

/// An EXIF block that says only that the picture lies on its side.
const LYING: &[u8] = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

const LYING_CHUNK: &[(&[u8; 4], &[u8])] = &[(b"eXIf", LYING)];

/// Bytes of one IDAT chunk, as libpng has it.
const CHUNK: usize = 8 << 10;

/// A PNG of 16 bits a sample in RGBA.
#[derive(Clone, Copy)]
struct Png {
    interlaced: bool,
    /// Or its last rows are missing.
    complete: bool,
    /// Rows that cannot be made smaller; the others are black and transparent.
    noisy_rows: u32,
    /// What stands behind IHDR.
    chunks: &'static [(&'static [u8; 4], &'static [u8])],
}

const PNG: Png = Png { interlaced: false, complete: true, noisy_rows: 0, chunks: &[] };

impl Png {
    fn write(self, path: &Path) {
        let mut file = std::fs::File::create(path).unwrap();
        file.write_all(b"\x89PNG\r\n\x1a\n").unwrap();
        let mut ihdr = [WIDTH.to_be_bytes(), HEIGHT.to_be_bytes()].concat();
        ihdr.extend([16, 6, 0, 0, u8::from(self.interlaced)]);
        chunk(&mut file, b"IHDR", &ihdr);
        for (name, contents) in self.chunks {
            chunk(&mut file, name, contents);
        }
        for part in self.packed().chunks(CHUNK) {
            chunk(&mut file, b"IDAT", part);
        }
        chunk(&mut file, b"IEND", b"");
    }

    fn packed(self) -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        // A filter byte per row and eight bytes per pixel.
        let row_bytes = 1 + WIDTH as usize * 8;
        for _ in 0..self.noisy_rows {
            packed.write_all(&[&[0], &noise(row_bytes - 1)[..]].concat()).unwrap();
        }
        let row_bytes = row_bytes as u64;
        let mut left = if self.interlaced { interlaced_bytes() } else { row_bytes * u64::from(HEIGHT - self.noisy_rows) };
        if !self.complete {
            left -= 100_000;
        }
        let rows = vec![0; 1 << 20];
        while left > 0 {
            let part = left.min(rows.len() as u64);
            packed.write_all(&rows[..part as usize]).unwrap();
            left -= part;
        }
        packed.finish().unwrap()
    }
}

/// Interlacing has at most two rows, and so two filter bytes, for one.
fn interlaced_bytes() -> u64 {
    let passes = [(8, 8, 0, 0), (8, 8, 4, 0), (4, 8, 0, 4), (4, 4, 2, 0), (2, 4, 0, 2), (2, 2, 1, 0), (1, 2, 0, 1)];
    let pass_bytes = |&(dx, dy, x, y): &(u64, u64, u64, u64)| {
        let (columns, lines) = ((u64::from(WIDTH) - x).div_ceil(dx), (u64::from(HEIGHT) - y).div_ceil(dy));
        lines * (1 + columns * 8)
    };
    passes.iter().map(pass_bytes).sum()
}

/// A grey-brown JPEG, whose stream may end early, lying on its side or not.
fn jpeg(path: &Path, progressive: bool, orientation: u8, complete: bool) {
    let pixels = [110, 90, 70].repeat(WIDTH as usize * HEIGHT as usize);
    write_jpeg(path, &pixels, HEIGHT, progressive, orientation, complete);
}

/// Levels that no encoder can make anything of, from a fixed sequence (Knuth's multiplier).
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let mut level = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    (0..bytes).map(|_| level()).collect()
}

fn write_jpeg(path: &Path, pixels: &[u8], height: u32, progressive: bool, orientation: u8, complete: bool) {
    let mut compressor = turbojpeg::Compressor::new().unwrap();
    compressor.set_progressive(progressive).unwrap();
    let colours = turbojpeg::Subsamp::Sub2x2;
    compressor.set_subsamp(colours).unwrap();
    let jpeg = compressor
        .compress_to_vec(turbojpeg::Image {
            pixels,
            width: WIDTH as usize,
            pitch: WIDTH as usize * 3,
            height: height as usize,
            format: turbojpeg::PixelFormat::RGB,
        })
        .unwrap();
    let mut file = std::fs::File::create(path).unwrap();
    file.write_all(&jpeg[..2]).unwrap();
    file.write_all(b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0").unwrap();
    file.write_all(&[orientation, 0, 0, 0, 0, 0, 0]).unwrap();
    let end = if complete { jpeg.len() - 2 } else { jpeg.len() - 200 };
    file.write_all(&jpeg[2..end]).unwrap();
    file.write_all(b"\xff\xd9").unwrap();
}

/// Full of segments that belong to no colour profile; libjpeg-turbo keeps a copy of each.
fn jpeg_with_app2(path: &Path, height: u32, mebibytes: usize) {
    let pixels = [110, 90, 70].repeat(WIDTH as usize * height as usize);
    write_jpeg(path, &pixels, height, true, 1, true);
    let jpeg = std::fs::read(path).unwrap();
    let segment = [&b"\xff\xe2\xff\xff"[..], &[0; 65_533]].concat();
    std::fs::write(path, [&jpeg[..2], &segment.repeat(mebibytes * 16), &jpeg[2..]].concat()).unwrap();
}

fn lossless_webp(path: &Path) {
    let (width, height) = (6_000, 5_000);
    let pixels = [1, 2, 3].repeat(width as usize * height as usize);
    let webp = webp::Encoder::from_rgb(&pixels, width, height).encode_lossless();
    std::fs::write(path, &*webp).unwrap();
}

/// A lossy WebP of noise, lying on its side.
fn lying_webp(path: &Path, width: u32, height: u32, alpha: bool) {
    let layout = if alpha { webp::PixelLayout::Rgba } else { webp::PixelLayout::Rgb };
    let pixels = noise(width as usize * height as usize * if alpha { 4 } else { 3 });
    let simple = webp::Encoder::new(&pixels, layout, width, height).encode(90.0);
    let picture = if alpha { &simple[30..] } else { &simple[12..] };
    let mut vp8x = vec![if alpha { 0x18 } else { 0x08 }, 0, 0, 0];
    vp8x.extend(&(width - 1).to_le_bytes()[..3]);
    vp8x.extend(&(height - 1).to_le_bytes()[..3]);
    let exif = [b"EXIF", &(LYING.len() as u32).to_le_bytes()[..], LYING].concat();
    let body = [b"WEBPVP8X\x0a\0\0\0", vp8x.as_slice(), picture, exif.as_slice()].concat();
    std::fs::write(path, [b"RIFF", &(body.len() as u32).to_le_bytes()[..], body.as_slice()].concat()).unwrap();
}

/// A GIF of one colour: before every second pixel its table of codes is cleared, so that a code keeps three bits.
fn gif(path: &Path, width: u16, height: u16) {
    let (clear, end, pixel) = (4_u8, 5_u8, 0_u8);
    let pairs = usize::from(width) * usize::from(height) / 2;
    let codes = std::iter::repeat_n([clear, pixel, pixel], pairs).flatten().chain([end]);
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for code in codes {
        bits |= u32::from(code) << count;
        count += 3;
        if count >= 8 {
            bytes.push(bits as u8);
            (bits, count) = (bits >> 8, count - 8);
        }
    }
    bytes.push(bits as u8);
    let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
    let mut gif = [b"GIF89a", size.as_slice(), b"\x80\0\0\x10\x20\x30\x40\x50\x60,\0\0\0\0", size.as_slice(), b"\0\x02"].concat();
    for block in bytes.chunks(255) {
        gif.push(block.len() as u8);
        gif.extend(block);
    }
    gif.extend(b"\0;");
    std::fs::write(path, gif).unwrap();
}

/// Takes a picture in and measures. What is to come of it: `Ok`, or a refusal.
fn check(what: &str, expected: Result<(), ()>, make: &dyn Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let (source, clean) = (folder.path().join("source"), folder.path().join("clean"));
    make(&source);
    let file_bytes = std::fs::metadata(&source).unwrap().len();
    let estimate = inspect_file(&source, &Limits::default()).map_or(0, |header| memory_estimate(&header, file_bytes));
    let mut answer = None;
    let growth = growth_mib(|| answer = Some(ingest(&source, &clean, &Limits::default())));
    let answer = answer.unwrap();
    assert_eq!(answer.is_ok(), expected.is_ok(), "{what}: {:?}", answer.err());
    assert_eq!(clean.exists(), expected.is_ok(), "{what}");
    assert!(growth <= MAX_GROWTH_MIB, "{what} took {growth} MiB");
    // The estimate is for what runs beside it; a few MiB are the allocator's.
    assert!(estimate == 0 || growth <= (estimate >> 20) + 8, "{what} took {growth} MiB of {}", estimate >> 20);
}

#[test]
fn no_upload_takes_more_than_256_mib_be_it_good_or_bad() {
    let (good, bad) = (Ok(()), Err(()));
    check("50 MP PNG of 16 bits", good, &|path| PNG.write(path));
    check("the same, some rows missing", bad, &|path| Png { complete: false, ..PNG }.write(path));
    check("the same, interlaced", good, &|path| Png { interlaced: true, ..PNG }.write(path));
    check("the same, interlaced, some rows missing", bad, &|path| Png { interlaced: true, complete: false, ..PNG }.write(path));
    check("50 MP PNG, lying", good, &|path| Png { chunks: LYING_CHUNK, ..PNG }.write(path));
    check("the same, some rows missing", bad, &|path| Png { complete: false, chunks: LYING_CHUNK, ..PNG }.write(path));
    check("50 MP PNG, lying, interlaced", good, &|path| Png { interlaced: true, chunks: LYING_CHUNK, ..PNG }.write(path));
    check("the same with 90 MiB of noise", good, &|path| Png { noisy_rows: 1_400, chunks: LYING_CHUNK, ..PNG }.write(path));
    check("50 MP PNG in another colour space", good, &|path| Png { chunks: &[(b"gAMA", b"\x00\x01\x86\xa0")], ..PNG }.write(path));
    check("50 MP JPEG", good, &|path| jpeg(path, false, 1, true));
    check("50 MP JPEG, lying", good, &|path| jpeg(path, false, 6, true));
    check("the same, its end missing", bad, &|path| jpeg(path, false, 6, false));
    check("50 MP JPEG, lying, of noise", good, &|path| {
        write_jpeg(path, &noise(WIDTH as usize * HEIGHT as usize * 3), HEIGHT, false, 6, true);
    });
    check("50 MP JPEG, progressive", good, &|path| jpeg(path, true, 1, true));
    check("50 MP JPEG, progressive, lying", bad, &|path| jpeg(path, true, 6, true));
    check("36 MP JPEG, progressive, lying", good, &|path| {
        write_jpeg(path, &[110, 90, 70].repeat(WIDTH as usize * 4_300), 4_300, true, 6, true);
    });
    check("33 MP JPEG, progressive, with 40 MiB of segments", good, &|path| jpeg_with_app2(path, 4_000, 40));
    check("33 MP JPEG, progressive, with 90 MiB of segments", bad, &|path| jpeg_with_app2(path, 4_000, 90));
    check("30 MP WebP, lossless", good, &lossless_webp);
    check("12 MP WebP of noise, lying", good, &|path| lying_webp(path, 4_000, 3_000, false));
    check("5 MP WebP of noise with alpha, lying", good, &|path| lying_webp(path, 2_250, 2_200, true));
    check("8 MP WebP of noise with alpha, lying", bad, &|path| lying_webp(path, 3_000, 2_700, true));
    check("27 MP GIF", good, &|path| gif(path, 5_400, 5_000));
    check("30 MP GIF", bad, &|path| gif(path, 6_000, 5_000));
    check("a 100 MiB file of nothing", bad, &|path| {
        let mut file = std::fs::File::create(path).unwrap();
        file.write_all(b"\xff\xd8\xff\xe0").unwrap();
        file.set_len(100 << 20).unwrap();
    });
    check("a terabyte", bad, &|path| {
        let mut file = std::fs::File::create(path).unwrap();
        file.write_all(b"\x89PNG\r\n\x1a\n").unwrap();
        file.seek(SeekFrom::Start(1 << 40)).unwrap();
        file.write_all(b"x").unwrap();
    });
}
