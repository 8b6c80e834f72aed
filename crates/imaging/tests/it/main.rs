//! What this crate promises, shown on real photos and on files made for the purpose. Files that no encoder writes
//! are put together by hand in `make`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "also the helpers of a test may fail it")]

mod animation;
mod colour;
mod containers;
mod decoding;
mod hostile;
mod limits;
mod make;
mod marking;
mod upright;
