//! The one integration test binary. Folders mirror the URLs; `support` starts the application.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod auth;
mod cli;
mod crash;
mod credits;
mod events;
mod files;
mod security;
mod support;
mod tasks;
mod tools;
mod uploads;
