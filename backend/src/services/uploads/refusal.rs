//! What the picture library refuses, in our codes.

use crate::error::{Code, Failure};

/// The answer to a picture that is refused. `name` is its label.
#[must_use]
pub fn refusal(error: &imaging::Error, name: &str) -> Failure {
    use imaging::Error as E;
    let failure = |code| Failure::new(code).with("name", name);
    match error {
        E::Empty => failure(Code::FileEmpty),
        E::UnsupportedType { found } => failure(Code::FileTypeUnsupported).with("found", found),
        E::UnsupportedFeature { feature } => failure(Code::FileTypeUnsupported).with("found", feature),
        E::TooLarge { max_bytes, .. } => failure(Code::FileTooLarge).with("limit", max_bytes >> 20),
        E::TooManyPixels { width, height, max } => {
            size(name, *width, *height).with("limit", max / 1_000_000).with("side", imaging::Limits::default().max_side)
        }
        E::SideTooLong { width, height, max } => {
            size(name, *width, *height).with("limit", imaging::Limits::default().max_pixels / 1_000_000).with("side", max)
        }
        E::TooManyFrames { max } => failure(Code::ImageTooManyFrames).with("limit", max),
        E::Io(error) => disk_full(error).unwrap_or_else(|| Failure::internal(error)),
        E::Encode { detail } => Failure::internal(detail),
        other => failure(Code::FileCorrupt).with("reason", other),
    }
}

fn size(name: &str, width: u32, height: u32) -> Failure {
    Failure::new(Code::ImageTooLarge).with("name", name).with("width", width).with("height", height)
}

/// A temporary file could not be made or written.
pub(super) fn disk(error: std::io::Error) -> Failure {
    disk_full(&error).unwrap_or_else(|| Failure::internal(error))
}

fn disk_full(error: &std::io::Error) -> Option<Failure> {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded).then(|| Code::StorageFull.into())
}
