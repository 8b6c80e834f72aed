//! Measures the thumbnail of a photo, for `bench/image`. `make FILE` writes the test photo; `thumbnail FILE SECONDS`
//! and `ingest FILE SECONDS` repeat the work and print one line of JSON.

#![expect(clippy::print_stdout, reason = "its output is the result")]

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use image::imageops::FilterType;
use image::{DynamicImage, RgbImage};
use imaging::{Format, Limits, THUMBNAIL_SIDE};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["make", file] => Ok(std::fs::write(file, photo()?)?),
        ["thumbnail", file, seconds] => {
            let bytes = std::fs::read(file)?;
            measure("thumbnail", seconds, || Ok(thumbnail(&bytes)?.len()))
        }
        ["ingest", file, seconds] => {
            let clean = std::env::temp_dir().join(format!("ingested-{}", std::process::id()));
            measure("ingest", seconds, || ingest(Path::new(file), &clean))?;
            Ok(std::fs::remove_file(clean)?)
        }
        _ => Err("usage: make FILE | thumbnail FILE SECONDS | ingest FILE SECONDS".into()),
    }
}

fn thumbnail(bytes: &[u8]) -> Result<Vec<u8>, imaging::Error> {
    let small = imaging::shrink(bytes, THUMBNAIL_SIDE, &Limits::default())?;
    imaging::thumbnail(&small, THUMBNAIL_SIDE)
}

fn ingest(source: &Path, clean: &Path) -> Outcome<usize> {
    Ok(imaging::ingest(source, clean, &Limits::default())?.thumbnail.len())
}

/// 4000 × 3000 of four enlarged photos with the noise of a sensor, lying on its side as phones store it, with a camera
/// name and a position in its EXIF block.
fn photo() -> Outcome<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photos");
    let mut large = RgbImage::new(4000, 3000);
    for (i, name) in ["chelsea.png", "rocket.jpg", "rocket.jpg", "chelsea.png"].iter().enumerate() {
        let bytes = std::fs::read(folder.join(name))?;
        let part = imaging::decode(&bytes, &Limits::default())?.resize_exact(2000, 1500, FilterType::CatmullRom).into_rgb8();
        let (x, y) = (i as i64 % 2 * 2000, i as i64 / 2 * 1500);
        image::imageops::replace(&mut large, &part, x, y);
    }
    add_noise(&mut large);
    let jpeg = imaging::encode(&DynamicImage::from(large), Format::Jpeg, 88)?;
    let exif = [
        &b"\xff\xe1\0\x2eExif\0\0MM\0*\0\0\0\x08\0\x02"[..],
        b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0",
        b"\x01\x0f\0\x02\0\0\0\x04Cam\0",
        b"\0\0\0\0",
    ]
    .concat();
    Ok([&jpeg[..2], &exif, &jpeg[2..]].concat())
}

/// A level of noise per pixel, about normal with a deviation of 4, from a fixed sequence (Knuth's multiplier).
fn add_noise(image: &mut RgbImage) {
    let mut state = 7_u64;
    for pixel in image.pixels_mut() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let sum: i16 = (0..4).map(|i| (state >> (32 + i * 8) & 7) as i16).sum();
        for level in &mut pixel.0 {
            *level = (i16::from(*level) + sum - 14).clamp(0, 255) as u8;
        }
    }
}

fn measure(job: &str, seconds: &str, work: impl Fn() -> Outcome<usize>) -> Outcome<()> {
    let length = Duration::from_secs_f64(seconds.parse()?);
    let thumbnail_bytes = work()?;
    let (start, cpu_start) = (Instant::now(), cpu_ms()?);
    let mut times = Vec::new();
    while start.elapsed() < length {
        let before = Instant::now();
        work()?;
        times.push(before.elapsed().as_secs_f64() * 1000.0);
    }
    let cpu = (cpu_ms()? - cpu_start) / times.len() as f64;
    times.sort_by(f64::total_cmp);
    println!(
        "{{\"peer\":\"danqing\",\"job\":\"{job}\",\"runs\":{},\"p50_ms\":{:.2},\"cpu_ms\":{cpu:.2},\
         \"thumbnail_bytes\":{thumbnail_bytes},\"max_rss_mib\":{:.1}}}",
        times.len(),
        times[times.len() / 2],
        max_rss_mib()?
    );
    Ok(())
}

/// Processor time of the whole process so far, from the kernel's ticks of 10 ms.
fn cpu_ms() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // Behind the command's closing bracket; user and system time are the 12th and 13th field from there.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: Result<Vec<f64>, _> = fields.split_whitespace().skip(11).take(2).map(str::parse).collect();
    Ok(ticks?.iter().sum::<f64>() * 10.0)
}

fn max_rss_mib() -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)).ok_or("no VmHWM")?;
    Ok(kib.parse::<f64>()? / 1024.0)
}
