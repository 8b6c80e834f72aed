//! Remembers what went wrong on a connection while a unit ran. The unit's own error type hides the database's
//! error, and a unit may even swallow it; Diesel's instrumentation sees every one.

use crate::connection::Connection;
use diesel::connection::{Connection as _, InstrumentationEvent};
use diesel::result::{DatabaseErrorKind, Error};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Two marks, set by errors and cleared before each unit.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    failed: Arc<AtomicBool>,
    passing: Arc<AtomicBool>,
}

impl Watch {
    /// A watch that follows this connection from now on.
    pub(crate) fn over(connection: &mut Connection) -> Watch {
        let watch = Watch::default();
        let seen = watch.clone();
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event {
                seen.failed.store(true, Relaxed);
                if is_passing(error) {
                    seen.passing.store(true, Relaxed);
                }
            }
        });
        watch
    }

    pub(crate) fn clear(&self) {
        self.failed.store(false, Relaxed);
        self.passing.store(false, Relaxed);
    }

    /// A statement failed since the last [`clear`](Watch::clear).
    pub(crate) fn saw_error(&self) -> bool {
        self.failed.load(Relaxed)
    }

    /// One of the failures was of the kind that a rerun heals.
    pub(crate) fn saw_passing_error(&self) -> bool {
        self.passing.load(Relaxed)
    }
}

/// True for failures that say nothing about the unit: it lost a race or its connection.
pub(crate) fn is_passing(error: &Error) -> bool {
    use DatabaseErrorKind::{ClosedConnection, SerializationFailure};
    match error {
        Error::DatabaseError(SerializationFailure | ClosedConnection, _) => true,
        // Diesel does not pass PostgreSQL's code 40P01 on, only its text in the server's language.
        Error::DatabaseError(_, information) => is_locked(error) || ["deadlock detected", "检测到死锁"].contains(&information.message()),
        _ => false,
    }
}

/// SQLite found the file locked by another process.
pub(crate) fn is_locked(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, information) if information.message() == "database is locked")
}
