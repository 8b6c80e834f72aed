//! Group commit: the one thread that writes to an SQLite file.
//!
//! Units that wait together run in one transaction, each in a savepoint, and share its flush to disk. Nobody is
//! answered before `COMMIT` has returned. A unit that fails or panics is undone by its savepoint alone. If a
//! unit leaves the transaction itself damaged (SQLite rolls all of it back after some errors, and a raw
//! `ROLLBACK` does so too), the group is abandoned, the connection opened anew, and its units rerun one by one,
//! so that only the guilty one fails.

use crate::connection::{Connection, Target};
use crate::error::Error;
use crate::lock::ServerLock;
use crate::options::{GROUP_TIME, GROUP_UNITS, TRIES};
use crate::pool::depth;
use crate::queue::Queue;
use crate::unit::{Access, Ran, Unit};
use crate::watch::is_locked;
use diesel::RunQueryDsl;
use diesel::connection::{SimpleConnection, TransactionManager};
use std::sync::Arc;
use std::time::Instant;

/// A row that no `COMMIT` accepts: its parent is missing, and the check is deferred to the commit. It is put in
/// when a group begins and taken out just before our own commit. So a unit that says `COMMIT` fails instead of
/// committing its neighbours, and one that began another transaction is found out because the row is gone.
const GUARD_TABLES: &str = "
    CREATE TEMP TABLE group_guard_parent (id INTEGER PRIMARY KEY);
    CREATE TEMP TABLE group_guard (
        parent INTEGER NOT NULL REFERENCES group_guard_parent (id) DEFERRABLE INITIALLY DEFERRED
    );";
const BEGIN_GROUP: &str = "BEGIN IMMEDIATE; INSERT INTO temp.group_guard (parent) VALUES (1)";
const LIFT_GUARD: &str = "DELETE FROM temp.group_guard";

/// The writer thread's state.
pub(crate) struct Writer {
    pub(crate) target: Target,
    pub(crate) queue: Arc<Queue>,
    pub(crate) connection: Option<Connection>,
    /// Released when the thread ends, after the last commit.
    pub(crate) _lock: Option<ServerLock>,
}

/// How a group ended.
enum Group {
    /// Every unit has been answered.
    Answered,
    /// The transaction was damaged and nothing of it is left. Nobody has been answered.
    Damaged(Vec<Box<dyn Unit>>),
}

impl Writer {
    /// Serves the queue until it is closed and empty, then folds the WAL into the file.
    pub(crate) fn serve(mut self) {
        let queue = Arc::clone(&self.queue);
        while let Some(first) = queue.next() {
            if let Group::Damaged(units) = self.run_group(first, GROUP_UNITS) {
                self.run_one_by_one(units);
            }
        }
        if let Some(mut connection) = self.connection.take()
            && let Err(error) = connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
        {
            // Nothing is lost: the next start reads the WAL.
            tracing::warn!(%error, "the WAL could not be folded into the database file");
        }
    }

    fn run_group(&mut self, first: Box<dyn Unit>, limit: usize) -> Group {
        let mut connection = match self.begin() {
            Ok(connection) => connection,
            Err(error) => {
                self.refuse(first, &error);
                return Group::Answered;
            }
        };
        let started = Instant::now();
        let mut units = Vec::new();
        let mut next = Some(first);
        while let Some(mut unit) = next {
            let intact = run_in_savepoint(&mut connection, unit.as_mut());
            units.push((unit, intact));
            if depth(&mut connection) != Some(1) {
                return damaged(units);
            }
            let more = units.len() < limit && started.elapsed() < GROUP_TIME;
            next = if more { self.queue.try_next() } else { None };
        }
        if !matches!(diesel::sql_query(LIFT_GUARD).execute(&mut connection), Ok(1)) {
            return damaged(units);
        }
        let committed = Connection::commit_transaction(&mut connection);
        if committed.is_ok() {
            self.connection = Some(connection);
        }
        let outcome = || committed.as_ref().map(drop).map_err(Error::of_commit);
        for (unit, intact) in units {
            unit.answer(if intact { outcome() } else { Err(Error::BrokenTransaction) });
        }
        Group::Answered
    }

    fn run_one_by_one(&mut self, units: Vec<Box<dyn Unit>>) {
        tracing::warn!(units = units.len(), "a unit damaged its group's transaction; rerunning them one by one");
        for unit in units {
            if let Group::Damaged(guilty) = self.run_group(unit, 1) {
                guilty.into_iter().for_each(|unit| unit.answer(Err(Error::BrokenTransaction)));
            }
        }
    }

    /// Takes the connection out with a transaction begun, opening it if need be. Whoever leaves it damaged just
    /// drops it.
    fn begin(&mut self) -> Result<Connection, Error> {
        let mut tries = 1;
        loop {
            match self.try_begin() {
                Ok(connection) => return Ok(connection),
                Err(error) if tries == TRIES => return Err(error),
                Err(Error::Busy) => tries = TRIES, // One more wait of BUSY_TIMEOUT; callers have waited long.
                Err(_) => tries += 1,
            }
        }
    }

    fn try_begin(&mut self) -> Result<Connection, Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => open(&self.target)?,
        };
        match connection.begin(BEGIN_GROUP) {
            Ok(()) => Ok(connection),
            Err(error) if is_locked(&error) => {
                self.connection = Some(connection);
                Err(Error::Busy)
            }
            Err(error) => Err(Error::of_begin(error.to_string())),
        }
    }

    /// Answers this unit and all that wait, none of which has begun: they would only meet the same error later.
    fn refuse(&mut self, first: Box<dyn Unit>, error: &Error) {
        tracing::warn!(%error, "cannot begin a transaction");
        let again = || match error {
            Error::Busy => Error::Busy,
            Error::Full(text) => Error::Full(text.clone()),
            other => Error::Unavailable(other.to_string()),
        };
        let mut next = Some(first);
        while let Some(unit) = next {
            unit.answer(Err(again()));
            next = self.queue.try_next();
        }
    }
}

/// The writer's connection with the tables of the guard.
pub(crate) fn open(target: &Target) -> Result<Connection, Error> {
    let connected = target.connect(Access::Write);
    let mut connection = connected.map_err(|error| Error::of_begin(error.to_string()))?;
    connection.batch_execute(GUARD_TABLES)?;
    Ok(connection)
}

fn damaged(units: Vec<(Box<dyn Unit>, bool)>) -> Group {
    Group::Damaged(units.into_iter().map(|(unit, _)| unit).collect())
}

/// False if the unit succeeded and yet cannot be kept, because it left its savepoint in disorder. Errors of the
/// transaction itself show in the depth, which the caller checks.
fn run_in_savepoint(connection: &mut Connection, unit: &mut dyn Unit) -> bool {
    if let Err(error) = Connection::begin_transaction(connection) {
        tracing::warn!(%error, "cannot begin a savepoint");
        return false;
    }
    let ran = unit.run(connection);
    if ran == Ran::Succeeded && depth(connection) == Some(2) {
        return Connection::commit_transaction(connection).is_ok();
    }
    // A panic leaves the savepoints open that it came through.
    while depth(connection).is_some_and(|depth| depth > 1) {
        if Connection::rollback_transaction(connection).is_err() {
            break;
        }
    }
    ran != Ran::Succeeded
}
