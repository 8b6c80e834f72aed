//! What only the owner may see and do.

pub mod doctor;
pub mod providers;
