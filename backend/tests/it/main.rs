//! The one integration test binary. Folders mirror the URLs; `support` starts the application.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;

mod admin;
mod auth;
mod billing;
mod cli;
mod crash;
mod credits;
mod events;
mod files;
mod metrics;
mod openapi;
mod prompts;
mod providers;
mod readyz;
mod schema;
mod security;
mod tasks;
mod template_map;
mod tidy;
mod tools;
mod uploads;
mod webhooks;
