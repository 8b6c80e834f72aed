//! What was just made becomes a file: encoded and marked in one go, JPEG and PNG strip by strip, so that besides the pixels
//! hardly any memory is needed, however badly they compress.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use image::DynamicImage;
use image::metadata::Orientation;
use sha2::Digest;

use crate::container::{self, Keep};
use crate::encode::{self, Effort, on_white, rgba};
use crate::ingest;
use crate::marks::{self, Marks};
use crate::rewrite::Inserted;
use crate::upright::Upright;
use crate::{Error, Format, Limits};

/// A file that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its bytes.
    pub size_bytes: u64,
    /// Its SHA-256, taken while writing it.
    pub sha256: [u8; 32],
}

/// Writes a picture to a file, which is removed again if anything fails. `quality` runs from 1 to 100 and does not matter for
/// PNG; a JPEG has colours at full resolution, no alpha, and shows what is transparent as white. The caller makes the file
/// durable: this function does not sync.
///
/// # Errors
/// [`Error::UnsupportedFeature`] for GIF, [`Error::SideTooLong`] where the format ends, [`Error::Encode`] if the encoder fails
/// or a field of the marks is too long, [`Error::Io`] if the file cannot be written.
pub fn write(image: &DynamicImage, format: Format, quality: u8, marks: Option<&Marks>, path: &Path) -> Result<Written, Error> {
    let xmp = marks.map(marks::packet).transpose()?;
    let written = match format {
        Format::Jpeg | Format::Png => in_strips(image, format, quality, xmp.as_deref(), path),
        Format::WebP => whole(image, quality, xmp.as_deref(), path),
        Format::Gif => return Err(Error::UnsupportedFeature { feature: "writing GIF" }),
    };
    written.inspect_err(|_| {
        // Best effort: the error at hand is the one to report.
        drop(fs::remove_file(path));
    })
}

fn in_strips(image: &DynamicImage, format: Format, quality: u8, xmp: Option<&[u8]>, path: &Path) -> Result<Written, Error> {
    let metadata = container::metadata(format, xmp, &[])?;
    let plain = plain(image, format);
    let upright = Upright::new(&plain, Orientation::NoTransforms, None)?;
    let written = ingest::write(path, |out| match format {
        Format::Jpeg => encode::jpeg_strips(&upright, quality, &mut Inserted { out, after: container::jpeg::START_BYTES, metadata }),
        _ => encode::png_strips(&upright, &mut Inserted { out, after: container::png::START_BYTES, metadata }),
    })?;
    Ok(Written { size_bytes: written.bytes, sha256: written.hash.finalize().into() })
}

/// RGB, or RGBA where there is alpha and the format has it. Pictures as engines make them are not copied.
fn plain(image: &DynamicImage, format: Format) -> Cow<'_, DynamicImage> {
    let keeps_alpha = image.color().has_alpha() && format == Format::Png;
    match image {
        DynamicImage::ImageRgb8(_) => Cow::Borrowed(image),
        DynamicImage::ImageRgba8(_) if keeps_alpha => Cow::Borrowed(image),
        _ if keeps_alpha => Cow::Owned(rgba(image).into_owned().into()),
        _ => Cow::Owned(on_white(image).into_owned().into()),
    }
}

/// The library for WebP gives a whole file.
fn whole(image: &DynamicImage, quality: u8, xmp: Option<&[u8]>, path: &Path) -> Result<Written, Error> {
    let webp = encode::webp(image, quality, Effort::Usual)?;
    let keep = Keep { colour: false, orientation: false, xmp };
    let container = container::read(&webp, &Limits::NONE)?;
    let written = ingest::write(path, |out| container.write(&keep, out))?;
    Ok(Written { size_bytes: written.bytes, sha256: written.hash.finalize().into() })
}
