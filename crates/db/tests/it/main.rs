//! Tests of the database doors against real databases: SQLite, or PostgreSQL when `TEST_DATABASE_URL` is set.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod accounts;
mod doors;
mod group_commit;
mod health;
mod migrations;
mod postgres;
mod sqlite_file;
