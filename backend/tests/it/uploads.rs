//! `POST /api/uploads`

mod accepted;
mod files;
mod forms;
mod memory;
mod private;
mod refused;
mod streaming;
mod unused;
