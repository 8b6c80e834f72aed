//! Starts the application in the test's own process, on a database and a folder of its own, and speaks HTTP to it;
//! or starts the real program as a process of its own.

mod app;
pub mod bucket;
mod client;
pub mod form;
pub mod hosted;
pub mod mail;
mod nginx;
mod pictures;
mod postgres;
mod server;
pub mod shop;
mod small_disk;
pub mod store;
pub mod stream;
pub mod studio;
mod tasks;
mod visitor;
mod worker;

pub use app::{TestApp, assert_sound, files_below, owner_of};
pub use client::{Answer, Client};
pub use nginx::{Nginx, free_port};
pub use pictures::photo;
pub use postgres::OwnPostgres;
pub use server::{Place, Server, forget_peak, memory_kib};
pub use small_disk::SmallDisk;
pub use stream::Told;
pub use tasks::{id, upscale};
pub use visitor::Visitor;
