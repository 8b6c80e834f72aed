//! Hears what the other processes tell, and looks at the database for it at once: so those who watch here see within
//! milliseconds what is done elsewhere, and work that waits begins. What is not heard is found by the next look that each
//! process takes by itself.

use std::collections::{HashMap, HashSet};

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::app::App;
use crate::models::id::{SessionId, TaskId, UserId};
use crate::services::fleet::{Hint, Progress};

mod pass_on;

use pass_on::PassOn;

/// Most hints that wait to be looked at.
const WAITING: usize = 10_000;

/// Runs until the process ends, also while it stops: others tell what is done until then.
pub async fn hear_hints(app: App) {
    let (heard, mut passing) = (Heard::default(), PassOn::new(app.clone()));
    let listening = app.fleet.listen(|hint| heard.take(&app, hint));
    let looking = async {
        loop {
            heard.arrived.notified().await;
            let waiting = std::mem::take(&mut *heard.waiting.lock());
            if let Err(failure) = passing.pass_on(waiting).await {
                tracing::warn!(?failure, "what another process told could not be looked at");
            }
        }
    };
    tokio::join!(listening, looking);
}

/// What was heard and not yet looked at.
#[derive(Default)]
struct Heard {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Default)]
struct Waiting {
    tasks: HashMap<TaskId, Latest>,
    credits: HashSet<UserId>,
    work: HashSet<TaskId>,
    sessions: HashSet<SessionId>,
    credentials: bool,
}

/// The latest that was heard of a task.
#[derive(Default)]
struct Latest {
    /// It was stored since.
    stored: bool,
    /// How far it is, with the version that says so.
    progress: Option<(i64, Progress)>,
}

impl Heard {
    /// Keeps what concerns this process.
    fn take(&self, app: &App, hint: Hint) {
        match hint {
            Hint::Jobs => return app.worker.wake(),
            Hint::Settings => return app.settings.forget(),
            hint => {
                let mut waiting = self.waiting.lock();
                if !waiting.has_room() || !waiting.keep(app, hint) {
                    return;
                }
            }
        }
        self.arrived.notify_one();
    }
}

impl Waiting {
    fn has_room(&self) -> bool {
        self.tasks.len() + self.credits.len() + self.work.len() + self.sessions.len() < WAITING
    }

    /// False when it does not concern this process.
    fn keep(&mut self, app: &App, hint: Hint) -> bool {
        match hint {
            Hint::Task { user, id, version, progress } if app.events.is_watched(&user) => {
                self.tasks.entry(id).or_default().renew(version, progress);
            }
            Hint::Credits { user } if app.events.is_watched(&user) => drop(self.credits.insert(user)),
            Hint::Work { id } if app.running.has(&id) => drop(self.work.insert(id)),
            Hint::Session { id } => drop(self.sessions.insert(id)),
            Hint::Credentials => self.credentials = true,
            _ => return false,
        }
        true
    }
}

impl Latest {
    fn renew(&mut self, version: i64, progress: Option<Progress>) {
        match progress {
            None => self.stored = true,
            Some(progress) if self.progress.as_ref().is_none_or(|(known, _)| *known < version) => {
                self.progress = Some((version, progress));
            }
            Some(_) => {}
        }
    }
}
