//! Pictures in, pictures out. This crate reads untrusted picture files within stated limits, turns them upright
//! and into sRGB, makes thumbnails and placeholders, and reads and writes the marks that say a picture was made
//! by a machine. It knows nothing of users, tasks or storage: callers hand over bytes or paths and get bytes back.
//!
//! Four formats are read: JPEG, PNG, WebP and GIF. Of an animation only the first frame is used. Every function
//! may be called with hostile bytes; the answer is then an [`Error`] that says what is wrong with the file.

mod average;
mod colour;
mod contained;
mod container;
mod decode;
mod encode;
mod error;
mod format;
mod header;
mod ingest;
mod limits;
pub mod made;
pub mod marks;
mod rewrite;
mod source;
mod thumbnail;
mod upright;

pub use decode::{decode, decode_file, shrink, verify_file, verify_result};
pub use encode::encode;
pub use error::Error;
pub use format::{Format, SNIFF_BYTES, sniff};
pub use header::{Header, inspect, inspect_file, memory_estimate};
pub use ingest::{Ingested, THUMBNAIL_SIDE, ingest, ingest_made};
pub use limits::Limits;
pub use thumbnail::{placeholder, thumbnail};

/// The picture type that [`decode`] and [`encode`] speak, re-exported so that callers share its version.
pub use image;
