//! `POST /api/uploads` and `POST /api/uploads/presign`

mod abandoned;
mod accepted;
mod files;
mod forms;
mod full_disk;
mod memory;
mod presigned;
mod private;
mod quota;
mod refused;
mod streaming;
mod unused;
