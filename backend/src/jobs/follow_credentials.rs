//! Follows the accounts with vendors that other processes are given or lose.

use super::ticks::Ticks;
use crate::app::App;
use crate::services::ai::credentials::{FOLLOW_EVERY, reload};

/// Runs until the process stops.
pub async fn follow_credentials(app: App) {
    let mut ticks = Ticks::every(&app, FOLLOW_EVERY);
    while ticks.next().await {
        if let Err(error) = reload(&app).await {
            tracing::warn!(%error, "whether accounts with vendors changed could not be seen");
        }
    }
}
