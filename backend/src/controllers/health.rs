//! Whether the process lives and can serve.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use hints::State;
use jobs::WorkerState;
use serde::Serialize;
use tokio::time::timeout;

use crate::app::App;
use crate::services::accounts::setup;

/// How long a part may take to answer: load balancers ask every few seconds and wait about as long.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// Whether the process can serve.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok` or `unavailable`.
    pub status: &'static str,
    /// `ok` or `unavailable`.
    pub database: &'static str,
    /// `ok`, `unavailable`, or `absent` in a process that runs no tasks.
    pub worker: &'static str,
    /// `ok` or `degraded`: with the store gone, pictures are missing but everything else works.
    pub storage: &'static str,
    /// `ok`, `degraded`, or `absent` where none is configured: without it the processes look at the database instead.
    pub redis: &'static str,
    /// Why a part is not `ok`.
    pub reasons: Vec<Reason>,
}

/// Why a part of the process is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The process was asked to stop.
    Stopping,
    /// The database cannot be read, or does not answer in time.
    DatabaseUnreachable,
    /// A thread of this process that serves the database has ended: the process is about to end.
    DatabaseThreadEnded,
    /// The thread that writes has not answered for a while.
    DatabaseWriterSilent,
    /// The worker of this process has ended: the process is about to end.
    WorkerEnded,
    /// The store of pictures cannot be reached.
    StorageUnreachable,
    /// Redis carries no hints.
    RedisUnreachable,
}

impl Reason {
    /// Whether the process can serve all the same.
    fn is_bearable(self) -> bool {
        matches!(self, Reason::StorageUnreachable | Reason::RedisUnreachable)
    }

    /// Whether it is the database that is not as it should be.
    fn is_of_database(self) -> bool {
        matches!(self, Reason::DatabaseUnreachable | Reason::DatabaseThreadEnded | Reason::DatabaseWriterSilent)
    }
}

/// The process lives.
#[utoipa::path(get, operation_id = "getLiveness", path = "/healthz", tag = "ops", responses((status = 200, body = str)))]
pub async fn live() -> &'static str {
    "ok"
}

/// The process can serve: red for the database, for the worker of this process, and once it has been asked to stop.
#[utoipa::path(get, operation_id = "getReadiness", path = "/readyz", tag = "ops", responses((status = 200, body = Health), (status = 503, body = Health)))]
pub async fn ready(axum::extract::State(app): axum::extract::State<App>) -> (StatusCode, Json<Health>) {
    let reasons = reasons(&app).await;
    let ready = reasons.iter().all(|reason| reason.is_bearable());
    let word = |good: bool, bad: &'static str| if good { "ok" } else { bad };
    let worker = match app.worker_health.state() {
        WorkerState::Absent => "absent",
        WorkerState::Well => "ok",
        WorkerState::Gone => "unavailable",
    };
    let health = Health {
        status: word(ready, "unavailable"),
        database: word(!reasons.iter().any(|reason| reason.is_of_database()), "unavailable"),
        worker,
        storage: word(!reasons.contains(&Reason::StorageUnreachable), "degraded"),
        redis: match app.fleet.state() {
            State::Absent => "absent",
            State::Well => "ok",
            State::Away => "degraded",
        },
        reasons,
    };
    (if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(health))
}

async fn reasons(app: &App) -> Vec<Reason> {
    let (read, stored) = tokio::join!(timeout(ANSWERS_WITHIN, setup::required(app)), timeout(ANSWERS_WITHIN, app.store.is_reachable()));
    let found = [
        (app.stopping.is_cancelled(), Reason::Stopping),
        (!matches!(read, Ok(Ok(_))), Reason::DatabaseUnreachable),
        (app.database.health() == db::Health::Gone, Reason::DatabaseThreadEnded),
        (matches!(app.database.health(), db::Health::Silent(_)), Reason::DatabaseWriterSilent),
        (app.worker_health.state() == WorkerState::Gone, Reason::WorkerEnded),
        (stored != Ok(true), Reason::StorageUnreachable),
        (app.fleet.state() == State::Away, Reason::RedisUnreachable),
    ];
    found.into_iter().filter_map(|(is_so, reason)| is_so.then_some(reason)).collect()
}
