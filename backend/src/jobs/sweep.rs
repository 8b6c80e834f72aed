//! Housekeeping, every quarter of an hour, by one process for all: sessions, links of mails, keys and noted calls whose time is over,
//! tasks that the operator keeps no longer, deleted ones that their own purge did not wipe, uploads that no task ever used or
//! that were never completed, temporary files that nobody finished, objects that no row names. Payments of which nobody told
//! us the end are looked at.

use std::time::Duration;

use db::Connection;
use diesel::QueryResult;
use futures::{StreamExt, TryStreamExt};
use jobs::{Context, Job, Outcome};
use storage::{Folder, ObjectKey};

use crate::app::App;
use crate::database::{external_events, files, idempotency, mail_links, payments, sessions, tasks, uploads};
use crate::error::Failure;
use crate::models::timestamp::Timestamp;
use crate::services::payments::look;
use crate::services::tasks::delete;
use crate::services::uploads::forget;
use crate::services::uploads::presigned::KEPT_AFTER_LINK;

/// Objects younger than this may still get their row: longer than any upload takes to settle. A task may take longer;
/// see [`row_less_since`].
pub const GRACE: Duration = Duration::from_secs(3600);
/// How long an ended session stays listed.
const ENDED_SESSIONS_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long an idempotency key is remembered.
const KEYS_KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long a call of a vendor is remembered: longer than any repeats one; Stripe does for three days, and 30 by hand.
const EVENTS_KEPT: Duration = Duration::from_secs(40 * 24 * 3600);
/// How long a payment may say nothing: Stripe tells what happens within seconds.
const PAYMENT_PATIENCE: Duration = Duration::from_secs(600);
/// Payments looked at in one sweep; the longest forgotten come first.
const PAYMENTS_AT_ONCE: i64 = 50;
/// An upload that no task used for so long is forgotten: far longer than anybody leaves a page open.
pub const UNUSED_UPLOADS_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// Rows or object keys looked up at once. More deleted tasks or unused uploads wait for the next sweep.
const BATCH: usize = 500;

/// Runs the job.
pub async fn run(app: App, _: Context, _: Job) -> Outcome {
    match sweep(&app).await {
        Ok(_) => Outcome::Finish,
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
            mail_links::delete_expired(conn, now.before(ENDED_SESSIONS_KEPT))?;
            idempotency::delete_used_before(conn, now.before(KEYS_KEPT))?;
            external_events::delete_noted_before(conn, now.before(EVENTS_KEPT))?;
            Ok(())
        })
        .await?;
    look_at_payments(app).await?;
    remove_old_temporaries(app).await?;
    forget_expired_uploads(app).await?;
    wipe_deleted_tasks(app).await?;
    delete_unused_uploads(app).await?;
    let old = row_less_since(app).await?.0;
    let mut deleted = 0;
    for folder in Folder::ALL {
        deleted += sweep_folder(app, folder, old).await?;
    }
    // Last: there may be very many of them on the day when the operator decides it.
    delete_old_tasks(app).await?;
    Ok(deleted)
}

/// Those that Stripe should have told us about by now: an event may be lost, or the webhook not be set up right. What cannot be
/// looked at now is looked at the next time.
async fn look_at_payments(app: &App) -> Result<(), Failure> {
    let Some(stripe) = &app.stripe else { return Ok(()) };
    let before = app.clock.now().before(PAYMENT_PATIENCE);
    let waiting = app.database.read::<_, Failure, _>(move |conn| Ok(payments::undecided(conn, before, PAYMENTS_AT_ONCE)?)).await?;
    for payment in waiting {
        if payment.session_id.is_none() {
            // The process ended between our row and Stripe's answer: nobody was ever led to that checkout.
            let (id, now) = (payment.payment_id()?, app.clock.now());
            app.database.write::<_, Failure, _>(move |conn| Ok(payments::give_up(conn, &id, now)?)).await?;
        } else if let Err(failure) = look::at_payment(app, stripe, &payment).await {
            tracing::warn!(?failure, payment = payment.id, "a payment could not be looked at");
            break;
        }
    }
    Ok(())
}

/// Those that the operator keeps no longer, with no time to undo: they were there long enough.
async fn delete_old_tasks(app: &App) -> Result<(), Failure> {
    let (days, now) = (app.settings.current(app).await?.retention_days, app.clock.now());
    if days == 0 {
        return Ok(());
    }
    let made_before = now.before(Duration::from_secs(u64::from(days) * 24 * 3600));
    while !app.stopping.is_cancelled() {
        let old = app.database.read::<_, Failure, _>(move |conn| Ok(tasks::finished_before(conn, made_before, BATCH as i64)?)).await?;
        for (id, owner) in &old {
            let task_id = id.clone();
            let wiped = app.database.write::<_, Failure, _>(move |conn| {
                let is_deleted = tasks::delete(conn, &task_id, now)?;
                Ok(if is_deleted { delete::wipe(conn, &task_id, now, now)? } else { Vec::new() })
            });
            forget(app, &wiped.await?).await;
            app.events.publish_deleted(owner, id);
        }
        if old.len() < BATCH {
            break;
        }
    }
    Ok(())
}

/// Those whose purge was given up, or was at work when the task was deleted a second time.
async fn wipe_deleted_tasks(app: &App) -> Result<(), Failure> {
    let now = app.clock.now();
    let deleted_before = now.before(delete::undo_time(app));
    let left = app.database.read::<_, Failure, _>(move |conn| Ok(tasks::deleted_unwiped(conn, deleted_before, BATCH as i64)?)).await?;
    for id in left {
        let gone = app.database.write::<_, Failure, _>(move |conn| Ok(delete::wipe(conn, &id, deleted_before, now)?)).await?;
        forget(app, &gone).await;
    }
    Ok(())
}

/// Looking takes longer the more files there are, so that is done at the door that keeps nobody waiting. Each owner's go by
/// themselves: the account is locked meanwhile.
async fn delete_unused_uploads(app: &App) -> Result<(), Failure> {
    let now = app.clock.now();
    let stored_before = now.before(UNUSED_UPLOADS_KEPT);
    let unused = app.database.read::<_, Failure, _>(move |conn| Ok(files::unheld(conn, stored_before, BATCH as i64)?)).await?;
    for ids in unused.into_values() {
        let gone = app.database.write::<_, Failure, _>(move |conn| Ok(files::delete_unheld(conn, &ids, now)?)).await?;
        forget(app, &gone).await;
    }
    Ok(())
}

/// Links that took an upload are long over: what was put and never completed goes, and so do the notes of what was.
async fn forget_expired_uploads(app: &App) -> Result<(), Failure> {
    let before = app.clock.now().before(KEPT_AFTER_LINK);
    while !app.stopping.is_cancelled() {
        let expired = app.database.read::<_, Failure, _>(move |conn| Ok(uploads::expired(conn, before, BATCH as i64)?)).await?;
        let (found, ids) = (expired.len(), expired);
        if found > 0 {
            let keys = app.database.write::<_, Failure, _>(move |conn| Ok(uploads::delete(conn, &ids)?)).await?;
            let keys: Vec<ObjectKey> = keys.into_iter().map(ObjectKey::stored).collect();
            if let Err(error) = app.store.delete_all(&keys).await {
                tracing::warn!(%error, "uploads could not be deleted; they are found with what no row names");
            }
        }
        if found < BATCH {
            break;
        }
    }
    Ok(())
}

/// Before which moment an object was stored that will not get a row any more. The results of a task get theirs when the
/// task ends, however long it works, so what was stored since the oldest running one began may still get it.
async fn row_less_since(app: &App) -> Result<Timestamp, Failure> {
    let oldest_start = app.database.read::<_, Failure, _>(|conn| Ok(tasks::oldest_start(conn)?)).await?;
    let now = app.clock.now();
    Ok(oldest_start.map_or(now, |start| start.min(now)).before(GRACE))
}

async fn sweep_folder(app: &App, folder: Folder, old: i64) -> Result<usize, Failure> {
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
        let known = app.database.read::<_, Failure, _>(move |conn| Ok(known_objects(conn, folder, &asked)?)).await?;
        let known: std::collections::HashSet<String> = known.into_iter().collect();
        let unknown: Vec<ObjectKey> = keys.into_iter().filter(|key| !known.contains(key)).map(ObjectKey::stored).collect();
        for key in &unknown {
            tracing::info!(%key, "an object without a row is deleted");
        }
        app.store.delete_all(&unknown).await?;
        deleted += unknown.len();
    }
    Ok(deleted)
}

/// Those of the given object keys in a folder that some row names.
fn known_objects(conn: &mut Connection, folder: Folder, keys: &[String]) -> QueryResult<Vec<String>> {
    match folder {
        Folder::Quarantine => uploads::known_objects(conn, keys),
        Folder::Input | Folder::Output | Folder::Thumbnail | Folder::Preview => files::known_objects(conn, keys),
    }
}

async fn remove_old_temporaries(app: &App) -> Result<(), Failure> {
    let (folder, before) = (app.temporary_folder(), app.clock.now().before(GRACE).system_time());
    let removed = tokio::task::spawn_blocking(move || storage::delete_old_files(&folder, before, |_| true));
    removed.await.map_err(Failure::internal)?.map_err(Failure::internal).map(drop)
}
