//! AI image vendors behind one trait. Each folder speaks one vendor's wire contract and nothing else: which models
//! there are, what they cost and what they may be asked comes from the caller's catalogue, and retries, money and
//! storage are the caller's business. Nothing here remembers anything between two calls.
//!
//! Answers are read leniently (unknown fields are ignored, unknown words get a safe meaning and a log line) and
//! mistrusted: sizes are capped by [`egress`], numbers are range-checked, pictures are verified by the caller.

mod account;
mod delivery;
mod error;
pub mod http;
mod provider;
mod request;
pub mod size;
mod webhook;

pub use account::{Account, Secret};
pub use delivery::{Delivery, Output, Source, Usage};
pub use error::{Began, Class, Error};
pub use provider::{Abilities, Cancelled, Handle, ImageProvider, Progress, Submitted, Update, Watch};
pub use request::{Background, Expand, ImageRequest, Model, Moderation, OutputFormat, Picture, Quality, Settings, TaskType, UpscaleMode};
pub use webhook::{Delivered, WebhookCall, WebhookError};
