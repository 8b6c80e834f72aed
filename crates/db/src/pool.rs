//! Threads that each own a connection and give every unit a transaction of its own, or none if it is a single query: all of
//! PostgreSQL, and the readers of SQLite.

use crate::connection::{Connection, Target};
use crate::error::Error;
use crate::options::TRIES;
use crate::queue::Queue;
use crate::unit::{Access, Ran, Unit};
use crate::watch::Watch;
use diesel::RunQueryDsl;
use diesel::connection::TransactionManager;
use std::sync::Arc;
use std::time::Duration;

/// One thread of the pool. Its connection is made when the first unit comes and again after it broke.
pub(crate) struct Seat {
    pub(crate) target: Target,
    /// What a connection of this pool may do at most.
    pub(crate) access: Access,
    pub(crate) queue: Arc<Queue>,
    pub(crate) connected: Option<(Connection, Watch)>,
}

/// How one try of a unit ended.
enum Try {
    /// The unit has its answer: committed, or its own error after a rollback.
    Ended(Result<(), Error>),
    /// Nothing was committed and a rerun may succeed. The answer to give if it is not rerun.
    Again(Result<(), Error>),
}

impl Seat {
    /// Serves the queue until it is closed and empty.
    pub(crate) fn serve(mut self) {
        let queue = Arc::clone(&self.queue);
        while let Some(unit) = queue.next() {
            let turn = unit.turn();
            self.serve_unit(unit);
            if let Some(turn) = turn {
                queue.pass_on(turn);
            }
        }
    }

    fn serve_unit(&mut self, mut unit: Box<dyn Unit>) {
        let mut tries = 1;
        let outcome = loop {
            match self.try_unit(unit.as_mut()) {
                Try::Ended(outcome) => break outcome,
                Try::Again(outcome) if tries == TRIES => break outcome,
                Try::Again(_) => {
                    // Two that lost to each other must not meet again at the same moment.
                    std::thread::sleep(Duration::from_millis(rand::random_range(0..20 * u64::from(tries))));
                    tries += 1;
                }
            }
        };
        unit.answer(outcome);
    }

    fn try_unit(&mut self, unit: &mut dyn Unit) -> Try {
        let (mut connection, watch) = match self.connected.take().map_or_else(|| self.connect(), Ok) {
            Ok(connected) => connected,
            Err(error) => return Try::Again(Err(error)),
        };
        watch.clear();
        let begin = self.target.begin(unit.access());
        if let Some(Err(error)) = begin.map(|begin| connection.begin(begin)) {
            return Try::Again(Err(Error::of_begin(error.to_string())));
        }
        let ran = unit.run(&mut connection);
        let ended = if begin.is_some() { finish(&mut connection, ran, &watch) } else { finish_query(ran, &watch) };
        // A connection is kept only in the state it was taken in; any other is closed by dropping it.
        if depth(&mut connection) == Some(0) && !watch.saw_lost_connection() {
            self.connected = Some((connection, watch));
        }
        ended
    }

    fn connect(&self) -> Result<(Connection, Watch), Error> {
        let mut connection = self.target.connect_for_units(self.access).map_err(|error| Error::of_begin(error.to_string()))?;
        let watch = Watch::over(&mut connection);
        Ok((connection, watch))
    }
}

/// Commits or rolls back what the unit did.
fn finish(connection: &mut Connection, ran: Ran, watch: &Watch) -> Try {
    if ran == Ran::Succeeded {
        if depth(connection) != Some(1) || (watch.saw_error() && is_aborted(connection)) {
            roll_back(connection);
            return Try::Ended(Err(Error::BrokenTransaction));
        }
        let committed = Connection::commit_transaction(connection);
        return Try::Ended(committed.map_err(|error| Error::of_commit(&error)));
    }
    roll_back(connection);
    // The outcome only matters if there is no error of the unit's own, which there is.
    if ran == Ran::Failed && watch.saw_passing_error() { Try::Again(Ok(())) } else { Try::Ended(Ok(())) }
}

/// What a unit of one statement did has ended with it.
fn finish_query(ran: Ran, watch: &Watch) -> Try {
    if watch.statements() > 1 {
        return Try::Ended(Err(Error::SecondStatement));
    }
    if ran == Ran::Failed && watch.saw_passing_error() { Try::Again(Ok(())) } else { Try::Ended(Ok(())) }
}

/// PostgreSQL answers `COMMIT` of a transaction that an error has aborted with a rollback and no error, so a
/// unit that swallowed an error would believe itself committed. Any statement tells.
fn is_aborted(connection: &mut Connection) -> bool {
    matches!(connection, Connection::Postgres(_)) && diesel::sql_query("SELECT 1").execute(connection).is_err()
}

fn roll_back(connection: &mut Connection) {
    while depth(connection).is_some_and(|depth| depth > 0) {
        if let Err(error) = Connection::rollback_transaction(connection) {
            // The caller sees the depth and closes the connection, which rolls back as well.
            tracing::debug!(%error, "rollback failed");
            return;
        }
    }
}

/// Nesting of transactions as Diesel counts it, 0 outside of any; `None` if the connection is broken.
pub(crate) fn depth(connection: &mut Connection) -> Option<u32> {
    let status = Connection::transaction_manager_status_mut(connection);
    status.transaction_depth().ok().map(|depth| depth.map_or(0, u32::from))
}
