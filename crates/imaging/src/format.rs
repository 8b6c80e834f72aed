//! The picture formats that are read and written, and how a file's first bytes tell which one it is.
//! File names and declared media types are never asked.

use crate::Error;

/// A picture format that this crate reads. GIF is read only: what is kept of it becomes a PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG: baseline or progressive, 8 bits a sample, grey, colour or CMYK.
    Jpeg,
    /// PNG: every colour type and depth.
    Png,
    /// WebP: lossy or lossless.
    WebP,
    /// GIF: the first frame.
    Gif,
}

impl Format {
    /// The registered media type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// The usual file name extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
        }
    }

    /// The format of a media type; parameters after `;` and letter case do not matter.
    pub fn from_mime(mime: &str) -> Option<Self> {
        let essence = mime.split(';').next().unwrap_or_default().trim();
        [Self::Jpeg, Self::Png, Self::WebP, Self::Gif].into_iter().find(|format| format.mime().eq_ignore_ascii_case(essence))
    }
}

/// Bytes of a file's beginning that [`sniff`] needs to name any type it knows.
pub const SNIFF_BYTES: usize = 512;

/// Tells the format from the first bytes of a file (at least [`SNIFF_BYTES`] of them, or the whole file).
///
/// # Errors
/// [`Error::Empty`] without bytes; [`Error::UnsupportedType`] names what the bytes are instead.
pub fn sniff(first: &[u8]) -> Result<Format, Error> {
    match first {
        [] => Err(Error::Empty),
        [0xff, 0xd8, 0xff, ..] => Ok(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Format::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Format::WebP),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Ok(Format::Gif),
        other => Err(Error::UnsupportedType { found: name_of(other) }),
    }
}

/// Names a type that we do not read, so that a person learns what they actually sent.
fn name_of(first: &[u8]) -> &'static str {
    const PREFIXES: [(&[u8], &str); 17] = [
        (b"%PDF-", "PDF"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"BM", "BMP"),
        (b"8BPS", "PSD"),
        (b"\0\0\x01\0", "ICO"),
        (b"\xff\x0a", "JPEG XL"),
        (b"\0\0\0\x0cJXL ", "JPEG XL"),
        (b"\0\0\0\x0cjP  ", "JPEG 2000"),
        (b"\x76\x2f\x31\x01", "OpenEXR"),
        (b"PK\x03\x04", "ZIP"),
        (b"\x1f\x8b", "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!", "RAR"),
        (b"\x7fELF", "program"),
        (b"MZ", "program"),
        (b"\x1a\x45\xdf\xa3", "video"),
    ];
    if let Some((_, name)) = PREFIXES.iter().find(|(magic, _)| first.starts_with(magic)) {
        return name;
    }
    if first.get(4..8) == Some(b"ftyp") {
        return name_of_brand(first);
    }
    if first.starts_with(b"RIFF") {
        return "RIFF";
    }
    name_of_text(first)
}

/// ISO base media files (ISO/IEC 14496-12) say in their brand what they hold.
fn name_of_brand(first: &[u8]) -> &'static str {
    match first.get(8..12) {
        Some(b"avif" | b"avis") => "AVIF",
        Some(b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1") => "HEIC",
        _ => "video",
    }
}

fn name_of_text(first: &[u8]) -> &'static str {
    let head = &first[..first.len().min(SNIFF_BYTES)];
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.contains("<svg") {
        "SVG"
    } else if text.starts_with("<!doctype html") || text.starts_with("<html") {
        "HTML"
    } else if text.starts_with("<?xml") {
        "XML"
    } else {
        "unknown"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> &'static str {
        match sniff(bytes) {
            Err(Error::UnsupportedType { found }) => found,
            other => panic!("expected an unsupported type, got {other:?}"),
        }
    }

    #[test]
    fn a_foreign_type_is_named() {
        assert_eq!(found(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "HEIC");
        assert_eq!(found(b"\0\0\0\x1cftypavif\0\0\0\0"), "AVIF");
        assert_eq!(found(b"<?xml version=\"1.0\"?>\n<svg xmlns=\"\"/>"), "SVG");
        assert_eq!(found(b"  <svg/>"), "SVG");
        assert_eq!(found(b"%PDF-1.7"), "PDF");
        assert_eq!(found(b"II*\0\x08\0\0\0"), "TIFF");
        assert_eq!(found(b"BM\x36\0\0\0"), "BMP");
        assert_eq!(found(b"GIF88a"), "unknown");
    }

    #[test]
    fn media_types_are_read_without_their_parameters() {
        assert_eq!(Format::from_mime("IMAGE/JPEG; q=1"), Some(Format::Jpeg));
        assert_eq!(Format::from_mime("image/svg+xml"), None);
    }
}
