//! Group commit: the one thread that writes to an SQLite file.
//!
//! Units that wait together run in one transaction and share its flush to disk. Nobody is answered before `COMMIT`
//! has returned. A unit that fails or panics without having changed anything leaves its neighbours alone. One that
//! fails after a change spoils the group: the group is rolled back and run again with a savepoint for each unit, so
//! that the guilty one is undone by itself. (With savepoints from the start, each unit would pay for copies of all
//! pages it touches, which is more than everything else it does; see `docs/decisions/savepoints-only-when-needed.md`.)
//! If a unit leaves the transaction itself damaged (SQLite rolls all of it back after some errors, and a raw
//! `ROLLBACK` does so too), the group is abandoned, the connection opened anew, and its units rerun one by one, so
//! that only the guilty one fails.

use crate::connection::{Connection, Target};
use crate::error::Error;
use crate::health::Pulse;
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
    pub(crate) pulse: Arc<Pulse>,
    /// Released when the thread ends, after the last commit.
    pub(crate) _lock: Option<ServerLock>,
}

/// How the units of a group are kept apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// Not at all, in the hope that none fails after a change.
    Hope,
    /// By a savepoint around each.
    Savepoints,
}

/// How a group ended.
enum Group {
    /// Every unit has been answered.
    Answered,
    /// A unit failed after a change. All of it was rolled back; nobody has been answered.
    Spoiled(Vec<Box<dyn Unit>>),
    /// The transaction was damaged and nothing of it is left. Nobody has been answered.
    Damaged(Vec<Box<dyn Unit>>),
}

/// How one unit of a group ended.
enum Ended {
    /// It may be committed, or has changed nothing.
    Intact,
    /// It is undone, and must be told that it left its savepoint in disorder.
    Disorderly,
    /// It failed after a change that is still there.
    Spoiling,
    /// The transaction is not what it was.
    Damaging,
}

impl Writer {
    /// Serves the queue until it is closed and empty, then folds the WAL into the file.
    pub(crate) fn serve(mut self) {
        let queue = Arc::clone(&self.queue);
        while let Some(first) = queue.next() {
            let mut units = std::iter::once(first).chain(std::iter::from_fn(|| queue.try_next()));
            match self.run_group(&mut units, GROUP_UNITS, Apart::Hope) {
                Group::Answered => {}
                Group::Spoiled(units) => self.run_in_savepoints(units),
                Group::Damaged(units) => self.run_one_by_one(units),
            }
            self.pulse.rest();
        }
        if let Some(mut connection) = self.connection.take()
            && let Err(error) = connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
        {
            // Nothing is lost: the next start reads the WAL.
            tracing::warn!(%error, "the WAL could not be folded into the database file");
        }
    }

    /// Runs units in one transaction until there are no more, or enough for one group; the rest stays in `waiting`.
    fn run_group(&mut self, waiting: &mut dyn Iterator<Item = Box<dyn Unit>>, limit: usize, apart: Apart) -> Group {
        self.pulse.beat();
        let mut connection = match self.begin() {
            Ok(connection) => connection,
            Err(error) => {
                refuse(waiting, &error);
                return Group::Answered;
            }
        };
        let started = Instant::now();
        let mut units = Vec::new();
        let Some(Look { mut changes, .. }) = look(&mut connection) else {
            refuse(waiting, &Error::Unavailable("the transaction cannot be looked at".to_owned()));
            return Group::Answered;
        };
        while units.len() < limit && (units.is_empty() || started.elapsed() < GROUP_TIME) {
            let Some(mut unit) = waiting.next() else { break };
            let ended = match apart {
                Apart::Hope => run_in_hope(&mut connection, unit.as_mut(), &mut changes),
                Apart::Savepoints => run_in_savepoint(&mut connection, unit.as_mut()),
            };
            units.push((unit, matches!(ended, Ended::Intact)));
            match ended {
                Ended::Intact | Ended::Disorderly => {}
                Ended::Spoiling => return self.spoiled(connection, units),
                Ended::Damaging => return Group::Damaged(bare(units)),
            }
        }
        if !matches!(diesel::sql_query(LIFT_GUARD).execute(&mut connection), Ok(1)) {
            return Group::Damaged(bare(units));
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

    /// Takes everything back. A connection that cannot is dropped, which does the same.
    fn spoiled(&mut self, mut connection: Connection, units: Vec<(Box<dyn Unit>, bool)>) -> Group {
        if Connection::rollback_transaction(&mut connection).is_ok() {
            self.connection = Some(connection);
        }
        Group::Spoiled(bare(units))
    }

    fn run_in_savepoints(&mut self, units: Vec<Box<dyn Unit>>) {
        let mut waiting = units.into_iter().peekable();
        while waiting.peek().is_some() {
            match self.run_group(&mut waiting, GROUP_UNITS, Apart::Savepoints) {
                Group::Answered => {}
                Group::Spoiled(units) | Group::Damaged(units) => self.run_one_by_one(units),
            }
        }
    }

    fn run_one_by_one(&mut self, units: Vec<Box<dyn Unit>>) {
        tracing::warn!(units = units.len(), "a unit damaged its group's transaction; rerunning them one by one");
        for unit in units {
            match self.run_group(&mut std::iter::once(unit), 1, Apart::Savepoints) {
                Group::Answered => {}
                Group::Spoiled(guilty) | Group::Damaged(guilty) => {
                    guilty.into_iter().for_each(|unit| unit.answer(Err(Error::BrokenTransaction)));
                }
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
}

/// Answers all that wait, none of which has begun: they would only meet the same error later.
fn refuse(waiting: &mut dyn Iterator<Item = Box<dyn Unit>>, error: &Error) {
    tracing::warn!(%error, "cannot begin a transaction");
    for unit in waiting {
        unit.answer(Err(match error {
            Error::Busy => Error::Busy,
            Error::Full(text) => Error::Full(text.clone()),
            other => Error::Unavailable(other.to_string()),
        }));
    }
}

/// The writer's connection with the tables of the guard.
pub(crate) fn open(target: &Target) -> Result<Connection, Error> {
    let connected = target.connect(Access::Write);
    let mut connection = connected.map_err(|error| Error::of_begin(error.to_string()))?;
    connection.batch_execute(GUARD_TABLES)?;
    Ok(connection)
}

fn bare(units: Vec<(Box<dyn Unit>, bool)>) -> Vec<Box<dyn Unit>> {
    units.into_iter().map(|(unit, _)| unit).collect()
}

/// Runs a unit right in the group's transaction. `changes` is how many there were before it and is brought up to
/// date.
fn run_in_hope(connection: &mut Connection, unit: &mut dyn Unit, changes: &mut i64) -> Ended {
    let ran = unit.run(connection);
    if depth(connection) != Some(1) {
        return Ended::Damaging;
    }
    // Without this look the next unit might run outside of any transaction, and be committed by itself.
    let Some(look) = look(connection).filter(|look| look.guards == 1) else { return Ended::Damaging };
    let before = std::mem::replace(changes, look.changes);
    if ran == Ran::Succeeded || look.changes == before { Ended::Intact } else { Ended::Spoiling }
}

/// What a look at the group's transaction shows.
#[derive(diesel::QueryableByName)]
struct Look {
    /// Rows changed on this connection so far, those undone again included.
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    changes: i64,
    /// 1 while the transaction is the one that we began.
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    guards: i64,
}

fn look(connection: &mut Connection) -> Option<Look> {
    const LOOK: &str = "SELECT total_changes() AS changes, (SELECT COUNT(*) FROM temp.group_guard) AS guards";
    let look: diesel::QueryResult<Look> = crate::get!(connection, diesel::sql_query(LOOK));
    look.ok()
}

/// Runs a unit in a savepoint of its own.
fn run_in_savepoint(connection: &mut Connection, unit: &mut dyn Unit) -> Ended {
    if let Err(error) = Connection::begin_transaction(connection) {
        tracing::warn!(%error, "cannot begin a savepoint");
        return Ended::Damaging;
    }
    let ran = unit.run(connection);
    if ran == Ran::Succeeded && depth(connection) == Some(2) {
        let kept = Connection::commit_transaction(connection).is_ok();
        return if !kept || depth(connection) != Some(1) { Ended::Damaging } else { Ended::Intact };
    }
    // A panic leaves the savepoints open that it came through.
    while depth(connection).is_some_and(|depth| depth > 1) {
        if Connection::rollback_transaction(connection).is_err() {
            break;
        }
    }
    match depth(connection) {
        Some(1) if ran == Ran::Succeeded => Ended::Disorderly,
        Some(1) => Ended::Intact,
        _ => Ended::Damaging,
    }
}
