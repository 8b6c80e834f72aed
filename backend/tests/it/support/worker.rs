//! Workers that die, come late, or never come: claiming a job by hand and running what a worker would run.

use std::time::Duration;

use danqing::database::attempts::{self, By, State};
use danqing::database::schema::task_attempts;
use danqing::database::tasks;
use danqing::database::tasks::RunTimes;
use danqing::error::Failure;
use danqing::jobs::run_task;
use diesel::prelude::*;
use jobs::{Context, Job, Outcome, Queue};
use tokio_util::sync::CancellationToken;

use super::TestApp;

/// The lease of a worker, as in production.
const LEASE: Duration = Duration::from_secs(30);

impl TestApp {
    /// Claims the next task like a worker that does nothing more for now, or never.
    pub async fn claim(&self) -> Option<Job> {
        self.claim_from(Queue::Engine).await
    }

    /// The same for tasks of vendors.
    pub async fn claim_from(&self, queue: Queue) -> Option<Job> {
        let now = self.app.clock.now().0;
        let claimed = self.app.database.write::<_, Failure, _>(move |conn| Ok(jobs::claim(conn, queue, "the dead", 1, now, LEASE)?));
        claimed.await.unwrap().pop()
    }

    /// Begins a task like a worker that then dies.
    pub async fn begin(&self, task: &str) {
        let (task, now) = (task.parse().unwrap(), self.app.clock.now());
        let begun = self.app.database.write::<_, Failure, _>(move |conn| {
            attempts::begin(conn, &task, By { provider: "embedded", model: "span", account: None }, State::Running, now)?;
            let run = RunTimes { first_started_at: now, finish_at: now.after(LEASE) };
            Ok(tasks::start(conn, &task, &run, now)?)
        });
        assert!(begun.await.unwrap());
    }

    /// How each try at a task ended, in order.
    pub async fn attempts(&self, task: &str) -> Vec<String> {
        let task = task.to_owned();
        let states = self.app.database.read::<_, Failure, _>(move |conn| {
            let of_task = task_attempts::table.filter(task_attempts::task_id.eq(&task)).order(task_attempts::attempt);
            Ok(of_task.select(task_attempts::state).load(conn)?)
        });
        states.await.unwrap()
    }

    /// Lets time pass until the leases of dead workers have run out and their jobs are back in line.
    pub async fn let_leases_run_out(&self) -> usize {
        self.pass(LEASE + Duration::from_secs(1));
        let now = self.app.clock.now().0;
        self.app.database.write::<_, Failure, _>(move |conn| Ok(jobs::reclaim_expired(conn, now)?)).await.unwrap()
    }

    /// Does what a worker does that claimed this job, however long ago.
    pub async fn run_late(&self, job: Job) -> Outcome {
        let context = Context {
            fence: job.fence(),
            cancelled: CancellationToken::new(),
            stopping: CancellationToken::new(),
            wake: jobs::Wake::default(),
        };
        run_task::run(self.app.clone(), context, job).await
    }
}
