//! Starts the application in the test's own process, on a database and a folder of its own, and speaks HTTP to it.

mod app;
mod client;
mod pictures;

pub use app::TestApp;
pub use client::Client;
pub use pictures::photo;
