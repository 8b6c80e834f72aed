//! Pictures: what is known of them, and their bytes.

pub mod content;
pub mod delete;
pub mod show;
