//! Calls of vendors that a request has ended.

mod address;
mod refused;
mod secret;
mod sequences;
mod wake;
