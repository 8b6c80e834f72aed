//! Danqing: a self-hosted studio for making and editing pictures with AI. `docs/ARCHITECTURE.md` shows it from
//! above; `router` is the HTTP surface, `cli` the command line, `app` the shared parts of the running process.

pub mod app;
pub mod cli;
pub mod config;
pub mod controllers;
pub mod database;
pub mod error;
pub mod jobs;
pub mod messages;
pub mod middleware;
pub mod models;
pub mod router;
pub mod services;
