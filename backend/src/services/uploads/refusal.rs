//! What the picture library refuses, in our codes.

use imaging::Limits;

use crate::error::{Code, Failure};
use crate::messages;
use crate::models::locale::Locale;

/// The answer to a picture that is refused under these limits, with its reason in the reader's language. `name` is
/// its label.
#[must_use]
pub fn refusal(error: &imaging::Error, name: &str, locale: Locale, limits: &Limits) -> Failure {
    use imaging::Error as E;
    let failure = |code| Failure::new(code).with("name", name);
    let words = |key: &str| messages::plain(locale, &format!("picture.{key}"));
    let unsupported = |reason: String| failure(Code::FileTypeUnsupported).with("reason", reason);
    let corrupt = |key| failure(Code::FileCorrupt).with("reason", words(key));
    match error {
        E::Empty => failure(Code::FileEmpty),
        E::UnsupportedType { found: found @ ("unknown" | "video") } => unsupported(words(found)),
        E::UnsupportedType { found } => unsupported(messages::text(locale, "picture.of_type", &[("found", found)])),
        E::UnsupportedFeature { .. } => unsupported(words("unusual_jpeg")),
        E::TooLarge { max_bytes, .. } => failure(Code::FileTooLarge).with("limit", max_bytes >> 20),
        E::TooManyPixels { width, height, max } => too_large(name, (*width, *height), *max, limits.max_side, locale),
        E::SideTooLong { width, height, max } => too_large(name, (*width, *height), limits.max_pixels, *max, locale),
        E::TooMuchMemory { width, height, .. } => size(name, *width, *height).with("reason", words("too_much_memory")),
        E::TooManyFrames { max } => failure(Code::ImageTooManyFrames).with("limit", max),
        E::TooManyScans { .. } => corrupt("too_many_scans"),
        E::MetadataTooLarge { .. } => corrupt("metadata_too_large"),
        E::Truncated => corrupt("incomplete"),
        E::Corrupt { detail } => {
            tracing::debug!(detail, "a picture is damaged");
            corrupt("damaged")
        }
        E::Io(error) => disk(error),
        E::Encode { detail } => Failure::internal(detail),
    }
}

/// A picture with more pixels, or a longer side, than one of its kind may have.
fn too_large(name: &str, (width, height): (u32, u32), max_pixels: u64, max_side: u32, locale: Locale) -> Failure {
    let values = [("limit", ((max_pixels / 100_000) as f64 / 10.0).to_string()), ("side", max_side.to_string())];
    size(name, width, height).with("reason", messages::text(locale, "picture.too_many_pixels", &values))
}

fn size(name: &str, width: u32, height: u32) -> Failure {
    Failure::new(Code::ImageTooLarge).with("name", name).with("width", width).with("height", height)
}

/// A file could not be made, read or written.
#[must_use]
pub fn disk(error: &std::io::Error) -> Failure {
    disk_full(error).unwrap_or_else(|| Failure::internal(error))
}

fn disk_full(error: &std::io::Error) -> Option<Failure> {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded).then(|| Code::StorageFull.into())
}
