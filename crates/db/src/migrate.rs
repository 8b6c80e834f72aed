//! Bringing the schema up to date, safely: all pending migrations in one transaction, a copy of an SQLite file
//! before it is changed, and words instead of a guess when the schema is newer than the program.

use crate::connection::{Connection, MultiBackend, Target};
use crate::unit::Access;
use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// One folder of migrations for each database, with the same numbers and names.
pub struct Migrations {
    /// For SQLite.
    pub sqlite: EmbeddedMigrations,
    /// For PostgreSQL.
    pub postgres: EmbeddedMigrations,
}

/// What [`Database::migrate`](crate::Database::migrate) did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationReport {
    /// Versions applied now, oldest first; empty if the schema was up to date.
    pub applied: Vec<String>,
    /// The copy of the SQLite file as it was before.
    pub copy: Option<PathBuf>,
}

/// Why the schema could not be brought up to date. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database has migrations that this program does not know.
    #[error(
        "the database was migrated by a newer version of this program (it has migration {0}, which is unknown \
         here). Start that version, or restore the copy made before the upgrade"
    )]
    Newer(String),
    /// The SQLite file has tables, but none of them says which migrations were applied.
    #[error("{0} holds tables of another program. Choose another DATABASE_URL")]
    Foreign(PathBuf),
    /// The copy of the SQLite file could not be made.
    #[error("the database could not be copied to {path} before the upgrade: {reason}. Is the disk full?")]
    Copy {
        /// Where the copy was to go.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// The new schema has a constraint that is only checked at the commit. Units that share a transaction would
    /// fail together for the fault of one.
    #[error("a migration makes a DEFERRABLE constraint on {0}, which group commit cannot bear")]
    Deferrable(String),
    /// A row points to a row that the migrations removed.
    #[error("after the migrations, rows of {0} point to rows that do not exist")]
    DanglingRows(String),
    /// A migration or a statement around it failed.
    #[error("the migration failed: {0}")]
    Failed(String),
}

impl From<diesel::result::Error> for MigrateError {
    fn from(error: diesel::result::Error) -> Self {
        MigrateError::Failed(error.to_string())
    }
}

/// Any number will do as long as every node uses the same one.
const ADVISORY_LOCK: i64 = 0x6461_6e71_696e_6721;

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Runs on a connection of its own; the caller provides a thread that may block.
pub(crate) fn run(target: &Target, migrations: &Migrations) -> Result<MigrationReport, MigrateError> {
    let connected = target.connect(Access::Write);
    let connection = &mut connected.map_err(|error| MigrateError::Failed(error.to_string()))?;
    match target {
        Target::Postgres { .. } => {
            // Nodes that start together wait here for the first, and then find nothing to do.
            connection.begin(&format!("BEGIN; SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))?;
            let applied = apply(connection, &migrations.postgres, &[POSTGRES_DEFERRABLE])?;
            Ok(MigrationReport { applied, copy: None })
        }
        Target::Sqlite { path } => {
            let copy = copy_before(connection, path, &migrations.sqlite)?;
            // Rebuilding a table drops it first; the keys are checked as a whole before the commit.
            connection.batch_execute("PRAGMA foreign_keys = OFF")?;
            connection.begin("BEGIN IMMEDIATE")?;
            let applied = apply(connection, &migrations.sqlite, &[SQLITE_DANGLING, SQLITE_DEFERRABLE])?;
            Ok(MigrationReport { applied, copy })
        }
    }
}

/// What [`run`] would apply.
pub(crate) fn versions_pending(target: &Target, migrations: &Migrations) -> Result<Vec<String>, MigrateError> {
    let connected = target.connect(Access::Write);
    let connection = &mut connected.map_err(|error| MigrateError::Failed(error.to_string()))?;
    let migrations = match target {
        Target::Postgres { .. } => &migrations.postgres,
        Target::Sqlite { path } => {
            is_new(connection, path)?;
            &migrations.sqlite
        }
    };
    let pending = pending(connection, migrations)?;
    Ok(pending.iter().map(|migration| migration.name().version().to_string()).collect())
}

/// A query that finds the name of something that must not be, and the error to make of it.
type Refusal = (&'static str, fn(String) -> MigrateError);

const POSTGRES_DEFERRABLE: Refusal = (
    "SELECT conname::text AS name FROM pg_constraint
        WHERE condeferrable AND connamespace = current_schema()::regnamespace",
    MigrateError::Deferrable,
);
const SQLITE_DANGLING: Refusal = ("SELECT \"table\" AS name FROM pragma_foreign_key_check", MigrateError::DanglingRows);
const SQLITE_DEFERRABLE: Refusal =
    ("SELECT name FROM sqlite_master WHERE replace(upper(sql), 'NOT DEFERRABLE', '') LIKE '%DEFERRABLE%'", MigrateError::Deferrable);

/// Applies what is pending inside the transaction that the caller began, and commits it. On an error the caller
/// drops the connection, which rolls back.
fn apply(connection: &mut Connection, migrations: &EmbeddedMigrations, refusals: &[Refusal]) -> Result<Vec<String>, MigrateError> {
    let pending = pending(connection, migrations)?;
    for migration in &pending {
        connection.run_migration(migration).map_err(failed)?;
    }
    if !pending.is_empty() {
        for (query, error) in refusals {
            if let Some(found) = names(connection, query)?.pop() {
                return Err(error(found));
            }
        }
    }
    Connection::commit_transaction(connection)?;
    Ok(pending.iter().map(|migration| migration.name().version().to_string()).collect())
}

/// Migrations yet to run, oldest first. Creates the table that records them if it is missing.
fn pending(connection: &mut Connection, migrations: &EmbeddedMigrations) -> Result<Vec<Box<dyn Migration<MultiBackend>>>, MigrateError> {
    let mut pending = migrations.migrations().map_err(failed)?;
    pending.sort_by(|one, other| one.name().version().cmp(&other.name().version()));
    for applied in applied(connection)? {
        match pending.iter().position(|migration| migration.name().version() == applied) {
            Some(known) => drop(pending.remove(known)),
            None => return Err(MigrateError::Newer(applied.to_string())),
        }
    }
    Ok(pending)
}

/// Versions applied already, newest first.
fn applied(connection: &mut Connection) -> Result<Vec<MigrationVersion<'static>>, MigrateError> {
    connection.applied_migrations().map_err(failed)
}

/// True if an SQLite file has no tables yet; an error if it has, and they are not ours.
fn is_new(connection: &mut Connection, path: &Path) -> Result<bool, MigrateError> {
    let tables = names(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")?;
    if tables.is_empty() || tables.iter().any(|table| table == "__diesel_schema_migrations") {
        return Ok(tables.is_empty());
    }
    Err(MigrateError::Foreign(path.to_owned()))
}

/// Copies an SQLite file that is about to change: not an empty one, not one that is up to date.
fn copy_before(connection: &mut Connection, path: &Path, migrations: &EmbeddedMigrations) -> Result<Option<PathBuf>, MigrateError> {
    if is_new(connection, path)? {
        return Ok(None);
    }
    let Some(current) = applied(connection)?.into_iter().next() else { return Ok(None) };
    if pending(connection, migrations)?.is_empty() {
        return Ok(None);
    }
    let mut copy = path.as_os_str().to_owned();
    copy.push(format!(".before-{current}"));
    let copy = PathBuf::from(copy);
    copy_file(connection, &copy).map_err(|reason| MigrateError::Copy { path: copy.clone(), reason })?;
    Ok(Some(copy))
}

/// A copy by SQLite itself is complete even while others write. It appears under its name only when it is whole.
fn copy_file(connection: &mut Connection, copy: &Path) -> Result<(), String> {
    let part = copy.with_extension("part");
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.to_string()),
        _ => {}
    }
    let quoted = part.to_string_lossy().replace('\'', "''");
    connection.batch_execute(&format!("VACUUM INTO '{quoted}'")).map_err(|error| error.to_string())?;
    let private = std::fs::Permissions::from_mode(0o600);
    let named = std::fs::set_permissions(&part, private).and_then(|()| std::fs::rename(&part, copy));
    named.map_err(|error| {
        // Best effort: the reason to report is why the copy failed, not what it left.
        drop(std::fs::remove_file(&part));
        error.to_string()
    })
}

fn names(connection: &mut Connection, query: &str) -> QueryResult<Vec<String>> {
    let found: Vec<Name> = diesel::sql_query(query).load(connection)?;
    Ok(found.into_iter().map(|found| found.name).collect())
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> MigrateError {
    MigrateError::Failed(error.to_string())
}

impl Migrations {
    /// Names of all migrations for PostgreSQL, which are those for SQLite as well.
    pub(crate) fn names(&self) -> Vec<String> {
        let migrations: Vec<Box<dyn Migration<MultiBackend>>> = self.postgres.migrations().unwrap_or_default();
        migrations.iter().map(|migration| migration.name().to_string()).collect()
    }
}
