//! HTTP in and out, nothing else: one folder for each resource, one file for each operation.

pub mod admin;
pub mod app;
pub mod auth;
pub mod billing;
pub mod credits;
pub mod events;
pub mod files;
pub mod health;
pub mod metrics;
pub mod prompts;
pub mod tasks;
pub mod tools;
pub mod uploads;
pub mod webhooks;
