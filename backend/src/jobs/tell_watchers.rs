//! Tells those who watch in this process what no worker here tells them, once a second and only while somebody
//! watches: how their waiting tasks move up in the queue, and what other processes did with their tasks.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::ticks::Ticks;
use crate::app::App;
use crate::database::tasks::{VERSION_STEP, watched};
use crate::error::Failure;
use crate::models::id::UserId;
use crate::models::timestamp::Timestamp;
use crate::services::tasks::view::{self, Snapshot};

/// How often there is something to tell.
const EVERY: Duration = Duration::from_secs(1);
/// Waiting tasks told about at once.
const WAITING_AT_MOST: i64 = 100;
/// Changes told about at once; more are told a second later.
const CHANGES_AT_MOST: i64 = 200;
/// Changes are looked for so far back: a change carries the time at which its request came, may wait two seconds at the
/// door of the database and some more for a lock, and clocks differ.
const OVERLAP: Duration = Duration::from_secs(5);

/// Who else runs tasks of the same database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// Nobody: what happens is told where it is done.
    Nobody,
    /// Other processes, whose changes are read from the database.
    Others,
}

/// What watchers have been told.
pub struct TellWatchers {
    app: App,
    elsewhere: Elsewhere,
    /// Places of waiting tasks.
    places: HashMap<String, Option<i64>>,
    /// Changes at this moment or before were told.
    told_until: Timestamp,
    /// Versions that were told of the time that is looked at again.
    versions: HashMap<String, i64>,
}

/// Runs until the process stops.
pub async fn tell_watchers(app: App, elsewhere: Elsewhere) {
    let mut ticks = Ticks::every(&app, EVERY);
    let mut telling = TellWatchers::new(app, elsewhere);
    while ticks.next().await {
        if let Err(failure) = telling.tell().await {
            tracing::warn!(?failure, "watchers could not be told");
        }
    }
}

/// What one look at the database found.
struct Found {
    waiting: Vec<Snapshot>,
    changed: Vec<Snapshot>,
}

impl TellWatchers {
    /// Begins with what happens from now on.
    #[must_use]
    pub fn new(app: App, elsewhere: Elsewhere) -> Self {
        let told_until = app.clock.now();
        Self { app, elsewhere, places: HashMap::new(), told_until, versions: HashMap::new() }
    }

    /// Tells what is new.
    ///
    /// # Errors
    /// When the database cannot be read. What was not told is told the next time.
    pub async fn tell(&mut self) -> Result<(), Failure> {
        let now = self.app.clock.now();
        let watched = self.app.events.watched();
        if watched.is_empty() {
            // Whoever begins to watch is sent the present state first.
            (self.told_until, self.places, self.versions) = (now, HashMap::new(), HashMap::new());
            return Ok(());
        }
        let found = self.look(watched, now).await?;
        self.tell_places(found.waiting);
        if self.elsewhere == Elsewhere::Others {
            self.tell_changes(found.changed, now).await?;
        }
        Ok(())
    }

    async fn look(&self, users: Vec<UserId>, now: Timestamp) -> Result<Found, Failure> {
        let (elsewhere, since) = (self.elsewhere, self.told_until.before(OVERLAP));
        let found = self.app.database.read::<_, Failure, _>(move |conn| {
            let waiting = watched::waiting_of_users(conn, &users, WAITING_AT_MOST)?;
            let changed = match elsewhere {
                Elsewhere::Nobody => Vec::new(),
                Elsewhere::Others => watched::changed_of_users(conn, &users, since, CHANGES_AT_MOST)?,
            };
            Ok(Found { waiting: view::snapshots(conn, waiting, now)?, changed: view::snapshots(conn, changed, now)? })
        });
        found.await
    }

    fn tell_places(&mut self, waiting: Vec<Snapshot>) {
        self.places.retain(|id, _| waiting.iter().any(|snapshot| &snapshot.row.id == id));
        for snapshot in waiting {
            let place = snapshot.queue_position;
            if self.places.insert(snapshot.row.id.clone(), place) != Some(place) {
                self.app.events.forward_task(&snapshot);
            }
        }
    }

    /// Some of these were told before, by a worker of this process or at the last look. Watchers keep the highest
    /// version, so telling one again does no harm.
    async fn tell_changes(&mut self, changed: Vec<Snapshot>, now: Timestamp) -> Result<(), Failure> {
        let told_until = match changed.last() {
            // The rest comes next, without looking at the same changes again.
            Some(last) if changed.len() as i64 == CHANGES_AT_MOST => Timestamp(last.row.updated_at).after(OVERLAP),
            _ => now,
        };
        let versions = changed.iter().map(|snapshot| (snapshot.row.id.clone(), snapshot.row.version)).collect();
        let mut owners = BTreeSet::new();
        for snapshot in changed {
            let known = self.versions.get(&snapshot.row.id).copied();
            if known == Some(snapshot.row.version) {
                continue;
            }
            // Progress alone moves no credits.
            if known.is_none_or(|known| known / VERSION_STEP != snapshot.row.version / VERSION_STEP) {
                owners.insert(snapshot.row.owner()?);
            }
            if snapshot.row.deleted_at.is_some() {
                self.app.events.forward_deleted(&snapshot.row.owner()?, &snapshot.row.task_id()?);
            } else {
                self.app.events.forward_task(&snapshot);
            }
        }
        self.app.events.forward_credits(&self.app, owners).await?;
        (self.told_until, self.versions) = (told_until, versions);
        Ok(())
    }
}
