//! Live events: each watcher gets the changes of its own account. A watcher that reads slowly holds no more than
//! the newest state of each task; nothing is stored, and on every connect the state is sent afresh. What is published
//! here is told to the other processes too; what they told, and what was found in the database, is forwarded.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::credits;
use super::fleet::{Fleet, Hint};
use super::tasks::view::Snapshot;
use crate::app::App;
use crate::error::Failure;
use crate::models::credits::Credits;
use crate::models::id::{TaskId, UserId};

/// Something a watcher is told.
#[derive(Debug, Clone)]
pub enum Event {
    /// A task changed; this is all of it.
    Task(Box<Snapshot>),
    /// A task was deleted.
    Deleted(TaskId),
    /// The balance changed.
    Credits(Credits),
}

/// Most watchers of one account: more tabs than anybody has, few enough to bound memory.
const WATCHERS_PER_USER: usize = 32;
/// Tasks of which a watcher remembers what it was told: more than anybody has under way.
const REMEMBERED: usize = 128;

/// Who watches what.
#[derive(Clone, Default)]
pub struct Events {
    watchers: Arc<Mutex<HashMap<UserId, Vec<Arc<Mailbox>>>>>,
    fleet: Fleet,
}

/// What waits to be told to one watcher: at most one event for each task and one balance.
#[derive(Default)]
struct Mailbox {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Default)]
struct Waiting {
    order: VecDeque<Slot>,
    events: HashMap<Slot, Event>,
    /// Versions of the tasks told last, newest last.
    told: VecDeque<(String, i64)>,
    closed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Slot {
    Task(String),
    Credits,
}

/// One watcher. Dropping it ends the watching.
pub struct Watcher {
    events: Events,
    user_id: UserId,
    mailbox: Arc<Mailbox>,
}

impl Events {
    /// With the processes that are told as well.
    #[must_use]
    pub fn with(fleet: Fleet) -> Self {
        Self { watchers: Arc::default(), fleet }
    }

    /// Starts watching an account. The oldest watcher ends when there are too many.
    #[must_use]
    pub fn watch(&self, user_id: &UserId) -> Watcher {
        let mailbox = Arc::new(Mailbox::default());
        let mut watchers = self.watchers.lock();
        let own = watchers.entry(user_id.clone()).or_default();
        if own.len() >= WATCHERS_PER_USER {
            own.remove(0).close();
        }
        own.push(Arc::clone(&mailbox));
        Watcher { events: self.clone(), user_id: user_id.clone(), mailbox }
    }

    /// Whether anybody watches an account.
    #[must_use]
    pub fn is_watched(&self, user_id: &UserId) -> bool {
        self.watchers.lock().contains_key(user_id)
    }

    /// The accounts that are watched.
    #[must_use]
    pub fn watched(&self) -> Vec<UserId> {
        self.watchers.lock().keys().cloned().collect()
    }

    /// Tells a task's owner how it was stored.
    pub fn publish_task(&self, snapshot: &Snapshot) {
        self.tell(snapshot, Hint::stored);
        self.forward_task(snapshot);
    }

    /// Tells a task's owner how far it is, which was not stored.
    pub fn publish_progress(&self, snapshot: &Snapshot) {
        self.tell(snapshot, Hint::went_on);
        self.forward_task(snapshot);
    }

    /// Tells an account that a task is gone.
    pub fn publish_deleted(&self, user_id: &UserId, id: &TaskId) {
        self.fleet.tell(|| Hint::Task { user: user_id.clone(), id: id.clone(), version: 0, progress: None });
        self.forward_deleted(user_id, id);
    }

    /// Tells an account its balance, reading it only if anybody watches. What has changed it is stored by now, so a balance
    /// that cannot be read fails nothing: it is told with the next change, and on the next connect.
    pub async fn publish_credits(&self, app: &App, user_id: &UserId) {
        self.fleet.tell(|| Hint::Credits { user: user_id.clone() });
        if let Err(failure) = self.forward_credits(app, [user_id.clone()]).await {
            tracing::warn!(?failure, user = %user_id, "a balance could not be told");
        }
    }

    /// Tells those who watch in this process how a task stands. Nothing is copied for nobody.
    pub fn forward_task(&self, snapshot: &Snapshot) {
        let Ok(owner) = snapshot.row.owner() else { return };
        self.put(&owner, &Slot::Task(snapshot.row.id.clone()), || Event::Task(Box::new(snapshot.clone())));
    }

    /// Tells those who watch in this process that a task is gone.
    pub fn forward_deleted(&self, user_id: &UserId, id: &TaskId) {
        self.put(user_id, &Slot::Task(id.to_string()), || Event::Deleted(id.clone()));
    }

    /// Tells those who watch in this process these balances, with one look at the database if anybody does.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn forward_credits(&self, app: &App, users: impl IntoIterator<Item = UserId>) -> Result<(), Failure> {
        let watched: Vec<UserId> = users.into_iter().filter(|user| self.is_watched(user)).collect();
        if watched.is_empty() {
            return Ok(());
        }
        for (user, balance) in credits::balances(app, watched).await? {
            self.put(&user, &Slot::Credits, || Event::Credits(balance));
        }
        Ok(())
    }

    fn tell(&self, snapshot: &Snapshot, hint: fn(&Snapshot, UserId, TaskId) -> Hint) {
        if let (Ok(user), Ok(id)) = (snapshot.row.owner(), snapshot.row.task_id()) {
            self.fleet.tell(|| hint(snapshot, user, id));
        }
    }

    fn put(&self, user_id: &UserId, slot: &Slot, event: impl Fn() -> Event) {
        let watchers = self.watchers.lock().get(user_id).cloned().unwrap_or_default();
        for mailbox in watchers {
            mailbox.put(slot.clone(), event());
        }
    }
}

impl Mailbox {
    /// A newer event takes the place of an older one about the same thing; an older one is dropped.
    fn put(&self, slot: Slot, event: Event) {
        let mut waiting = self.waiting.lock();
        if let (Some(Event::Task(known)), Event::Task(new)) = (waiting.events.get(&slot), &event)
            && known.row.version > new.row.version
        {
            return;
        }
        if waiting.events.insert(slot.clone(), event).is_none() {
            waiting.order.push_back(slot);
        }
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Nothing is put in any more; its watcher may read what waits, and then ends.
    fn close(&self) {
        self.waiting.lock().closed = true;
        self.arrived.notify_one();
    }

    fn take(&self) -> Taken {
        let mut waiting = self.waiting.lock();
        while let Some(event) = waiting.order.pop_front().and_then(|slot| waiting.events.remove(&slot)) {
            if waiting.is_news(&event) {
                return Taken::Event(event);
            }
        }
        if waiting.closed { Taken::End } else { Taken::Nothing }
    }
}

impl Waiting {
    /// Whether a watcher is to be told this: never an older state of a task after a newer one, which may come by two ways.
    /// The same version again is news while a task waits, for it moves up in the queue without being stored.
    fn is_news(&mut self, event: &Event) -> bool {
        let Event::Task(snapshot) = event else { return true };
        let row = &snapshot.row;
        let known = self.told.iter().position(|(id, _)| *id == row.id);
        let told = known.and_then(|at| self.told.remove(at));
        let is_news = told
            .as_ref()
            .is_none_or(|(_, version)| *version < row.version || (*version == row.version && snapshot.queue_position.is_some()));
        let version = told.map_or(row.version, |(_, version)| version.max(row.version));
        if self.told.len() == REMEMBERED {
            self.told.pop_front();
        }
        self.told.push_back((row.id.clone(), version));
        is_news
    }
}

/// What was in a mailbox.
enum Taken {
    Event(Event),
    Nothing,
    End,
}

impl Watcher {
    /// Whether an event that came by another way is to be told now: nothing older comes after it.
    pub fn is_news(&self, event: &Event) -> bool {
        self.mailbox.waiting.lock().is_news(event)
    }

    /// The next event; waits for it. None when this watcher had to give way to newer ones.
    pub async fn next(&self) -> Option<Event> {
        loop {
            // The permit of `notify_one` is kept, so an event between the two lines is not missed.
            match self.mailbox.take() {
                Taken::Event(event) => return Some(event),
                Taken::End => return None,
                Taken::Nothing => self.mailbox.arrived.notified().await,
            }
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut watchers = self.events.watchers.lock();
        if let Some(own) = watchers.get_mut(&self.user_id) {
            own.retain(|mailbox| !Arc::ptr_eq(mailbox, &self.mailbox));
            if own.is_empty() {
                watchers.remove(&self.user_id);
            }
        }
    }
}
