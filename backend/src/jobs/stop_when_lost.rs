//! What a process cannot live on without: a thread of the database, or its worker, that has ended by itself. It is a fault
//! of this program that only a new process mends, so this one ends, and whatever supervises it starts another; see
//! `docs/decisions/a-process-without-its-writer-ends.md`.

use db::Health;
use jobs::WorkerState;

use crate::app::App;
use crate::models::locale::Locale;

/// What was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// A thread of the database: nothing can be written any more.
    Database,
    /// The worker: no task is run any more.
    Worker,
}

impl Lost {
    /// What this process has lost by now.
    pub fn by(app: &App) -> Option<Self> {
        match (app.database.health(), app.worker_health.state()) {
            (Health::Gone, _) => Some(Lost::Database),
            (_, WorkerState::Gone) => Some(Lost::Worker),
            _ => None,
        }
    }

    /// Why the process ended.
    pub const fn sentence(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Lost::Database, Locale::ZhCn) => "数据库线程意外结束，进程已停止；日志中有原因。重新启动即可继续，已接受的任务不会丢失。",
            (Lost::Worker, Locale::ZhCn) => {
                "执行任务的工作循环意外结束，进程已停止；日志中有原因。重新启动即可继续，已接受的任务不会丢失。"
            }
            (Lost::Database, Locale::En) => {
                "a thread of the database has ended by itself; the log says why. Start the server again: no accepted task is lost."
            }
            (Lost::Worker, Locale::En) => {
                "the worker has ended by itself; the log says why. Start the server again: no accepted task is lost."
            }
        }
    }
}

/// Begins the stop when something is lost. Returns once a stop has begun, for whatever reason.
pub async fn stop_when_lost(app: &App) {
    tokio::select! {
        () = app.stopping.cancelled() => return,
        () = app.database.gone() => {}
        () = app.worker_health.gone() => {}
    }
    tracing::error!(lost = ?Lost::by(app), "the process ends, because it cannot go on");
    app.stopping.cancel();
}
