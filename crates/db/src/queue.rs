//! The line of units in front of a thread. How long it may get is the door's concern.

use crate::unit::{Turn, Unit};
use parking_lot::{Condvar, Mutex};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use tokio::sync::watch;

/// First in, first out, between async callers and the threads of this crate; only a unit whose turn another one has lets those
/// behind it pass.
#[derive(Default)]
pub(crate) struct Queue {
    line: Mutex<Line>,
    arrived: Condvar,
}

#[derive(Default)]
struct Line {
    units: VecDeque<Box<dyn Unit>>,
    /// Had by units that run now.
    turns: HashSet<Turn>,
    /// Threads that take from it.
    served_by: usize,
    closed: bool,
}

impl Queue {
    /// Puts a unit at the end, or drops it if nobody will come for it. Dropping it tells its caller.
    pub(crate) fn push(&self, unit: Box<dyn Unit>) {
        let mut line = self.line.lock();
        if line.closed {
            return;
        }
        line.units.push_back(unit);
        drop(line);
        self.arrived.notify_one();
    }

    /// The next unit, waiting for one. `None` once the queue is closed and empty.
    pub(crate) fn next(&self) -> Option<Box<dyn Unit>> {
        let mut line = self.line.lock();
        loop {
            if let Some(unit) = line.take() {
                return Some(unit);
            }
            if line.closed && line.units.is_empty() {
                // Others may have stayed for a unit whose turn was not free, and that one has gone to somebody else.
                self.arrived.notify_all();
                return None;
            }
            self.arrived.wait(&mut line);
        }
    }

    /// The next unit if one is there.
    pub(crate) fn try_next(&self) -> Option<Box<dyn Unit>> {
        self.line.lock().take()
    }

    /// The unit that had this turn has ended.
    pub(crate) fn pass_on(&self, turn: Turn) {
        self.line.lock().turns.remove(&turn);
        self.arrived.notify_one();
    }

    /// Takes no more; what waits is still served.
    pub(crate) fn close(&self) {
        self.line.lock().closed = true;
        self.arrived.notify_all();
    }

    /// A thread takes no more from it. After the last one nobody will come for what waits. True if nobody had asked the
    /// thread to end.
    fn leave(&self) -> bool {
        let mut line = self.line.lock();
        let unasked = !line.closed;
        line.served_by -= 1;
        if line.served_by == 0 {
            line.closed = true;
            line.units.clear();
            self.arrived.notify_all();
        }
        unasked
    }
}

impl Line {
    /// The first unit whose turn is free, with its turn.
    fn take(&mut self) -> Option<Box<dyn Unit>> {
        let place = self.units.iter().position(|unit| unit.turn().is_none_or(|turn| !self.turns.contains(&turn)))?;
        let unit = self.units.remove(place)?;
        self.turns.extend(unit.turn());
        Some(unit)
    }
}

/// Held by each thread that serves a queue: should one ever die it is told, and should it be the last, waiting callers
/// hear it instead of waiting for ever.
pub(crate) struct Served {
    queue: Arc<Queue>,
    lost: Arc<watch::Sender<bool>>,
}

impl Served {
    pub(crate) fn by_one_more(queue: &Arc<Queue>, lost: &Arc<watch::Sender<bool>>) -> Served {
        queue.line.lock().served_by += 1;
        Served { queue: Arc::clone(queue), lost: Arc::clone(lost) }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if self.queue.leave() {
            tracing::error!("a database thread has ended by itself");
            self.lost.send_replace(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Connection;
    use crate::error::Error;
    use crate::unit::{Access, Ran};
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::Duration;

    /// A unit of one turn for all, that counts how often somebody asked for its turn.
    struct SameTurn(Arc<AtomicUsize>);

    impl Unit for SameTurn {
        fn access(&self) -> Access {
            Access::Write
        }

        fn turn(&self) -> Option<Turn> {
            self.0.fetch_add(1, SeqCst);
            Some(Turn::of("account"))
        }

        fn run(&mut self, _connection: &mut Connection) -> Ran {
            Ran::Succeeded
        }

        fn answer(self: Box<Self>, _outcome: Result<(), Error>) {}
    }

    #[test]
    fn a_closed_queue_lets_every_thread_go_once_the_last_turn_is_over() {
        let queue = Arc::new(Queue::default());
        let asked = Arc::new(AtomicUsize::new(0));
        queue.push(Box::new(SameTurn(Arc::default())));
        queue.push(Box::new(SameTurn(Arc::clone(&asked))));
        let turn = queue.next().and_then(|unit| unit.turn()).unwrap();
        queue.close();
        let (sender, ended) = std::sync::mpsc::channel();
        for _ in 0..3 {
            let (queue, sender) = (Arc::clone(&queue), sender.clone());
            std::thread::spawn(move || {
                while let Some(unit) = queue.next() {
                    if let Some(turn) = unit.turn() {
                        queue.pass_on(turn);
                    }
                }
                sender.send(()).unwrap();
            });
        }
        // All three have found the second unit waiting, and wait with it.
        while asked.load(SeqCst) < 3 {
            std::thread::yield_now();
        }
        queue.pass_on(turn);
        for _ in 0..3 {
            ended.recv_timeout(Duration::from_secs(60)).expect("a thread waits for ever");
        }
    }
}
