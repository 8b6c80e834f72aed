//! Starts the application in the test's own process, on a database and a folder of its own, and speaks HTTP to it;
//! or starts the real program as a process of its own.

mod app;
mod client;
pub mod form;
mod pictures;
mod server;
mod store;
mod stream;
mod tasks;
mod visitor;
mod worker;

pub use app::TestApp;
pub use client::{Answer, Client};
pub use pictures::photo;
pub use server::{Place, Server};
pub use stream::Told;
pub use tasks::{id, upscale};
pub use visitor::Visitor;
