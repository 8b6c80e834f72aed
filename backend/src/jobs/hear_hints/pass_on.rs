//! Looks at the database for what was heard, all of it at once, and tells those whom it concerns here.

use std::collections::{HashMap, HashSet};

use super::{Latest, Waiting};
use crate::app::App;
use crate::database::tasks::{VERSION_STEP, watched};
use crate::error::Failure;
use crate::models::id::TaskId;
use crate::services::ai::credentials;
use crate::services::fleet::Progress;
use crate::services::tasks::view::{self, Snapshot};

/// Tasks read with one query.
const AT_ONCE: usize = 200;
/// Running tasks of which the row is remembered, so that their progress costs no look.
const REMEMBERED: usize = 1_000;

/// Passes on what was heard.
pub(super) struct PassOn {
    app: App,
    /// Running tasks as they were told last.
    running: HashMap<TaskId, Snapshot>,
}

impl PassOn {
    pub(super) fn new(app: App) -> Self {
        Self { app, running: HashMap::new() }
    }

    pub(super) async fn pass_on(&mut self, heard: Waiting) -> Result<(), Failure> {
        for session in &heard.sessions {
            self.app.sessions.forget(session).await;
        }
        if heard.credentials {
            credentials::reload(&self.app).await?;
        }
        self.work(heard.work).await?;
        let tasks: Vec<(TaskId, Latest)> = heard.tasks.into_iter().collect();
        for some in tasks.chunks(AT_ONCE) {
            self.tasks(some).await?;
        }
        self.app.events.forward_credits(&self.app, heard.credits).await
    }

    /// Tells the work of this process what its tasks' rows say.
    async fn work(&self, tasks: HashSet<TaskId>) -> Result<(), Failure> {
        if tasks.is_empty() {
            return Ok(());
        }
        let ids: Vec<TaskId> = tasks.into_iter().collect();
        for (id, told) in self.app.database.read::<_, Failure, _>(move |conn| Ok(watched::told_of(conn, &ids)?)).await? {
            let id: TaskId = id.parse().map_err(Failure::internal)?;
            if told.stop {
                self.app.running.cancel(&id);
            }
            if let Some(at) = told.called_back {
                self.app.running.called_back(&id, at);
            }
        }
        Ok(())
    }

    async fn tasks(&mut self, heard: &[(TaskId, Latest)]) -> Result<(), Failure> {
        let unknown = heard.iter().filter(|(id, latest)| latest.stored || !self.knows(id, latest));
        let ids: Vec<TaskId> = unknown.map(|(id, _)| id.clone()).collect();
        for snapshot in self.read(ids).await? {
            self.running.insert(snapshot.row.task_id()?, snapshot);
        }
        for (id, latest) in heard {
            self.tell(id, latest)?;
        }
        if self.running.len() > REMEMBERED {
            self.running.clear();
        }
        Ok(())
    }

    /// Whether the row that this progress belongs to is remembered.
    fn knows(&self, id: &TaskId, latest: &Latest) -> bool {
        let version = latest.progress.as_ref().map(|(version, _)| *version);
        let known = self.running.get(id).map(|known| known.row.version);
        known.zip(version).is_some_and(|(known, version)| known / VERSION_STEP == version / VERSION_STEP)
    }

    async fn read(&self, ids: Vec<TaskId>) -> Result<Vec<Snapshot>, Failure> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.app.clock.now();
        let unit = move |conn: &mut db::Connection| {
            let rows = watched::by_ids(conn, &ids)?;
            Ok(view::snapshots(conn, rows, now)?)
        };
        self.app.database.read::<_, Failure, _>(unit).await
    }

    fn tell(&mut self, id: &TaskId, latest: &Latest) -> Result<(), Failure> {
        let Some(snapshot) = self.running.get_mut(id) else { return Ok(()) };
        if snapshot.row.deleted_at.is_some() {
            self.app.events.forward_deleted(&snapshot.row.owner()?, id);
            self.running.remove(id);
            return Ok(());
        }
        if let Some((version, progress)) = &latest.progress {
            go_on(snapshot, *version, progress);
        }
        self.app.events.forward_task(snapshot);
        if snapshot.row.status()?.is_final() {
            self.running.remove(id);
        }
        Ok(())
    }
}

/// Brings a snapshot to what was told of its progress, unless the row says more: between two stored changes progress counts
/// the version up by ones.
fn go_on(snapshot: &mut Snapshot, version: i64, progress: &Progress) {
    let row = &mut snapshot.row;
    if version <= row.version || version / VERSION_STEP != row.version / VERSION_STEP {
        return;
    }
    row.version = version;
    progress.stage.as_str().clone_into(&mut row.stage);
    row.progress = progress.fraction;
    snapshot.preview.clone_from(&progress.preview);
}
