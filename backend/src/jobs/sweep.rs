//! Housekeeping, every quarter of an hour: objects that no row names, sessions and keys whose time is over,
//! temporary files that nobody finished, models that nobody used.

use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use jobs::{Context, Job, Outcome};
use storage::{Folder, ObjectKey};

use crate::app::App;
use crate::database::{files, idempotency, sessions};
use crate::error::Failure;

/// Objects younger than this may still get their row: longer than any upload or task takes to settle.
pub const GRACE: Duration = Duration::from_secs(3600);
/// How long an ended session stays listed.
const ENDED_SESSIONS_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long an idempotency key is remembered.
const KEYS_KEPT: Duration = Duration::from_secs(24 * 3600);
/// Models that were not used for so long give their memory back.
const MODELS_KEPT: Duration = Duration::from_secs(600);
/// Object keys looked up at once.
const BATCH: usize = 500;

/// Runs the job.
pub async fn run(app: App, context: Context, _: Job) -> Outcome {
    let swept = async {
        sweep(&app).await?;
        let fence = context.fence;
        app.database.write::<_, Failure, _>(move |conn| Ok(jobs::finish(conn, &fence)?)).await
    };
    match swept.await {
        Ok(_) => Outcome::Done,
        Err(failure) => Outcome::Retry { after: None, error: format!("{failure:?}") },
    }
}

/// Sweeps once. Returns how many objects without a row were deleted.
///
/// # Errors
/// When database or store fail.
pub async fn sweep(app: &App) -> Result<usize, Failure> {
    let now = app.clock.now();
    app.database
        .write::<_, Failure, _>(move |conn| {
            sessions::delete_ended(conn, now.before(ENDED_SESSIONS_KEPT))?;
            idempotency::delete_used_before(conn, now.before(KEYS_KEPT))?;
            Ok(())
        })
        .await?;
    app.throttle.forget_idle();
    app.engine.unload_idle(MODELS_KEPT);
    remove_old_temporaries(app).await?;
    let mut deleted = 0;
    for folder in Folder::ALL {
        deleted += sweep_folder(app, folder).await?;
    }
    Ok(deleted)
}

async fn sweep_folder(app: &App, folder: Folder) -> Result<usize, Failure> {
    let old = app.clock.now().before(GRACE).0;
    app.store.delete_unfinished(folder, old).await?;
    let mut batches = app
        .store
        .list(folder)
        .try_filter(|object| std::future::ready(object.written_at < old))
        .map_ok(|object| object.key.to_string())
        .chunks(BATCH);
    let mut deleted = 0;
    while let Some(batch) = batches.next().await {
        let keys = batch.into_iter().collect::<Result<Vec<String>, _>>()?;
        let asked = keys.clone();
        let known = app.database.read::<_, Failure, _>(move |conn| Ok(files::known_objects(conn, &asked)?)).await?;
        let known: std::collections::HashSet<String> = known.into_iter().collect();
        for key in keys.into_iter().filter(|key| !known.contains(key)) {
            tracing::info!(%key, "an object without a row is deleted");
            app.store.delete(&ObjectKey::stored(key)).await?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

async fn remove_old_temporaries(app: &App) -> Result<(), Failure> {
    let (folder, before) = (app.temporary_folder(), app.clock.now().before(GRACE).system_time());
    let removed = tokio::task::spawn_blocking(move || storage::delete_old_files(&folder, before, |_| true));
    removed.await.map_err(Failure::internal)?.map_err(Failure::internal).map(drop)
}
