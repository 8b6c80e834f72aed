//! What the engine can be asked to do, as plain data: the caller turns a task's parameters into one [`Operation`]
//! and the same value serves validation, the time estimate and the run.

use serde::{Deserialize, Serialize};

/// How many painting styles the named-style net knows; an index must be below this.
pub const STYLE_COUNT: usize = 26;

/// One picture operation with all its choices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Operation {
    /// Cuts the main subject out of its surroundings.
    RemoveBackground {
        /// What stands behind the subject afterwards.
        background: Background,
        /// Follow hair and edges on the full-size picture, and take the old background's colour out of them.
        refine_edges: bool,
    },
    /// Makes the picture larger with invented but faithful detail.
    Upscale {
        /// How many times wider and higher.
        scale: Scale,
        /// What kind of picture it is; each kind has its own net.
        content: Content,
        /// `High` needs an installed pack.
        quality: Quality,
    },
    /// Repaints the picture in another style.
    StyleTransfer {
        /// Where the style comes from.
        style: StyleSource,
        /// A second named style mixed in; only with [`StyleSource::Named`].
        blend: Option<Blend>,
        /// 0 leaves the picture as it is, 1 is the whole effect.
        strength: f32,
        /// Keep the picture's own colours and take only brush work and light from the style.
        preserve_colors: bool,
    },
}

/// What a cut-out subject stands on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Background {
    /// Nothing: the result has an alpha channel.
    Transparent,
    /// One sRGB colour.
    Color([u8; 3]),
    /// The picture's own background, out of focus.
    Blur {
        /// Standard deviation of the blur in pixels of the full-size picture, 1 to 200.
        radius: f32,
    },
}

/// Enlargement factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// Twice as wide and high.
    #[serde(rename = "2")]
    X2,
    /// Four times as wide and high.
    #[serde(rename = "4")]
    X4,
}

impl Scale {
    /// The factor as a number.
    #[must_use]
    pub fn factor(self) -> u32 {
        match self {
            Self::X2 => 2,
            Self::X4 => 4,
        }
    }
}

/// Kind of picture, for the upscaler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A photograph.
    Photo,
    /// A drawing, anime, a logo.
    Art,
}

/// How much work the upscaler may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// Seconds; compiled in.
    Standard,
    /// Minutes; invents plausible texture; needs an installed pack.
    High,
}

/// Where a painting style comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StyleSource {
    /// One of the [`STYLE_COUNT`] styles of the catalogue, by its index.
    Named(usize),
    /// The picture given to the run beside the input.
    Picture,
}

/// A second style and its share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    /// Index of the second style, below [`STYLE_COUNT`].
    pub style: usize,
    /// Share of the second style, 0 to 1.
    pub amount: f32,
}
