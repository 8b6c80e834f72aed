//! What every store promises, and what a bucket promises besides, against a server that verifies signatures.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod links;
mod setup;
mod stores;
mod trouble;
