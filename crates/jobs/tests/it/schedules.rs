//! Jobs that come again.

use crate::effects::{database_with_effects, done, effects};
use crate::setup::{NOW, job, rows};
use db::testing::TestDatabase;
use jobs::{Queue, Worker};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

fn sweeper(db: &TestDatabase, identity: &str, clock: &Arc<AtomicI64>) -> Worker {
    let (handler, clock) = (db.db.clone(), Arc::clone(clock));
    Worker::builder(db.db.clone(), identity)
        .slots(Queue::Provider, 1)
        .clock(move || clock.load(Relaxed))
        .schedule("sweep", MINUTE, job(Queue::Provider, ""))
        .handler("paint", move |context, _| {
            let db = handler.clone();
            async move { done(&db, &context, "swept").await }
        })
        .build()
}

#[tokio::test]
async fn two_workers_run_a_scheduled_job_once_for_each_tick() {
    let db = database_with_effects().await;
    // Neither clock is quite right, and the second is behind.
    let clocks = [NOW + 7, NOW].map(|now| Arc::new(AtomicI64::new(now)));
    let workers = [("one", 0), ("two", 1)].map(|(name, clock)| sweeper(&db, name, &clocks[clock]));
    for tick in 1..=3 {
        for _ in 0..3 {
            let both = workers.each_ref().map(Worker::enqueue_scheduled);
            for enqueued in futures::future::join_all(both).await {
                enqueued.unwrap();
            }
            for worker in &workers {
                worker.run_pending().await.unwrap();
            }
        }
        assert_eq!(effects(&db).await.len(), tick);
        for clock in &clocks {
            clock.fetch_add(60_000, Relaxed);
        }
    }
}

#[tokio::test]
async fn a_tick_is_left_out_while_the_job_of_the_last_one_waits() {
    let db = database_with_effects().await;
    let clock = Arc::new(AtomicI64::new(NOW));
    let worker = sweeper(&db, "one", &clock);
    for _ in 0..3 {
        worker.enqueue_scheduled().await.unwrap();
        clock.fetch_add(60_000, Relaxed);
    }
    assert_eq!(rows(&db).await, 1);
}

#[tokio::test]
async fn ticks_missed_while_nothing_ran_are_made_up_for_once() {
    let db = database_with_effects().await;
    let clock = Arc::new(AtomicI64::new(NOW));
    let worker = sweeper(&db, "one", &clock);
    for _ in 0..2 {
        worker.enqueue_scheduled().await.unwrap();
        worker.run_pending().await.unwrap();
        clock.fetch_add(50 * 60_000, Relaxed);
    }
    assert_eq!(effects(&db).await.len(), 2);
}
