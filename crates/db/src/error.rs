//! What can go wrong at a door, and what can go wrong while a database is opened.

use std::path::PathBuf;

use crate::watch::is_passing;

/// Why a unit has no result of its own.
///
/// Only after [`CommitFailed`](Error::CommitFailed) is it unknown whether the unit took effect; after every
/// other error it certainly did not.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No room at the door within the permit timeout. The caller may try again later (HTTP 503).
    #[error("the database is overloaded, try again later")]
    Overloaded,
    /// Another process kept the SQLite file locked for too long (HTTP 503).
    #[error("the database file is locked by another process")]
    Busy,
    /// The database cannot be reached at present (HTTP 503). The text is for the log.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// There is no room left on the disk. Nothing of the unit was kept (HTTP 507). The text is for the log.
    #[error("the disk of the database is full: {0}")]
    Full(String),
    /// The database was closed, usually because the process is stopping (HTTP 503).
    #[error("the database is closed")]
    Closed,
    /// The unit panicked; its changes were rolled back.
    #[error("a unit of work panicked: {0}")]
    Panicked(String),
    /// The unit left its transaction unusable: by a raw `COMMIT` or `ROLLBACK`, or by going on after an error
    /// that PostgreSQL aborts a transaction for.
    #[error("a unit of work broke its transaction")]
    BrokenTransaction,
    /// A unit that was to run a single statement ran another: the two did not see the database at one moment.
    #[error("a unit of one statement ran a second")]
    SecondStatement,
    /// `COMMIT` was sent and not confirmed, so whether the unit took effect is unknown. It is never rerun.
    #[error("the commit was not confirmed: {0}")]
    CommitFailed(String),
    /// A statement failed.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

impl Error {
    /// What became of a `COMMIT` that returned this error.
    pub(crate) fn of_commit(error: &diesel::result::Error) -> Error {
        if is_disk_full(error) { Error::Full(error.to_string()) } else { Error::CommitFailed(error.to_string()) }
    }

    /// A connection cannot be made, or a transaction begun on it.
    pub(crate) fn of_begin(text: String) -> Error {
        if says_disk_full(&text) { Error::Full(text) } else { Error::Unavailable(text) }
    }

    /// True if the same call may succeed later without anything being repaired: a caller over HTTP hears 503.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Error::Overloaded | Error::Busy | Error::Unavailable(_) | Error::Closed)
    }
}

/// True if a statement failed because the disk is full: SQLite rolls its transaction back, PostgreSQL refuses it.
pub fn is_disk_full(error: &diesel::result::Error) -> bool {
    matches!(error, diesel::result::Error::DatabaseError(_, information) if says_disk_full(information.message()))
}

/// True if a statement failed for a reason that says nothing about it and may pass: it lost a race or its connection, had no
/// time left, or met a server that is just being replaced or a disk that cannot be read or written.
pub fn may_pass(error: &diesel::result::Error) -> bool {
    use diesel::result::DatabaseErrorKind::ReadOnlyTransaction;
    use diesel::result::Error::DatabaseError;
    // PostgreSQL's code 57014 is not passed on either, only its text in the server's language.
    let out_of_time = |text: &str| OUT_OF_TIME.iter().any(|words| text.contains(words));
    match error {
        DatabaseError(ReadOnlyTransaction, _) => true,
        DatabaseError(_, information) if out_of_time(information.message()) => true,
        // All that SQLite says of it.
        DatabaseError(_, information) if information.message() == "disk I/O error" => true,
        other => is_passing(other),
    }
}

/// True if a statement failed for a reason that lies in what it asks, so that it fails again however often it is repeated.
/// What is told by a text alone (a disk that cannot be read, an administrator's interference) is none of these.
pub fn never_passes(error: &diesel::result::Error) -> bool {
    use diesel::result::DatabaseErrorKind as Kind;
    use diesel::result::Error as E;
    match error {
        E::DatabaseError(kind, _) => {
            matches!(
                kind,
                Kind::UniqueViolation
                    | Kind::ForeignKeyViolation
                    | Kind::NotNullViolation
                    | Kind::CheckViolation
                    | Kind::ExclusionViolation
            )
        }
        E::RollbackErrorOnCommit { .. } | E::BrokenTransactionManager => false,
        _ => true,
    }
}

/// What PostgreSQL says of a statement, and of a lock, that took too long.
const OUT_OF_TIME: [&str; 4] = ["statement timeout", "lock timeout", "语句执行超时", "锁超时"];

/// Diesel passes no code on, only texts: that of SQLITE_FULL, and the system's for ENOSPC at the end of PostgreSQL's.
fn says_disk_full(text: &str) -> bool {
    text.contains("database or disk is full") || text.contains("No space left on device") || text.contains("设备上没有空间")
}

/// Why a database could not be opened. Each text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another server holds the lock file.
    #[error(
        "{path} is in use by another server{}. Stop that one first, or give this one its own DATABASE_URL",
        .holder.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    InUse {
        /// The SQLite file.
        path: PathBuf,
        /// Process id of the holder, if its lock file tells.
        holder: Option<u32>,
    },
    /// The folder, the file or the lock file cannot be made or written.
    #[error("cannot write {path}: {source}. Check that the folder exists and belongs to the user who runs this")]
    NotWritable {
        /// What was to be made.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file exists and is something else.
    #[error("{0} is not an SQLite database. Move it away or choose another DATABASE_URL")]
    NotADatabase(PathBuf),
    /// An SQLite database in memory: every connection would see another one.
    #[error("DATABASE_URL must name a file: a database in memory cannot be shared between threads")]
    InMemory,
    /// The database refused the connection.
    #[error("cannot connect to the database: {0}. Check DATABASE_URL and that the server is running")]
    Connect(String),
    /// A thread could not be started.
    #[error("cannot start a database thread: {0}")]
    Thread(std::io::Error),
}
