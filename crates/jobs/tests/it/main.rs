//! Tests of the queue against real databases: SQLite, or PostgreSQL when `TEST_DATABASE_URL` is set.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod drain;
mod effects;
mod fairness;
mod health;
mod queue;
mod schedules;
mod setup;
mod together;
mod worker;
