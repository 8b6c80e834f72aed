//! Live events: each watcher gets the changes of its own account. A watcher that reads slowly holds no more than
//! the newest state of each task; nothing is stored, and on every connect the state is sent afresh.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::credits;
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

/// Who watches what.
#[derive(Clone, Default)]
pub struct Events {
    watchers: Arc<Mutex<HashMap<UserId, Vec<Arc<Mailbox>>>>>,
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

    /// Tells a task's owner how it stands.
    pub fn publish_task(&self, snapshot: Box<Snapshot>) {
        let Ok(owner) = snapshot.row.owner() else { return };
        let slot = Slot::Task(snapshot.row.id.clone());
        self.publish(&owner, &slot, &Event::Task(snapshot));
    }

    /// Tells an account that a task is gone.
    pub fn publish_deleted(&self, user_id: &UserId, id: &TaskId) {
        self.publish(user_id, &Slot::Task(id.to_string()), &Event::Deleted(id.clone()));
    }

    /// Tells an account its balance, reading it only if anybody watches.
    ///
    /// # Errors
    /// When the balance cannot be read.
    pub async fn publish_credits(&self, app: &App, user_id: &UserId) -> Result<(), Failure> {
        if !self.is_watched(user_id) {
            return Ok(());
        }
        let balance = credits::balance(app, user_id).await?;
        self.publish(user_id, &Slot::Credits, &Event::Credits(balance));
        Ok(())
    }

    fn publish(&self, user_id: &UserId, slot: &Slot, event: &Event) {
        let watchers = self.watchers.lock().get(user_id).cloned().unwrap_or_default();
        for mailbox in watchers {
            mailbox.put(slot.clone(), event.clone());
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
        match waiting.order.pop_front().and_then(|slot| waiting.events.remove(&slot)) {
            Some(event) => Taken::Event(event),
            None if waiting.closed => Taken::End,
            None => Taken::Nothing,
        }
    }
}

/// What was in a mailbox.
enum Taken {
    Event(Event),
    Nothing,
    End,
}

impl Watcher {
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
