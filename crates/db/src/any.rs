//! The enum that Diesel makes a connection of. It has a module and a name of its own because the code that the
//! derive writes imports everything around it beside Diesel's trait `Connection`.

#![expect(missing_docs, reason = "the derive writes items that cannot be documented")]
use diesel::{PgConnection, SqliteConnection};

/// A connection to either database. Diesel's query language works on it directly.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// libpq, compiled in.
    Postgres(PgConnection),
    /// SQLite, compiled in.
    Sqlite(SqliteConnection),
}
