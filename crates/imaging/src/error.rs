//! What can be wrong with a picture. Each case is one that a caller answers in its own words; the texts here are
//! complete sentences for logs and command lines and hold no path and no byte of the file.

/// Why a picture was refused. All cases but [`Error::Io`] and [`Error::Encode`] are faults of the file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The magic bytes are not those of JPEG, PNG, WebP or GIF.
    #[error("{found} files are not supported; send JPEG, PNG, WebP or GIF")]
    UnsupportedType {
        /// What the bytes are, such as `HEIC`, `SVG`, `PDF`, or `unknown`.
        found: &'static str,
    },
    /// The format is right, but uses a feature that browsers do not show either.
    #[error("this kind of picture is not supported: {feature}")]
    UnsupportedFeature {
        /// The feature, such as `lossless JPEG`.
        feature: &'static str,
    },
    /// More bytes than [`crate::Limits::max_bytes`].
    #[error("the file has {size_bytes} bytes, more than the {max_bytes} allowed")]
    TooLarge {
        /// Bytes of the file.
        size_bytes: u64,
        /// Bytes allowed.
        max_bytes: u64,
    },
    /// More pixels than [`crate::Limits::max_pixels`].
    #[error("{width} × {height} pixels are more than the {max} allowed")]
    TooManyPixels {
        /// Width in pixels, as the header says.
        width: u32,
        /// Height in pixels, as the header says.
        height: u32,
        /// Pixels allowed.
        max: u64,
    },
    /// A side longer than [`crate::Limits::max_side`].
    #[error("{width} × {height}: no side may be longer than {max} pixels")]
    SideTooLong {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Longest side allowed, in pixels.
        max: u32,
    },
    /// More frames than [`crate::Limits::max_frames`].
    #[error("the animation has more than the {max} frames allowed")]
    TooManyFrames {
        /// Frames allowed.
        max: u32,
    },
    /// More passes over the picture than [`crate::Limits::max_scans`].
    #[error("the JPEG has more than the {max} scans allowed")]
    TooManyScans {
        /// Scans allowed.
        max: u32,
    },
    /// Kept metadata (colour profile, XMP, C2PA) above [`crate::Limits::max_metadata_bytes`].
    #[error("the metadata inside the file is larger than the {max_bytes} bytes allowed")]
    MetadataTooLarge {
        /// Bytes allowed.
        max_bytes: u64,
    },
    /// Verifying would need more memory than [`crate::Limits::max_decode_bytes`].
    #[error("reading this picture of {width} × {height} takes {needed_bytes} bytes of memory, more than the {max_bytes} allowed")]
    TooMuchMemory {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Bytes needed.
        needed_bytes: u64,
        /// Bytes allowed.
        max_bytes: u64,
    },
    /// The file ends before the picture does.
    #[error("the file is incomplete")]
    Truncated,
    /// The bytes contradict the format.
    #[error("the file is damaged: {detail}")]
    Corrupt {
        /// What does not fit, for logs.
        detail: String,
    },
    /// A picture could not be written in the asked format.
    #[error("the picture could not be written: {detail}")]
    Encode {
        /// What the encoder said.
        detail: String,
    },
    /// Reading or writing a file failed; says nothing about the picture.
    #[error("reading or writing the picture file failed")]
    Io(#[from] std::io::Error),
}

impl Error {
    pub(crate) fn corrupt(detail: impl std::fmt::Display) -> Self {
        Self::Corrupt { detail: detail.to_string() }
    }

    pub(crate) fn encode(detail: impl std::fmt::Display) -> Self {
        Self::Encode { detail: detail.to_string() }
    }
}
