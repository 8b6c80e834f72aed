//! The schema: the migrations of both databases make the same tables, `schema.rs` says what they made, and
//! `schema.sql` shows it to readers.

mod columns;
mod declared;
mod shape;
mod snapshot;
