//! Why the engine did not deliver a picture. Each case tells its caller something different to do.

/// A refused or failed operation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The picture, or what would come out of it, is over a cap. Nothing was allocated. A smaller picture helps.
    #[error("{what} would be {width}x{height}, over the limit of {max_pixels} pixels and {max_side} pixels a side")]
    TooLarge {
        /// Which picture is meant.
        what: Measured,
        /// Its width in pixels.
        width: u64,
        /// Its height in pixels.
        height: u64,
        /// Most pixels allowed.
        max_pixels: u64,
        /// Most pixels allowed along one side.
        max_side: u64,
    },
    /// The picture has no pixels.
    #[error("the picture is empty")]
    Empty,
    /// A parameter is outside its range; the caller's validation should have said so.
    #[error("{name} {reason}")]
    BadParameter {
        /// Parameter name as in [`crate::Operation`].
        name: &'static str,
        /// What would be right.
        reason: &'static str,
    },
    /// The operation needs a pack that is not installed.
    #[error("this needs the model pack `{pack}`, which is not installed")]
    PackMissing {
        /// Id of the pack to install.
        pack: &'static str,
    },
    /// The caller asked to stop. Nothing is left behind.
    #[error("cancelled")]
    Cancelled,
    /// No subject stands out from its background, so there is nothing to cut out.
    #[error("no subject was found in the picture")]
    NoSubject,
    /// A model file is not what the manifest promises, or the runtime refuses it. Reinstalling helps.
    #[error("model {file} cannot be used: {reason}")]
    BadModel {
        /// File name of the model.
        file: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A model file could not be read.
    #[error("cannot read model {file}")]
    Read {
        /// File name of the model.
        file: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// Which picture a size cap is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measured {
    /// The picture that was given.
    Input,
    /// The picture that would be made.
    Output,
}

impl std::fmt::Display for Measured {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Input => "the picture",
            Self::Output => "the result",
        })
    }
}
