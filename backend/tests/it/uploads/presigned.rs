//! `POST /api/uploads/presign`, then a PUT, then `POST /api/uploads/{id}/complete`.

mod accepted;
mod refused;
mod setup;
mod swept;
