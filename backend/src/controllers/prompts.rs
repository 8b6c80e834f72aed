//! Words for pictures over HTTP.

pub mod preview;
