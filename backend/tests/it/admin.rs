//! What only the owner may see and do.

mod doctor;
mod providers;
