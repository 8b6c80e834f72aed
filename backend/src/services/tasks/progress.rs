//! Progress of a running task: told to watchers at once, saved only now and then. It counts the version upwards
//! by one; stored changes take far larger steps (see `database::tasks::VERSION_STEP`), so none is overtaken.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use storage::ObjectKey;

use super::view::Snapshot;
use crate::app::App;
use crate::database::tasks::{self, Told};
use crate::error::Failure;
use crate::models::task::Stage;

/// Watchers are told at most so often: faster than an eye needs, slow enough for a phone.
const TOLD_EVERY: Duration = Duration::from_millis(200);

/// Follows one run of a task.
#[derive(Clone)]
pub struct Reporter {
    app: App,
    state: Arc<Mutex<State>>,
}

struct State {
    snapshot: Snapshot,
    told: Option<Instant>,
    saved_version: i64,
}

impl Reporter {
    /// Starts from a task as it was stored when the run began.
    #[must_use]
    pub fn new(app: &App, snapshot: Snapshot) -> Self {
        let saved_version = snapshot.row.version;
        Self { app: app.clone(), state: Arc::new(Mutex::new(State { snapshot, told: None, saved_version })) }
    }

    /// Goes on from a task as it was stored again in the middle of the run, and tells of it.
    pub fn renew(&self, snapshot: Snapshot) {
        let mut state = self.state.lock();
        state.saved_version = snapshot.row.version;
        state.snapshot = snapshot;
        state.told = Some(Instant::now());
        self.app.events.publish_task(&state.snapshot);
    }

    /// Shows what there is so far.
    pub fn preview(&self, key: &ObjectKey) {
        let mut state = self.state.lock();
        state.snapshot.preview = Some(key.clone());
        state.snapshot.row.version += 1;
        state.told = Some(Instant::now());
        self.app.events.publish_progress(&state.snapshot);
    }

    /// Shows nothing any more; watchers hear of it with the next change.
    pub fn no_preview(&self) {
        self.state.lock().snapshot.preview = None;
    }

    /// Says how far the work is. `fraction` is measured, 0 to 1; it never goes back.
    pub fn report(&self, stage: Stage, fraction: f64) {
        let mut state = self.state.lock();
        let row = &mut state.snapshot.row;
        // What is asked to stop is shown as that until it ends.
        let stage = if row.cancel_requested_at.is_some() { Stage::Cancelling } else { stage };
        let stage_changed = row.stage != stage.as_str();
        if !stage_changed && fraction <= row.progress {
            return;
        }
        row.progress = fraction.max(row.progress).min(1.0);
        row.version += 1;
        if stage_changed {
            stage.as_str().clone_into(&mut row.stage);
        }
        if stage_changed || state.told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
            state.told = Some(Instant::now());
            self.app.events.publish_progress(&state.snapshot);
        }
    }

    /// Stores how far the work is, and learns what other nodes were told: that the owner wants it stopped, that the vendor
    /// called back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save(&self) -> Result<Told, Failure> {
        let (row, changed) = {
            let mut state = self.state.lock();
            let changed = state.snapshot.row.version > state.saved_version;
            state.saved_version = state.snapshot.row.version;
            (state.snapshot.row.clone(), changed)
        };
        let now = self.app.clock.now();
        if changed {
            let (id, stage, progress, version) = (row.task_id()?, Stage::stored(&row.stage), row.progress, row.version);
            let noted =
                self.app.database.write::<_, Failure, _>(move |conn| Ok(tasks::note_progress(conn, &id, stage, progress, version, now)?));
            noted.await?;
        }
        let id = row.task_id()?;
        self.app.database.query::<_, Failure, _>(move |conn| Ok(tasks::told(conn, &id)?)).await
    }
}
