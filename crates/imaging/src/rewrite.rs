//! Writes a picture anew, upright and in sRGB, straight into its file. JPEG and PNG are made strip by strip, so that
//! besides the decoded picture hardly any memory is needed, however badly it compresses.

use std::io::{self, Write};

use image::DynamicImage;

use crate::colour::Profile;
use crate::container::{self, Container, Keep};
use crate::decode::{finish, pending};
use crate::encode::{self, Effort};
use crate::upright::Upright;
use crate::{Error, Format, Limits};

/// JPEG and WebP quality of a picture that must be encoded anew: no loss that is seen beside the original.
const QUALITY: u8 = 92;

/// Writes the decoded picture of `source`, with the marks in `xmp` and the source's content credentials.
pub(crate) fn write(
    stored: DynamicImage,
    source: &Container<'_>,
    profile: Option<&Profile>,
    xmp: Option<&[u8]>,
    out: &mut impl Write,
) -> Result<(), Error> {
    let c2pa: Vec<&[u8]> = source.c2pa_parts().collect();
    if source.header.format == Format::WebP {
        let whole = finish(stored, &source.header, profile)?;
        let webp = encode::webp(&whole, QUALITY, Effort::Lean)?;
        drop(whole);
        let keep = Keep { colour: false, orientation: false, xmp };
        return container::read(&webp, &Limits::NONE)?.write_with(&keep, &c2pa, out);
    }
    let upright = Upright::new(&stored, source.header.orientation, pending(profile, &source.header))?;
    let format = if source.header.format == Format::Jpeg { Format::Jpeg } else { Format::Png };
    let metadata = container::metadata(format, xmp, &c2pa)?;
    if format == Format::Jpeg {
        encode::jpeg_strips(&upright, QUALITY, &mut Inserted { out, after: container::jpeg::START_BYTES, metadata })
    } else {
        encode::png_strips(&upright, &mut Inserted { out, after: container::png::START_BYTES, metadata })
    }
}

/// Passes bytes on, and puts the metadata in behind the first so many of them.
pub(crate) struct Inserted<W> {
    pub out: W,
    /// So many bytes come before it.
    pub after: usize,
    pub metadata: Vec<u8>,
}

impl<W: Write> Write for Inserted<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if self.after == 0 && !self.metadata.is_empty() {
            self.out.write_all(&self.metadata)?;
            self.metadata = Vec::new();
        }
        if self.after == 0 {
            return self.out.write(data);
        }
        let taken = self.out.write(&data[..data.len().min(self.after)])?;
        self.after -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
