//! Jobs without an effect to be bound to: the worker ends them together.

use crate::setup::{claim_at, enqueue, job, rows, with};
use db::testing::TestDatabase;
use futures::future::join_all;
use jobs::{Outcome, Queue, Worker, now_ms};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Barrier, Notify};

#[tokio::test]
async fn jobs_that_end_at_the_same_time_all_leave_no_row() {
    let db = crate::effects::database_with_effects().await;
    let together = Arc::new(Barrier::new(21));
    let barrier = Arc::clone(&together);
    let worker = Worker::builder(db.db.clone(), "w").slots(Queue::Provider, 20).handler("paint", move |_, _| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            Outcome::Finish
        }
    });
    join_all((0..20).map(|_| enqueue(&db, job(Queue::Provider, "a")))).await;
    let running = worker.build().start();
    together.wait().await;
    running.drain(Duration::from_secs(25)).await.unwrap();
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn the_end_of_a_run_that_lost_its_lease_leaves_the_next_run_its_job() {
    let db: TestDatabase = crate::effects::database_with_effects().await;
    let (started, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (start, wait) = (Arc::clone(&started), Arc::clone(&go_on));
    let worker = Worker::builder(db.db.clone(), "slow").slots(Queue::Provider, 1).handler("paint", move |_, _| {
        let (start, wait) = (Arc::clone(&start), Arc::clone(&wait));
        async move {
            start.notify_one();
            wait.notified().await;
            Outcome::Finish
        }
    });
    enqueue(&db, job(Queue::Provider, "a")).await;
    let running = worker.poll(Duration::from_secs(3_600)).build().start();
    started.notified().await;
    // As if its lease had run out while the machine slept.
    with(&db, |connection| jobs::reclaim(connection, "slow")).await;
    let fence = claim_at(&db, "fast", 1, now_ms()).await[0].fence();
    go_on.notify_one();
    running.drain(Duration::from_secs(25)).await.unwrap();
    assert_eq!(rows(&db).await, 1);
    assert!(with(&db, move |connection| jobs::finish(connection, &fence)).await);
}
