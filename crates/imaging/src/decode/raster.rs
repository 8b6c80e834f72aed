//! WebP and GIF, which are always decoded whole. The first frame of an animation is laid onto its canvas.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageError};

use crate::{Error, Header};

pub(super) fn webp(bytes: &[u8], header: &Header) -> Result<DynamicImage, Error> {
    decode(WebPDecoder::new(Cursor::new(bytes)).map_err(error)?, header)
}

pub(super) fn gif(bytes: &[u8], header: &Header) -> Result<DynamicImage, Error> {
    decode(GifDecoder::new(Cursor::new(bytes)).map_err(error)?, header)
}

fn decode(mut decoder: impl ImageDecoder, header: &Header) -> Result<DynamicImage, Error> {
    // Two parsers must never disagree about the size: one has checked it, the other allocates by it.
    if decoder.dimensions() != (header.width, header.height) {
        return Err(Error::corrupt("two sizes"));
    }
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(header.full_bytes());
    decoder.set_limits(limits).map_err(error)?;
    DynamicImage::from_decoder(decoder).map_err(error)
}

fn error(error: ImageError) -> Error {
    match error {
        ImageError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => Error::Truncated,
        other => Error::corrupt(other),
    }
}
