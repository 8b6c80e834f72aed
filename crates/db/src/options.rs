//! How a database is opened, and the limits that hold for every one.

use std::time::Duration;

/// Units that share one SQLite transaction at most: beyond this a larger group gains nothing and only makes
/// the first wait longer for the last.
pub(crate) const GROUP_UNITS: usize = 256;
/// A group takes no further unit after this time, so that slow units do not add up before the first answer.
pub(crate) const GROUP_TIME: Duration = Duration::from_millis(20);
/// Units that may wait for the SQLite writer: about a tenth of a second of its work.
pub(crate) const WRITES_WAITING: usize = 2_048;
/// Units that may wait for each SQLite reader.
pub(crate) const READS_WAITING_PER_THREAD: usize = 64;
/// Units per PostgreSQL connection: one that runs and one that is at hand when it ends.
pub(crate) const UNITS_PER_CONNECTION: usize = 2;
/// How long SQLite waits for a lock that another process holds.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How often one unit is tried before its last error is given to the caller.
pub(crate) const TRIES: u32 = 3;

/// How to open a [`Database`](crate::Database).
#[derive(Clone, Debug)]
pub struct Options {
    /// A file path (`./data/database.sqlite`, also with `sqlite://` or `file:` before it) or
    /// `postgresql://user:password@host/name`.
    pub url: String,
    /// Connections: the whole pool of PostgreSQL, or at most the readers of SQLite (which has one writer besides,
    /// and no more readers than processors).
    pub pool_size: u32,
    /// Longest time one statement may take. PostgreSQL only; SQLite has no such timer.
    pub statement_timeout: Duration,
    /// Longest wait at a door before the caller hears [`Error::Overloaded`](crate::Error::Overloaded).
    pub permit_timeout: Duration,
    /// True for a server: takes the lock file beside the SQLite file, so that a second server is refused.
    /// A command beside a running server leaves it false. PostgreSQL ignores it.
    pub exclusive: bool,
}

impl Options {
    /// The usual limits for this address: 8 connections, 10 s per statement, 2 s at a door, not exclusive.
    pub fn new(url: impl Into<String>) -> Options {
        Options {
            url: url.into(),
            pool_size: 8,
            statement_timeout: Duration::from_secs(10),
            permit_timeout: Duration::from_secs(2),
            exclusive: false,
        }
    }
}
