//! Graceful stops.

use crate::effects::{database_with_effects, done, effects};
use crate::setup::{NOW, enqueue, job, with};
use db::testing::TestDatabase;
use diesel::prelude::*;
use jobs::{Context, Outcome, Queue, Running, Worker, jobs_table};
use std::future::Future;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// A worker with one job under way in this handler, and another waiting.
async fn one_under_way<R>(db: &TestDatabase, handler: impl Fn(Context) -> R + Clone + Send + Sync + 'static) -> Running
where
    R: Future<Output = Outcome> + Send + 'static,
{
    let (started, mut has_started) = mpsc::unbounded_channel();
    let worker = Worker::builder(db.db.clone(), "w")
        .slots(Queue::Provider, 1)
        .clock(|| NOW)
        .handler("paint", move |context, _| {
            let (started, handler) = (started.clone(), handler.clone());
            async move {
                started.send(()).unwrap();
                handler(context).await
            }
        })
        .build();
    enqueue(db, job(Queue::Provider, "a")).await;
    enqueue(db, job(Queue::Provider, "b")).await;
    let running = worker.start();
    has_started.recv().await.unwrap();
    running
}

/// (attempt, attempts allowed, due) of what is in the table; all of it must be free to claim.
async fn left(db: &TestDatabase) -> Vec<(i32, i32, i64)> {
    with(db, |connection| {
        let leased: i64 = jobs_table::table.filter(jobs_table::lease_until.is_not_null()).count().get_result(connection)?;
        assert_eq!(leased, 0);
        let columns = (jobs_table::attempt, jobs_table::max_attempts, jobs_table::run_at);
        jobs_table::table.order(jobs_table::id).select(columns).load(connection)
    })
    .await
}

#[tokio::test]
async fn a_job_that_can_end_in_time_ends_and_no_other_is_begun() {
    let db = database_with_effects().await;
    let handler = db.db.clone();
    let running = one_under_way(&db, move |context| {
        let db = handler.clone();
        async move {
            context.stopping.cancelled().await;
            done(&db, &context, "painted").await
        }
    })
    .await;
    assert_eq!(running.drain(Duration::from_secs(25)).await.unwrap(), 0);
    assert_eq!(effects(&db).await, ["painted"]);
    assert_eq!(left(&db).await, [(0, 5, NOW)]);
}

#[tokio::test]
async fn a_job_that_listens_hands_itself_back_at_once() {
    let db = database_with_effects().await;
    let running = one_under_way(&db, |context| async move {
        context.stopping.cancelled().await;
        Outcome::Release
    })
    .await;
    assert_eq!(running.drain(Duration::from_secs(25)).await.unwrap(), 0);
    assert_eq!(left(&db).await, [(1, 6, NOW), (0, 5, NOW)]);
}

#[tokio::test]
async fn a_job_that_goes_on_is_cancelled_before_the_deadline() {
    let db = database_with_effects().await;
    let running = one_under_way(&db, |context| async move {
        context.cancelled.cancelled().await;
        Outcome::Release
    })
    .await;
    assert_eq!(running.drain(Duration::from_millis(500)).await.unwrap(), 0);
    assert_eq!(left(&db).await, [(1, 6, NOW), (0, 5, NOW)]);
}

#[tokio::test]
async fn a_deaf_job_is_handed_back_by_the_deadline() {
    let db = database_with_effects().await;
    let running = one_under_way(&db, |_| std::future::pending()).await;
    let asked = Instant::now();
    assert_eq!(running.drain(Duration::from_millis(500)).await.unwrap(), 1);
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert_eq!(left(&db).await, [(1, 6, NOW), (0, 5, NOW)]);
}
