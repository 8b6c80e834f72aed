//! Databases for tests: real ones, one for each test, gone afterwards.
//!
//! SQLite in a temporary folder, or PostgreSQL when `TEST_DATABASE_URL` names a server on which databases may
//! be made. The same test binary run twice, without and with the variable, covers both.

use crate::unit::{Access, Ran, Turn, Unit};
use crate::{Database, Error, MigrateError, Migrations, OpenError, Options};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use tempfile::TempDir;

/// A migrated database that lives as long as this value.
pub struct TestDatabase {
    /// The open database.
    pub db: Database,
    /// Its address, for a second process or another connection.
    pub url: String,
    _cleanup: Cleanup,
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.db
    }
}

/// Why a test has no database.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// It could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It could not be migrated.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The server at `TEST_DATABASE_URL` could not be used.
    #[error("TEST_DATABASE_URL: {0}")]
    Server(String),
    /// No temporary folder.
    #[error(transparent)]
    Folder(#[from] std::io::Error),
}

/// True if this run of the tests is the one on PostgreSQL.
pub fn on_postgres() -> bool {
    server().is_some()
}

/// A fresh database with these migrations applied.
pub async fn database(migrations: Migrations) -> Result<TestDatabase, TestError> {
    match server() {
        None => sqlite(migrations).await,
        Some(server) => postgres(&server, migrations).await,
    }
}

/// Ends the thread that writes, or on PostgreSQL one of its threads, as a fault of this crate would; returns when it has.
pub async fn end_writer(db: &Database) {
    db.write_queue().push(Box::new(Fatal));
    db.gone().await;
}

/// A unit that does what no unit of a door can: it panics in the thread itself.
struct Fatal;

impl Unit for Fatal {
    fn access(&self) -> Access {
        Access::Write
    }

    fn turn(&self) -> Option<Turn> {
        None
    }

    #[expect(clippy::panic, reason = "the fault that is wanted")]
    fn run(&mut self, _connection: &mut crate::Connection) -> Ran {
        panic!("a test ends this thread")
    }

    fn answer(self: Box<Self>, _outcome: Result<(), Error>) {}
}

fn server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

async fn sqlite(migrations: Migrations) -> Result<TestDatabase, TestError> {
    let folder = TempDir::new()?;
    let url = folder.path().join("test.sqlite").to_string_lossy().into_owned();
    let db = Database::open(Options { pool_size: 2, ..Options::new(&url) }).await?;
    db.migrate(migrations).await?;
    Ok(TestDatabase { db, url, _cleanup: Cleanup::Folder(folder) })
}

/// Copying a migrated template takes a fraction of the time that migrating takes.
async fn postgres(server: &str, migrations: Migrations) -> Result<TestDatabase, TestError> {
    let template = template_name(&migrations);
    ensure_template(server, &template, migrations).await?;
    let name = format!("test_{:032x}", rand::random::<u128>());
    let (maintenance, sql) = (server.to_owned(), format!("CREATE DATABASE {name} TEMPLATE {template}"));
    blocking(move || execute(&maintenance, &sql)).await?;
    let url = with_database(server, &name);
    let cleanup = Cleanup::Drop { server: server.to_owned(), name };
    let db = Database::open(Options { pool_size: 4, ..Options::new(&url) }).await?;
    Ok(TestDatabase { db, url, _cleanup: cleanup })
}

/// One template per build of the test binary and set of migrations, made once by whichever test comes first.
/// It stays on the server, which belongs to the tests.
fn template_name(migrations: &Migrations) -> String {
    let mut hasher = DefaultHasher::new();
    if let Ok(binary) = std::env::current_exe() {
        binary.hash(&mut hasher);
        binary.metadata().and_then(|metadata| metadata.modified()).ok().hash(&mut hasher);
    }
    migrations.names().hash(&mut hasher);
    format!("template_{:016x}", hasher.finish())
}

async fn ensure_template(server: &str, template: &str, migrations: Migrations) -> Result<(), TestError> {
    let maintenance = server.to_owned();
    // The session keeps the lock until the template is complete; other test processes wait for it here.
    let guard = blocking(move || {
        let mut connection = connect(&maintenance)?;
        let locked = connection.batch_execute("SELECT pg_advisory_lock(7236837)");
        locked.map_err(|error| TestError::Server(error.to_string()))?;
        Ok(connection)
    });
    let mut guard = guard.await?;
    let exists = format!("SELECT 1 FROM pg_database WHERE datname = '{template}'");
    let found = diesel::sql_query(exists).execute(&mut guard);
    if found.map_err(|error| TestError::Server(error.to_string()))? > 0 {
        return Ok(());
    }
    // Made under another name and renamed when complete, so that a killed test leaves no half-made template.
    let draft = format!("draft_{:032x}", rand::random::<u128>());
    let sql = format!("CREATE DATABASE {draft}");
    guard.batch_execute(&sql).map_err(|error| TestError::Server(error.to_string()))?;
    let db = Database::open(Options { pool_size: 1, ..Options::new(with_database(server, &draft)) }).await?;
    db.migrate(migrations).await?;
    db.close().await;
    let sql = format!("ALTER DATABASE {draft} RENAME TO {template}");
    guard.batch_execute(&sql).map_err(|error| TestError::Server(error.to_string()))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, TestError> + Send + 'static) -> Result<T, TestError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panic| Err(TestError::Server(panic.to_string())))
}

fn connect(url: &str) -> Result<PgConnection, TestError> {
    PgConnection::establish(url).map_err(|error| TestError::Server(error.to_string()))
}

fn execute(url: &str, sql: &str) -> Result<(), TestError> {
    connect(url)?.batch_execute(sql).map_err(|error| TestError::Server(error.to_string()))
}

/// The address of another database on the same server.
fn with_database(server: &str, name: &str) -> String {
    let (address, query) = server.split_once('?').unwrap_or((server, ""));
    let host_end = address.find("://").map_or(0, |scheme| scheme + 3);
    let path = address[host_end..].find('/').map_or(address.len(), |slash| host_end + slash);
    let separator = if query.is_empty() { "" } else { "?" };
    format!("{}/{name}{separator}{query}", &address[..path])
}

/// What is left to remove when the test ends.
enum Cleanup {
    Folder(#[expect(dead_code, reason = "removed by its own Drop")] TempDir),
    Drop { server: String, name: String },
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        if let Cleanup::Drop { server, name } = self
            && let Err(error) = execute(server, &format!("DROP DATABASE {name} WITH (FORCE)"))
        {
            tracing::warn!(%error, "a test database was left behind");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_in_an_address_is_replaced() {
        for (server, expected) in [
            ("postgresql://u:p@h:5/postgres", "postgresql://u:p@h:5/x"),
            ("postgresql://u@h", "postgresql://u@h/x"),
            ("postgresql:///postgres?host=/tmp", "postgresql:///x?host=/tmp"),
        ] {
            assert_eq!(with_database(server, "x"), expected);
        }
    }
}
