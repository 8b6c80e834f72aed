//! The one integration test binary. Folders mirror the URLs; `support` starts the application.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;

mod auth;
mod cli;
mod credits;
mod events;
mod files;
mod security;
mod tasks;
mod tools;
mod uploads;
