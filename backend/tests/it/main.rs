//! The one integration test binary. Folders mirror the URLs; `support` starts the application.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;

mod cli;
mod crash;
mod tasks;
mod tools;
