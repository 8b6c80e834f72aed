//! How a connection is made for each database, and how its transactions begin.

pub use crate::any::{AnyConnection as Connection, MultiBackend};
use crate::options::{BUSY_TIMEOUT, Options};
use crate::unit::Access;
use diesel::connection::{AnsiTransactionManager, Connection as _, SimpleConnection};
use diesel::{ConnectionError, ConnectionResult, PgConnection, QueryResult, SqliteConnection};
use std::path::{Path, PathBuf};
use std::time::Duration;

impl Connection {
    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match self {
            Connection::Postgres(_) => Backend::Postgres,
            Connection::Sqlite(_) => Backend::Sqlite,
        }
    }

    /// A nested transaction inside a unit: a savepoint, rolled back alone if `nested` fails. It is Diesel's
    /// method of that name, callable without importing the trait that shares this type's name.
    pub fn transaction<T, E>(&mut self, nested: impl FnOnce(&mut Connection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<diesel::result::Error>,
    {
        diesel::Connection::transaction(self, nested)
    }

    /// Starts the outermost transaction with the given statement. Diesel counts the depth from here; a `BEGIN`
    /// behind its back would break nested transactions.
    pub(crate) fn begin(&mut self, sql: &str) -> QueryResult<()> {
        match self {
            Connection::Postgres(connection) => AnsiTransactionManager::begin_transaction_sql(connection, sql),
            Connection::Sqlite(connection) => AnsiTransactionManager::begin_transaction_sql(connection, sql),
        }
    }
}

/// The databases we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file, one writer.
    Sqlite,
    /// A server, many writers.
    Postgres,
}

/// Where connections go to and how their transactions begin.
#[derive(Clone)]
pub(crate) enum Target {
    Sqlite { path: PathBuf },
    Postgres { url: String, settings: String },
}

impl Target {
    pub(crate) fn of(options: &Options) -> Target {
        let url = options.url.trim();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let url = with_defaults(&with_system_roots(url, system_roots()));
            return Target::Postgres { url, settings: postgres_settings(options.statement_timeout) };
        }
        Target::Sqlite { path: sqlite_path(url) }
    }

    pub(crate) fn backend(&self) -> Backend {
        match self {
            Target::Sqlite { .. } => Backend::Sqlite,
            Target::Postgres { .. } => Backend::Postgres,
        }
    }

    /// A connection for units of the doors that do no more than `access` says. On PostgreSQL it has limits on time, and only
    /// a transaction that says so may write.
    pub(crate) fn connect_for_units(&self, access: Access) -> ConnectionResult<Connection> {
        let mut connection = self.connect(access)?;
        if let Target::Postgres { settings, .. } = self {
            connection.batch_execute(settings).map_err(ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(connection)
    }

    /// A connection that may do what `access` says.
    pub(crate) fn connect(&self, access: Access) -> ConnectionResult<Connection> {
        match self {
            Target::Postgres { url, .. } => PgConnection::establish(url).map(Connection::Postgres),
            Target::Sqlite { path } => {
                let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
                let settings = match access {
                    Access::Query | Access::Read => SQLITE_READER,
                    Access::Write => SQLITE_WRITER,
                };
                // The first statement touches the file, so a lock held elsewhere must be waited for from here on.
                let busy = format!("PRAGMA busy_timeout = {};", BUSY_TIMEOUT.as_millis());
                connection.batch_execute(&busy).map_err(ConnectionError::CouldntSetupConfiguration)?;
                connection.batch_execute(settings).map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Connection::Sqlite(connection))
            }
        }
    }

    /// The statement that starts a transaction of its own for one unit, if it needs one.
    pub(crate) fn begin(&self, access: Access) -> Option<&'static str> {
        match (self, access) {
            (_, Access::Query) => None,
            // The same view for every statement of a unit, as SQLite gives it.
            (Target::Postgres { .. }, Access::Read) => Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            (Target::Postgres { .. }, Access::Write) => Some("BEGIN READ WRITE"),
            (Target::Sqlite { .. }, Access::Read) => Some("BEGIN"),
            (Target::Sqlite { .. }, Access::Write) => Some("BEGIN IMMEDIATE"),
        }
    }
}

/// WAL lets readers go on beside the writer; FULL makes a commit survive a power cut. 8,000 pages are 32 MB of
/// WAL before it is copied back, and a WAL grown beyond 64 MB is cut again.
const SQLITE_WRITER: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16000;
    PRAGMA mmap_size = 134217728;
    PRAGMA wal_autocheckpoint = 8000;
    PRAGMA journal_size_limit = 67108864;";

/// Readers map nothing: whenever another connection has committed, SQLite would take the whole mapping away and make a
/// new one, for which the system stops every thread of the process for a moment.
const SQLITE_READER: &str = "
    PRAGMA query_only = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -4000;";

/// The path in an SQLite address. What follows a `?` is meant for other drivers.
fn sqlite_path(url: &str) -> PathBuf {
    let prefixes = ["sqlite://", "sqlite:", "file://", "file:"];
    let bare = prefixes.iter().find_map(|prefix| url.strip_prefix(prefix));
    PathBuf::from(bare.map_or(url, |path| path.split('?').next().unwrap_or(path)))
}

/// What is set once for each connection, because setting it for each transaction costs more than most statements. A lock is
/// waited for no longer than on SQLite, nor longer than a statement. What stands alone only reads, as on SQLite's readers. The
/// cost of a page out of order is that of a solid disk: with the default, which is a spinning one's, a small table is read
/// whole, and the plan is kept while it grows.
fn postgres_settings(statement: Duration) -> String {
    let lock = statement.min(BUSY_TIMEOUT);
    // Whoever stops in the middle of a transaction, as a process does that is paused, holds its rows for less time than others
    // wait for them. Our own units never rest that long between two statements.
    let idle = lock * 4 / 5;
    format!(
        "SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {}; \
         SET default_transaction_read_only = on; SET random_page_cost = 1.1",
        statement.as_millis(),
        lock.as_millis(),
        idle.as_millis()
    )
}

/// What holds unless the address says otherwise. libpq would wait for minutes for a host that does not answer, and for
/// hours for one that has vanished in the middle of a statement.
const DEFAULTS: [(&str, &str); 6] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "15"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "20000"),
    ("application_name", "danqing"),
];

fn with_defaults(url: &str) -> String {
    let missing = DEFAULTS.iter().filter(|(name, _)| !url.contains(&format!("{name}=")));
    missing.fold(url.to_owned(), |url, (name, value)| with(&url, name, value))
}

fn with(url: &str, name: &str, value: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{name}={value}")
}

/// `sslrootcert=system` means the authorities that the system trusts. The OpenSSL that is compiled in looks for them where
/// it would have been installed, so the system's own file is named instead. As libpq does for `system`, a certificate is
/// then always checked with the host's name; an address that asks for less is left for libpq to refuse.
fn with_system_roots(url: &str, roots: Option<&Path>) -> String {
    let (Some(roots), true) = (roots, url.contains("sslrootcert=system")) else { return url.to_owned() };
    if url.contains("sslmode=") && !url.contains("sslmode=verify-full") {
        return url.to_owned();
    }
    let url = url.replace("sslrootcert=system", &format!("sslrootcert={}", roots.display()));
    if url.contains("sslmode=") { url } else { with(&url, "sslmode", "verify-full") }
}

/// The file of trusted authorities, by distribution.
fn system_roots() -> Option<&'static Path> {
    const FILES: [&str; 4] =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"];
    FILES.into_iter().map(Path::new).find(|file| file.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_sqlite_address_is_a_path() {
        for url in ["a/b.sqlite", "sqlite://a/b.sqlite", "sqlite:a/b.sqlite?mode=rwc", "file:a/b.sqlite"] {
            assert_eq!(sqlite_path(url), PathBuf::from("a/b.sqlite"), "{url}");
        }
    }

    #[test]
    fn what_the_address_says_wins_over_the_defaults() {
        let rest = "keepalives_idle=15&keepalives_interval=5&keepalives_count=3&tcp_user_timeout=20000&application_name=danqing";
        assert_eq!(with_defaults("postgresql://h/d"), format!("postgresql://h/d?connect_timeout=5&{rest}"));
        assert_eq!(with_defaults("postgresql://h/d?connect_timeout=9"), format!("postgresql://h/d?connect_timeout=9&{rest}"));
    }

    #[test]
    fn the_systems_authorities_are_named_and_their_certificates_always_checked() {
        let named = |url: &str| with_system_roots(url, Some(Path::new("/roots")));
        assert_eq!(named("postgresql://h/d?sslrootcert=system"), "postgresql://h/d?sslrootcert=/roots&sslmode=verify-full");
        let full = "postgresql://h/d?sslmode=verify-full&sslrootcert=system";
        assert_eq!(named(full), "postgresql://h/d?sslmode=verify-full&sslrootcert=/roots");
        for left_alone in ["postgresql://h/d?sslmode=require&sslrootcert=system", "postgresql://h/d?sslrootcert=/mine"] {
            assert_eq!(named(left_alone), left_alone);
        }
        assert_eq!(with_system_roots(full, None), full);
    }
}
