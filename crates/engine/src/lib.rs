//! Embedded inference: background removal, enlargement and painting styles on the CPU, with models that are part of
//! the binary. An [`Engine`] takes an [`Operation`] and a decoded picture, reports progress per tile through a
//! [`Control`], and knows beforehand what a run will cost ([`Engine::plan`]).

mod background;
mod control;
mod engine;
mod error;
mod models;
mod operation;
mod pace;
pub mod packs;
mod pixels;
mod plan;
mod style;
mod tiles;
mod upscale;

pub use control::Control;
pub use engine::{Engine, EngineOptions};
pub use error::{Error, Measured};
pub use operation::{Background, Blend, Content, Operation, Quality, STYLE_COUNT, Scale, StyleSource};
pub use plan::{MAX_INPUT_PIXELS, MAX_OUTPUT_PIXELS, MAX_SIDE, Plan};
