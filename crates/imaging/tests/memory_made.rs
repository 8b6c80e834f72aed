//! How much memory writing a picture takes that was just made. A binary of its own with one test, because the figure is that
//! of the whole process.

#![expect(clippy::unwrap_used, reason = "also the helpers of a test may fail it")]

use image::{DynamicImage, RgbImage};
use imaging::Format;
use imaging::marks::{DigitalSourceType, Marks};

/// What writing may add to the pixels.
const MAX_GROWTH_KIB: u64 = 4 << 10;

/// The kernel's figure of the highest use of memory since it was last reset, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// 12 megapixels that no encoder can make anything of, from a fixed sequence (Knuth's multiplier).
fn noise() -> DynamicImage {
    let mut state = 7_u64;
    let mut level = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    RgbImage::from_raw(4_000, 3_000, (0..36_000_000).map(|_| level()).collect()).unwrap().into()
}

#[test]
fn writing_12_megapixels_takes_4_mib_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made");
    let (picture, marks) = (noise(), Marks { source: Some(DigitalSourceType::AlgorithmicallyEnhanced), aigc: None });
    for format in [Format::Png, Format::Jpeg] {
        // 5 sets the highest use back to the present one (proc(5), clear_refs).
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = peak_kib();
        let written = imaging::made::write(&picture, format, 92, Some(&marks), &path).unwrap();
        assert!(written.size_bytes > 8 << 20, "{} bytes", written.size_bytes);
        let growth = peak_kib() - before;
        assert!(growth <= MAX_GROWTH_KIB, "{format:?} took {growth} KiB");
    }
}
