//! From file bytes to pixels: upright, sRGB, eight bits, three or four channels. A format's decoder sees the bytes
//! only after the container has been walked and the limits hold.

mod jpeg;
mod png;
mod raster;

use std::borrow::Cow;
use std::io::Cursor;
use std::path::Path;

use image::DynamicImage;
use moxcms::DataColorSpace;

use crate::colour::{Profile, to_srgb};
use crate::contained::contained;
use crate::container::{self, Container};
use crate::source::Source;
use crate::{Error, Format, Header, Limits, thumbnail};

/// Decodes a whole picture.
///
/// # Errors
/// Every fault of the file; of an animation only the first frame is looked at.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<DynamicImage, Error> {
    let container = container::read(bytes, limits)?;
    let profile = Profile::of(&container.colour, container.header.channels);
    Ok(upright_srgb(bytes, &container, profile.as_ref(), None)?.image)
}

/// The same of a file, whose bytes take no memory besides. Nothing may write to it meanwhile.
///
/// # Errors
/// As [`decode`], and [`Error::Io`].
pub fn decode_file(path: &Path, limits: &Limits) -> Result<DynamicImage, Error> {
    decode(Source::open(path, limits)?.bytes(), limits)
}

/// Decodes a picture and makes it fit a square of `side` pixels; one that fits already keeps its size. The whole
/// file is read and verified, but where the format allows only a reduced picture is ever held in memory.
///
/// # Errors
/// Every fault of the file, as [`decode`].
pub fn shrink(bytes: &[u8], side: u32, limits: &Limits) -> Result<DynamicImage, Error> {
    let container = container::read(bytes, limits)?;
    let profile = Profile::of(&container.colour, container.header.channels);
    Ok(upright_srgb(bytes, &container, profile.as_ref(), Some(side))?.image)
}

/// Reads a produced picture completely, so that a damaged one is never stored.
///
/// # Errors
/// Every fault of the file.
pub fn verify_result(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let container = container::read(bytes, limits)?;
    raw(bytes, &container.header, None, Some(1))?;
    Ok(container.header)
}

/// The same of a file, whose bytes take no memory besides. Nothing may write to it meanwhile.
///
/// # Errors
/// As [`verify_result`], and [`Error::Io`].
pub fn verify_file(path: &Path, limits: &Limits) -> Result<Header, Error> {
    verify_result(Source::open(path, limits)?.bytes(), limits)
}

/// A decoded picture and what its file's quality allows.
pub(crate) struct Decoded {
    pub image: DynamicImage,
    /// The stream holds bytes that are no picture; a copy of the file would carry them along.
    pub stray_bytes: bool,
}

/// Decodes a file whole and leaves it as it is stored, neither turned nor in sRGB (but for CMYK).
pub(crate) fn stored(source: &Source, header: &Header, profile: Option<&Profile>) -> Result<DynamicImage, Error> {
    if header.format == Format::Png {
        let reader = source.reader()?;
        return contained(|| png::decode(reader, header, None));
    }
    Ok(raw(source.bytes(), header, profile, None)?.image)
}

/// Decodes and makes the picture fit a square of `side`, or leaves it whole.
pub(crate) fn upright_srgb(
    bytes: &[u8],
    container: &Container<'_>,
    profile: Option<&Profile>,
    side: Option<u32>,
) -> Result<Decoded, Error> {
    let mut decoded = raw(bytes, &container.header, profile, side)?;
    // Shrunk first, a thumbnail costs one turn and one conversion of few pixels.
    if let Some(side) = side
        && let Cow::Owned(small) = thumbnail::fit(&decoded.image, side)?
    {
        decoded.image = small;
    }
    decoded.image = finish(decoded.image, &container.header, profile)?;
    Ok(decoded)
}

/// Turns a decoded picture upright and into sRGB, in a second copy of it.
pub(crate) fn finish(mut image: DynamicImage, header: &Header, profile: Option<&Profile>) -> Result<DynamicImage, Error> {
    image.apply_orientation(header.orientation);
    contained(|| to_srgb(image, pending(profile, header)))
}

/// The profile that a decoded picture still has to go through: CMYK went through it while it was decoded.
pub(crate) fn pending<'p>(profile: Option<&'p Profile>, header: &Header) -> Option<&'p Profile> {
    profile.filter(|_| header.channels != DataColorSpace::Cmyk)
}

/// Decodes into the file's own colour space, except for CMYK, which no picture type holds.
fn raw(bytes: &[u8], header: &Header, profile: Option<&Profile>, side: Option<u32>) -> Result<Decoded, Error> {
    contained(|| match header.format {
        Format::Jpeg => jpeg::decode(bytes, header, profile, side),
        Format::Png => png::decode(Cursor::new(bytes), header, side).map(Decoded::clean),
        Format::WebP => raster::webp(bytes, header).map(Decoded::clean),
        Format::Gif => raster::gif(bytes, header).map(Decoded::clean),
    })
}

impl Decoded {
    fn clean(image: DynamicImage) -> Self {
        Self { image, stray_bytes: false }
    }
}
