//! Starts the application in the test's own process, on a database and a folder of its own, and speaks HTTP to it.

mod app;
mod client;
mod pictures;
mod store;
mod stream;
mod tasks;
mod worker;

pub use app::TestApp;
pub use client::{Answer, Client};
pub use pictures::photo;
pub use stream::Stream;
pub use tasks::{id, upscale};
