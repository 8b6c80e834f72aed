//! One unit of work on its way from a door to a thread and back.

use crate::connection::Connection;
use crate::error::Error;
use std::any::Any;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// What a unit may do, and what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// One statement that only reads, without a transaction.
    Query,
    /// Reads, in a transaction with one view.
    Read,
    /// Writes, in a transaction.
    Write,
}

/// Units with the same one run one after the other. Two keys may share one; then some wait for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Turn(u64);

impl Turn {
    pub(crate) fn of(key: &str) -> Turn {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        Turn(hasher.finish())
    }
}

/// How a run of a unit's closure ended. Its value stays in the unit until [`Unit::answer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ran {
    Succeeded,
    Failed,
    Panicked,
}

/// A unit whose result type the threads need not know. The one implementation is generic: this trait is only
/// there to put units of every type into one queue.
pub(crate) trait Unit: Send {
    fn access(&self) -> Access;
    /// What it takes turns with, if with anything.
    fn turn(&self) -> Option<Turn>;
    /// Runs the closure and keeps its result. The caller begins and ends the transaction around it, if it has one.
    fn run(&mut self, connection: &mut Connection) -> Ran;
    /// Sends the result of the last run to the caller. A success counts only if `outcome` says that it was
    /// committed; the unit's own error is the better answer in every case.
    fn answer(self: Box<Self>, outcome: Result<(), Error>);
}

/// A closure with the place its result goes to.
pub(crate) struct Work<T, E, F> {
    pub(crate) access: Access,
    pub(crate) turn: Option<Turn>,
    pub(crate) work: F,
    pub(crate) result: Option<Result<T, E>>,
    pub(crate) reply: oneshot::Sender<Result<T, E>>,
    /// Held until the answer is sent: the unit counts as waiting while it runs.
    pub(crate) _permit: OwnedSemaphorePermit,
}

impl<T, E, F> Unit for Work<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: FnMut(&mut Connection) -> Result<T, E> + Send,
{
    fn access(&self) -> Access {
        self.access
    }

    fn turn(&self) -> Option<Turn> {
        self.turn
    }

    fn run(&mut self, connection: &mut Connection) -> Ran {
        // The connection may be left in any state by a panic; whoever called us rolls it back and checks it.
        let (ran, result) = match catch_unwind(AssertUnwindSafe(|| (self.work)(connection))) {
            Ok(Ok(value)) => (Ran::Succeeded, Ok(value)),
            Ok(Err(error)) => (Ran::Failed, Err(error)),
            Err(panic) => (Ran::Panicked, Err(Error::Panicked(panic_text(panic.as_ref())).into())),
        };
        self.result = Some(result);
        ran
    }

    fn answer(self: Box<Self>, outcome: Result<(), Error>) {
        let answer = match (self.result, outcome) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(Error::Closed.into()),
        };
        // The caller may have gone away. Its unit is done all the same, so there is nobody to tell.
        drop(self.reply.send(answer));
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
