//! How much memory the largest files take. A binary of its own with one test, because the figure is that of the
//! whole process.

#![expect(clippy::unwrap_used, reason = "also the helpers of a test may fail it")]

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use flate2::write::ZlibEncoder;
use imaging::{Error, Limits, ingest};

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

/// A PNG of 16 bits a sample in RGBA, black and transparent, that may lack its last rows.
fn png(path: &Path, interlaced: bool, complete: bool) {
    let mut packed = ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let rows = vec![0; 1 << 20];
    // A filter byte per row and eight bytes per pixel; interlacing has at most two rows for one.
    let passes = [(8, 8, 0, 0), (8, 8, 4, 0), (4, 8, 0, 4), (4, 4, 2, 0), (2, 4, 0, 2), (2, 2, 1, 0), (1, 2, 0, 1)];
    let pass_bytes = |&(dx, dy, x, y): &(u64, u64, u64, u64)| {
        let (columns, lines) = ((u64::from(WIDTH) - x).div_ceil(dx), (u64::from(HEIGHT) - y).div_ceil(dy));
        lines * (1 + columns * 8)
    };
    let total = if interlaced { passes.iter().map(pass_bytes).sum() } else { pass_bytes(&(1, 1, 0, 0)) };
    let mut left = if complete { total } else { total - 100_000 };
    while left > 0 {
        let part = left.min(rows.len() as u64);
        packed.write_all(&rows[..part as usize]).unwrap();
        left -= part;
    }
    let mut file = std::fs::File::create(path).unwrap();
    file.write_all(b"\x89PNG\r\n\x1a\n").unwrap();
    let mut ihdr = [WIDTH.to_be_bytes(), HEIGHT.to_be_bytes()].concat();
    ihdr.extend([16, 6, 0, 0, u8::from(interlaced)]);
    chunk(&mut file, b"IHDR", &ihdr);
    chunk(&mut file, b"IDAT", &packed.finish().unwrap());
    chunk(&mut file, b"IEND", b"");
}

/// A grey-brown JPEG, whose stream may end early, lying on its side or not.
fn jpeg(path: &Path, progressive: bool, orientation: u8, complete: bool) {
    let pixels = [110, 90, 70].repeat(WIDTH as usize * HEIGHT as usize);
    let mut compressor = turbojpeg::Compressor::new().unwrap();
    compressor.set_progressive(progressive).unwrap();
    let colours = turbojpeg::Subsamp::Sub2x2;
    compressor.set_subsamp(colours).unwrap();
    let jpeg = compressor
        .compress_to_vec(turbojpeg::Image {
            pixels: pixels.as_slice(),
            width: WIDTH as usize,
            pitch: WIDTH as usize * 3,
            height: HEIGHT as usize,
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

fn lossless_webp(path: &Path) {
    let (width, height) = (6_000, 5_000);
    let pixels = [1, 2, 3].repeat(width as usize * height as usize);
    let webp = webp::Encoder::from_rgb(&pixels, width, height).encode_lossless();
    std::fs::write(path, &*webp).unwrap();
}

#[test]
fn no_bad_upload_takes_more_than_256_mib() {
    let folder = tempfile::tempdir().unwrap();
    let (source, clean) = (folder.path().join("source"), folder.path().join("clean"));
    let check = |what: &str, good: bool, make: &dyn Fn(&Path)| {
        make(&source);
        let mut answer = None;
        let growth = growth_mib(|| answer = Some(ingest(&source, &clean, &Limits::default())));
        println!("{growth:4} MiB {what}");
        let answer = answer.unwrap();
        assert_eq!(answer.is_ok(), good, "{what}: {:?}", answer.err());
        assert_eq!(clean.exists(), good, "{what}");
        assert!(growth <= MAX_GROWTH_MIB, "{what} took {growth} MiB");
        if good {
            std::fs::remove_file(&clean).unwrap();
        }
    };
    check("50 MP PNG of 16 bits", true, &|path| png(path, false, true));
    check("the same, some rows missing", false, &|path| png(path, false, false));
    check("the same, interlaced", true, &|path| png(path, true, true));
    check("the same, interlaced, some rows missing", false, &|path| png(path, true, false));
    check("50 MP JPEG", true, &|path| jpeg(path, false, 1, true));
    check("50 MP JPEG lying, its end missing", false, &|path| jpeg(path, false, 6, false));
    check("50 MP JPEG, progressive", true, &|path| jpeg(path, true, 1, true));
    check("50 MP JPEG, progressive, lying, its end missing", false, &|path| jpeg(path, true, 6, false));
    check("30 MP WebP, lossless", true, &lossless_webp);
    check("a 100 MiB file of nothing", false, &|path| {
        let mut file = std::fs::File::create(path).unwrap();
        file.write_all(b"\xff\xd8\xff\xe0").unwrap();
        file.set_len(100 << 20).unwrap();
    });
    check("a terabyte", false, &|path| {
        let mut file = std::fs::File::create(path).unwrap();
        file.write_all(b"\x89PNG\r\n\x1a\n").unwrap();
        file.seek(SeekFrom::Start(1 << 40)).unwrap();
        file.write_all(b"x").unwrap();
    });
    let answer = ingest(&source, &clean, &Limits::default());
    assert!(matches!(answer, Err(Error::TooLarge { .. })), "{answer:?}");
}
