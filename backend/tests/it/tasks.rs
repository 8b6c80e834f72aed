//! `/api/tasks`

mod admission;
mod books;
mod cancel;
mod create;
mod delete;
mod full_disk;
mod idempotency;
mod life;
mod list;
mod outside;
mod partial;
mod quote;
mod retry;
mod settle;
mod slow;
mod status;
