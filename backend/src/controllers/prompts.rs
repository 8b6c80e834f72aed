//! Words for pictures over HTTP.

pub mod improve;
pub mod preview;
pub mod translate;
