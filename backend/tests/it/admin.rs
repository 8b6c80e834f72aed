//! What only the owner may see and do.

mod providers;
