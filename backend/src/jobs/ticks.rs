//! The rhythm of what a process repeats for itself. Unlike a job it is done in every process and kept nowhere.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Ticks until the process stops. One that comes late is not made up for.
pub struct Ticks {
    interval: Interval,
    stopping: CancellationToken,
}

impl Ticks {
    /// The first comes at once.
    pub fn every(app: &App, period: Duration) -> Self {
        let mut interval = tokio::time::interval(period);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { interval, stopping: app.stopping.clone() }
    }

    /// Waits for the next; false once the process stops.
    pub async fn next(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => false,
            _ = self.interval.tick() => true,
        }
    }
}
