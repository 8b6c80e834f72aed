//! What a vendor shows of a picture while it works: partial pictures, checked and made small as thumbnails are, behind
//! links of a running task. They are objects without a row: deleted when the call has ended, and swept up after a crash.

use bytes::Bytes;
use providers::{Update, Watch};
use storage::ObjectKey;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::share::Share;
use crate::app::App;
use crate::error::Failure;
use crate::jobs::run_task::Shift;
use crate::models::task::Stage;
use crate::services::ai::results::result_limits;
use crate::services::tasks::progress::Reporter;

/// Partial pictures asked for with each picture: each costs the operator a little.
pub const WANTED: u8 = 2;
/// Those that may wait to be shown; more are passed over.
const WAITING: usize = 2;

/// Takes what a call tells of its progress, until it has ended.
pub struct Previews {
    watch: Watch,
    showing: JoinHandle<()>,
}

impl Previews {
    /// Begins to show what comes.
    pub fn show(shift: &Shift<'_>, share: &Share) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        let (reporter, share) = (shift.reporter.clone(), share.clone());
        let watch = Watch::new(move |update| match update {
            Update::Fraction(fraction) => reporter.report(Stage::Running, share.making(f64::from(fraction))),
            // Nobody misses one that is passed over.
            Update::Preview { bytes, .. } => drop(sender.try_send(bytes)),
        });
        Self { watch, showing: tokio::spawn(show_each(shift.app.clone(), shift.reporter.clone(), receiver)) }
    }

    /// To be handed to the vendor's adapter.
    pub const fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Shows nothing more.
    pub async fn end(self) {
        drop(self.watch);
        if let Err(error) = self.showing.await {
            tracing::error!(%error, "previews ended early");
        }
    }
}

async fn show_each(app: App, reporter: Reporter, mut arrived: mpsc::Receiver<Bytes>) {
    let mut shown = Vec::new();
    while let Some(bytes) = arrived.recv().await {
        match store(&app, bytes).await {
            Ok(key) => {
                reporter.preview(&key);
                shown.push(key);
            }
            Err(failure) => tracing::debug!(?failure, "a preview cannot be shown"),
        }
    }
    reporter.no_preview();
    for key in shown {
        if let Err(error) = app.store.delete(&key).await {
            tracing::warn!(%key, %error, "a preview could not be deleted; the sweeper will");
        }
    }
}

async fn store(app: &App, bytes: Bytes) -> Result<ObjectKey, Failure> {
    let limits = result_limits();
    let memory = imaging::inspect(&bytes, &limits).map_or(0, |header| imaging::memory_estimate(&header, bytes.len() as u64));
    let small = move || {
        let image = imaging::shrink(&bytes, imaging::THUMBNAIL_SIDE, &limits)?;
        imaging::thumbnail(&image, imaging::THUMBNAIL_SIDE)
    };
    let small: Result<Vec<u8>, imaging::Error> = app.decode_budget.run(memory, small).await?;
    let small = small.map_err(Failure::internal)?;
    let key = ObjectKey::new(storage::Folder::Preview, "webp");
    app.store.put(&key, Bytes::from(small)).await?;
    Ok(key)
}
