//! What a picture that was made may be.

use imaging::Limits;

/// Results may be larger than uploads: a picture of the largest size, enlarged.
#[must_use]
pub fn result_limits() -> Limits {
    Limits { max_bytes: 512 << 20, max_pixels: engine::MAX_OUTPUT_PIXELS, max_decode_bytes: 1 << 30, ..Limits::default() }
}
