//! Tells watchers their tasks' places in the queue as it moves on. Only while somebody watches.

use std::collections::HashMap;
use std::time::Duration;

use crate::app::App;
use crate::database::tasks;
use crate::error::Failure;
use crate::services::tasks::view;

/// How often places are told.
const EVERY: Duration = Duration::from_secs(1);
/// Waiting tasks told about at once.
const AT_MOST: i64 = 100;

/// Runs until the process ends.
pub async fn tell_places(app: App) {
    let mut told: HashMap<String, Option<i64>> = HashMap::new();
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(failure) = tell(&app, &mut told).await {
            tracing::warn!(?failure, "places in the queue could not be told");
        }
    }
}

async fn tell(app: &App, told: &mut HashMap<String, Option<i64>>) -> Result<(), Failure> {
    let watched = app.events.watched();
    if watched.is_empty() {
        told.clear();
        return Ok(());
    }
    let now = app.clock.now();
    let waiting = app
        .database
        .read::<_, Failure, _>(move |conn| {
            let rows = tasks::waiting_of_users(conn, &watched, AT_MOST)?;
            Ok(view::snapshots(conn, rows, now)?)
        })
        .await?;
    told.retain(|id, _| waiting.iter().any(|snapshot| &snapshot.row.id == id));
    for snapshot in waiting {
        let place = snapshot.queue_position;
        if told.insert(snapshot.row.id.clone(), place) != Some(place) {
            app.events.publish_task(Box::new(snapshot));
        }
    }
    Ok(())
}
