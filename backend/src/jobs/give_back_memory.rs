//! Gives back memory that this process does not need any more: models that nobody used.

use std::time::Duration;

use super::ticks::Ticks;
use crate::app::App;

/// How often memory is looked through.
const EVERY: Duration = Duration::from_secs(60);
/// Models that were not used for so long are freed: loading one again takes less than a second.
const MODELS_KEPT: Duration = Duration::from_secs(600);

/// Runs until the process stops.
pub async fn give_back_memory(app: App) {
    let mut ticks = Ticks::every(&app, EVERY);
    while ticks.next().await {
        app.engine.unload_idle(MODELS_KEPT);
    }
}
