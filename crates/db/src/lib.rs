//! One way to a database, whether it is SQLite or PostgreSQL.
//!
//! A [`Database`] has two doors, [`read`](Database::read) and [`write`](Database::write). Each takes a plain
//! synchronous closure (a *unit*) and runs it in a transaction on a thread of this crate; a read of one statement
//! goes without one ([`query`](Database::query)). On SQLite the units that wait together to write share one
//! transaction and one flush to disk; on PostgreSQL each has its own.
//! What the two databases do differently is settled here and in `crates/jobs`, nowhere else.

mod any;
mod connection;
mod constraint;
mod database;
mod door;
mod error;
mod health;
mod lock;
mod migrate;
mod options;
mod pool;
mod prepared;
mod queue;
pub mod testing;
mod unit;
mod watch;
mod writer;

pub use connection::{Backend, Connection, MultiBackend};
pub use constraint::{is_check_violation, is_foreign_key_violation, unique_violation, unique_violation_on};
pub use database::Database;
pub use error::{Error, OpenError, is_disk_full, may_pass, never_passes};
pub use health::Health;
pub use migrate::{MigrateError, MigrationReport, Migrations};
pub use options::Options;
pub use prepared::Statement;
#[doc(hidden)]
pub use prepared::{Prepared, Together, WithoutRows};

/// What the macros of this crate need by a path that holds in every crate.
#[doc(hidden)]
pub use diesel;
