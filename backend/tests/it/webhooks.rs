//! Calls of vendors that a request has ended.

mod address;
mod refused;
mod sequences;
mod wake;
