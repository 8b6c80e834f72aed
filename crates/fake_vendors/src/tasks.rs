//! Work that goes on after the first answer. It ends after a number of questions, not after a time, so that tests
//! are exact.

use serde_json::Value;

use crate::fault::{Fault, Faults, Phase};
use crate::picture::Order;
use crate::shop::Shop;
use crate::vendor::Vendor;

/// A piece of work.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub id: String,
    pub vendor: Vendor,
    pub prompt: String,
    pub faults: Faults,
    /// The key it was submitted with.
    pub key: String,
    /// What the vendor needs to answer about it.
    pub detail: Value,
    pub orders: Vec<Order>,
    /// Links to the pictures, for vendors that give links.
    pub links: Vec<String>,
    /// Where to call when it has ended, and the secret for it.
    pub hook: Option<String>,
    pub hook_secret: Option<String>,
    pub polls: u32,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    /// Ended before enough questions came: a webhook said so.
    Ended,
    Cancelled,
}

/// What a question is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Queued,
    Running,
    Done,
    /// Failed by the vendor's fault.
    Failed,
    /// Refused by content rules.
    Refused,
    Cancelled,
    /// Nobody knows the id any longer.
    Lost,
    /// A state that nobody documented.
    Strange,
}

impl Task {
    pub(crate) fn new(shop: &Shop, id: String, prompt: &str, faults: &Faults, orders: Vec<Order>) -> Self {
        Self {
            id,
            vendor: shop.vendor,
            prompt: prompt.to_owned(),
            faults: faults.clone(),
            key: String::new(),
            detail: Value::Null,
            orders,
            links: Vec::new(),
            hook: None,
            hook_secret: None,
            polls: 0,
            state: State::Open,
        }
    }

    /// Publishes the pictures.
    pub(crate) fn linked(mut self, shop: &Shop) -> Self {
        let orders = self.orders.clone().into_iter().enumerate();
        self.links = orders.map(|(index, order)| shop.publish(order, &self.faults, index)).collect();
        self
    }

    /// Where it stands, after so many questions.
    pub(crate) fn stage(&self, needed: u32) -> Stage {
        let forever = self.faults.at(Fault::TaskForever, &[Phase::Poll]);
        let needed = forever.map_or(needed, |polls| u32::try_from(polls).unwrap_or(u32::MAX));
        if self.state == State::Cancelled {
            Stage::Cancelled
        } else if self.faults.has(Fault::TaskLost) {
            Stage::Lost
        } else if self.faults.has(Fault::TaskStrange) {
            Stage::Strange
        } else if forever == Some(0) {
            Stage::Running
        } else if self.state == State::Ended || self.polls >= needed {
            self.end()
        } else if self.polls <= 1 && needed > 2 {
            Stage::Queued
        } else {
            Stage::Running
        }
    }

    /// How it ends.
    fn end(&self) -> Stage {
        if self.faults.has(Fault::TaskFailed) {
            Stage::Failed
        } else if self.faults.has(Fault::Refusal) || self.faults.has(Fault::Refusal200) {
            Stage::Refused
        } else {
            Stage::Done
        }
    }
}

impl Shop {
    /// Keeps a new task.
    pub(crate) fn open(&self, task: Task) {
        self.house.tasks.lock().insert(task.id.clone(), task);
    }

    /// The task and its stage, counted as a question.
    pub(crate) fn ask(&self, id: &str) -> Option<(Task, Stage)> {
        let (task, stage) = {
            let mut tasks = self.house.tasks.lock();
            let task = tasks.get_mut(id).filter(|task| task.vendor == self.vendor)?;
            task.polls += 1;
            (task.clone(), task.stage(self.house.options.polls))
        };
        if matches!(stage, Stage::Done | Stage::Failed | Stage::Refused) {
            self.announce_late(&task);
        }
        Some((task, stage))
    }

    /// The task and its stage, not counted.
    pub(crate) fn look(&self, id: &str) -> Option<(Task, Stage)> {
        let tasks = self.house.tasks.lock();
        let task = tasks.get(id).filter(|task| task.vendor == self.vendor)?;
        Some((task.clone(), task.stage(self.house.options.polls)))
    }

    /// Ends a task from outside; gives its stage before, if it was known.
    pub(crate) fn end(&self, id: &str, state: State) -> Option<Stage> {
        let needed = self.house.options.polls;
        let mut tasks = self.house.tasks.lock();
        let task = tasks.get_mut(id).filter(|task| task.vendor == self.vendor)?;
        let before = task.stage(needed);
        if matches!(before, Stage::Queued | Stage::Running | Stage::Strange) {
            task.state = state;
        }
        Some(before)
    }
}
