//! The caller's hand on a running operation: a flag that stops it and a function that hears how far it is.
//! Progress only grows, and is reported where the flag is looked at, so that a bar moves as often as Cancel works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::error::Error;

/// Cancellation and progress of one run.
pub struct Control {
    cancelled: Arc<AtomicBool>,
    on_progress: Box<dyn Fn(f32) + Send + Sync>,
    reached: Mutex<f32>,
}

impl Control {
    /// Watches `cancelled` and calls `on_progress` with growing values from 0 to 1, from whichever thread works.
    pub fn new(cancelled: Arc<AtomicBool>, on_progress: impl Fn(f32) + Send + Sync + 'static) -> Self {
        Self { cancelled, on_progress: Box::new(on_progress), reached: Mutex::new(0.0) }
    }

    /// A run that nobody watches or stops.
    #[must_use]
    pub fn unobserved() -> Self {
        Self::new(Arc::default(), |_| {})
    }

    /// The whole run as one stage, to be divided by the operation.
    pub(crate) fn whole(&self) -> Stage<'_> {
        Stage { control: self, from: 0.0, to: 1.0 }
    }

    fn reach(&self, fraction: f32) -> Result<(), Error> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        let mut reached = self.reached.lock();
        if fraction > *reached {
            *reached = fraction.min(1.0);
            (self.on_progress)(*reached);
        }
        Ok(())
    }
}

/// A stretch of a run's progress, so that a step need not know what comes before and after it.
#[derive(Clone, Copy)]
pub(crate) struct Stage<'a> {
    control: &'a Control,
    from: f32,
    to: f32,
}

impl<'a> Stage<'a> {
    /// The part of this stage between two fractions of it.
    pub(crate) fn part(&self, from: f32, to: f32) -> Stage<'a> {
        let width = self.to - self.from;
        Stage { control: self.control, from: self.from + width * from, to: self.from + width * to }
    }

    /// Says that `done` of `total` steps are behind us; fails when the caller has cancelled.
    pub(crate) fn report(&self, done: usize, total: usize) -> Result<(), Error> {
        let fraction = done as f32 / total.max(1) as f32;
        self.control.reach(self.from + (self.to - self.from) * fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_only_grows_and_ends_at_one() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let control = Control::new(Arc::default(), move |value| log.lock().push(value));
        let whole = control.whole();
        whole.part(0.0, 0.5).report(1, 2).unwrap();
        whole.part(0.0, 0.5).report(0, 2).unwrap();
        whole.part(0.5, 1.0).report(2, 2).unwrap();
        assert_eq!(*seen.lock(), [0.25, 1.0]);
    }

    #[test]
    fn a_cancelled_run_stops_at_the_next_report() {
        let flag = Arc::new(AtomicBool::new(false));
        let control = Control::new(Arc::clone(&flag), |_| {});
        assert!(control.whole().report(1, 3).is_ok());
        flag.store(true, Ordering::Relaxed);
        assert!(matches!(control.whole().report(2, 3), Err(Error::Cancelled)));
    }
}
