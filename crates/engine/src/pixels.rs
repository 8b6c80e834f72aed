//! Pixel work shared by the operations: planes of floats, resizing, blurring, colour spaces.

pub(crate) mod blur;
pub(crate) mod fill;
pub(crate) mod oklab;
pub(crate) mod picture;
pub(crate) mod plane;
pub(crate) mod sampler;
