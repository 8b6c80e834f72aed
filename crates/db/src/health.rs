//! Whether the threads behind the doors live and get on. A caller of a door only sees its own unit; whoever has to say
//! whether the process can serve at all asks here.

use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// The writer has answered nothing for so long that it will not soon: it waits for another process's lock twice as long
/// as `BUSY_TIMEOUT` at most, and units are quick.
const SILENT_AFTER: Duration = Duration::from_secs(15);

/// How the threads behind the doors are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// They serve.
    Well,
    /// One has ended that nobody had asked to. Only a new process mends that.
    Gone,
    /// SQLite's writer has been at work on the same units for this long. It may come back, for instance when a disk does.
    Silent(Duration),
}

/// Since when SQLite's writer has been at work on the units that it has now.
#[derive(Default)]
pub(crate) struct Pulse {
    since: Mutex<Option<Instant>>,
}

impl Pulse {
    /// Work on a group begins, or gets on.
    pub(crate) fn beat(&self) {
        *self.since.lock() = Some(Instant::now());
    }

    /// There is nothing to do.
    pub(crate) fn rest(&self) {
        *self.since.lock() = None;
    }

    /// For how long nothing has been answered, if that is too long.
    pub(crate) fn silent_for(&self, now: Instant) -> Option<Duration> {
        let since = (*self.since.lock())?;
        Some(now.saturating_duration_since(since)).filter(|silent| *silent >= SILENT_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_is_silent_only_while_it_has_had_the_same_work_for_too_long() {
        let pulse = Pulse::default();
        let later = |seconds| Instant::now() + Duration::from_secs(seconds);
        assert_eq!(pulse.silent_for(later(3600)), None, "nothing was asked of it");
        pulse.beat();
        assert_eq!(pulse.silent_for(later(14)), None);
        assert!(pulse.silent_for(later(16)).is_some_and(|silent| silent >= SILENT_AFTER));
        pulse.rest();
        assert_eq!(pulse.silent_for(later(16)), None);
    }
}
