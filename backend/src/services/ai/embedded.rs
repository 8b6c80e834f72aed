//! The embedded engine as a provider among the others.

mod operation;
mod provider;

pub use operation::{estimate, of_tool, operation, output_format, refusal};
pub use provider::Embedded;
