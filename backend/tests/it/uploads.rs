//! `POST /api/uploads`

mod abandoned;
mod accepted;
mod files;
mod forms;
mod full_disk;
mod memory;
mod private;
mod quota;
mod refused;
mod streaming;
mod unused;
