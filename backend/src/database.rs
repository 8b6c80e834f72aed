//! The only place that asks the database. One file per table family; each function is a question or a change
//! with a name, taking a connection, so that callers decide what shares a transaction.

pub mod admission;
pub mod attempts;
pub mod condition;
pub mod credits;
pub mod external_events;
pub mod files;
pub mod idempotency;
pub mod invitations;
pub mod mail_links;
pub mod payments;
pub mod provider_credentials;
pub mod redeem_codes;
pub mod schema;
pub mod sessions;
pub mod system_config;
pub mod tasks;
pub mod uploads;
pub mod users;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

/// The schema of both databases. A migration has the same number and name in both folders.
#[must_use]
pub fn migrations() -> db::Migrations {
    const SQLITE: EmbeddedMigrations = embed_migrations!("src/database/migrations/sqlite");
    const POSTGRES: EmbeddedMigrations = embed_migrations!("src/database/migrations/postgres");
    db::Migrations { sqlite: SQLITE, postgres: POSTGRES }
}

/// Turns a stored text into its type; what does not fit is a damaged row.
fn stored<T: std::str::FromStr>(text: &str) -> diesel::QueryResult<T> {
    text.parse().map_err(|_| damaged(text))
}

/// The error for a row that this program cannot have written.
fn damaged(text: &str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(format!("unexpected value {text:?} in the database").into())
}

#[cfg(test)]
mod tests {
    /// The queue's crate tests against its own copy of the tables; a change must reach both.
    #[test]
    fn the_queue_has_the_tables_that_its_crate_was_tested_with() {
        assert_eq!(
            include_str!("database/migrations/sqlite/2026-11-22-000002_jobs/up.sql"),
            include_str!("../../crates/jobs/migrations/sqlite/00000000000001_jobs/up.sql")
        );
        assert_eq!(
            include_str!("database/migrations/postgres/2026-11-22-000002_jobs/up.sql"),
            include_str!("../../crates/jobs/migrations/postgres/00000000000001_jobs/up.sql")
        );
    }
}
