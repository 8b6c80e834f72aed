//! Remembers what went wrong on a connection while a unit ran. The unit's own error type hides the database's
//! error, and a unit may even swallow it; Diesel's instrumentation sees every one.

use crate::connection::Connection;
use diesel::connection::{Connection as _, InstrumentationEvent};
use diesel::result::{DatabaseErrorKind, Error};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// Marks, set by errors, and the number of statements begun; cleared before each unit.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    failed: Arc<AtomicBool>,
    passing: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
    statements: Arc<AtomicUsize>,
}

impl Watch {
    /// A watch that follows this connection from now on.
    pub(crate) fn over(connection: &mut Connection) -> Watch {
        let watch = Watch::default();
        let seen = watch.clone();
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| match event {
            InstrumentationEvent::StartQuery { .. } => {
                seen.statements.fetch_add(1, Relaxed);
            }
            InstrumentationEvent::FinishQuery { error: Some(error), .. } => {
                seen.failed.store(true, Relaxed);
                if is_passing(error) {
                    seen.passing.store(true, Relaxed);
                }
                if is_lost(error) {
                    seen.lost.store(true, Relaxed);
                }
            }
            _ => {}
        });
        watch
    }

    pub(crate) fn clear(&self) {
        self.failed.store(false, Relaxed);
        self.passing.store(false, Relaxed);
        self.lost.store(false, Relaxed);
        self.statements.store(0, Relaxed);
    }

    /// A statement failed since the last [`clear`](Watch::clear).
    pub(crate) fn saw_error(&self) -> bool {
        self.failed.load(Relaxed)
    }

    /// One of the failures was that the connection is gone. Diesel does not notice where it only wanted to prepare a statement.
    pub(crate) fn saw_lost_connection(&self) -> bool {
        self.lost.load(Relaxed)
    }

    /// How many statements were begun since the last [`clear`](Watch::clear).
    pub(crate) fn statements(&self) -> usize {
        self.statements.load(Relaxed)
    }

    /// One of the failures was of the kind that a rerun heals.
    pub(crate) fn saw_passing_error(&self) -> bool {
        self.passing.load(Relaxed)
    }
}

/// True for failures that say nothing about the unit: it lost a race or its connection.
pub(crate) fn is_passing(error: &Error) -> bool {
    match error {
        error if is_lost(error) => true,
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        // Diesel does not pass PostgreSQL's code 40P01 on, only its text in the server's language.
        Error::DatabaseError(_, information) => is_locked(error) || ["deadlock detected", "检测到死锁"].contains(&information.message()),
        _ => false,
    }
}

/// The server is gone, or no longer listens to this connection.
fn is_lost(error: &Error) -> bool {
    use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
    matches!(error, Error::DatabaseError(ClosedConnection | UnableToSendCommand, _))
}

/// SQLite found the file locked by another process.
pub(crate) fn is_locked(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, information) if information.message() == "database is locked")
}
