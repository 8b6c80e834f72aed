//! A migrated queue and short words for what the tests do with it.

use db::testing::TestDatabase;
use db::{Connection, Error, Migrations};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use jobs::{Job, NewJob, Queue};
use std::time::Duration;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The time in tests that pass their own.
pub const NOW: i64 = 1_000_000;
pub const LEASE: Duration = Duration::from_secs(30);

pub async fn database() -> TestDatabase {
    db::testing::database(Migrations { sqlite: SQLITE, postgres: POSTGRES }).await.unwrap()
}

/// Runs statements in one transaction.
pub async fn with<T: Send + 'static>(db: &TestDatabase, mut work: impl FnMut(&mut Connection) -> QueryResult<T> + Send + 'static) -> T {
    db.write(move |connection| Ok::<_, Error>(work(connection)?)).await.unwrap()
}

pub fn job(queue: Queue, fair_key: &str) -> NewJob {
    NewJob { fair_key: fair_key.to_owned(), ..NewJob::new(queue, "paint", &"a heron").unwrap() }
}

pub async fn enqueue(db: &TestDatabase, job: NewJob) -> bool {
    with(db, move |connection| jobs::enqueue(connection, job.clone(), NOW)).await
}

pub async fn claim(db: &TestDatabase, worker: &'static str, limit: usize) -> Vec<Job> {
    claim_at(db, worker, limit, NOW).await
}

pub async fn claim_at(db: &TestDatabase, worker: &'static str, limit: usize, now: i64) -> Vec<Job> {
    with(db, move |connection| jobs::claim(connection, Queue::Provider, worker, limit, now, LEASE)).await
}

/// Rows in the table, whatever their state.
pub async fn rows(db: &TestDatabase) -> i64 {
    with(db, |connection| jobs::jobs_table::table.count().get_result(connection)).await
}
