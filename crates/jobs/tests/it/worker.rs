//! The worker: outcomes, panics, crashes, lost leases, waking.

use crate::effects::{database_with_effects, done, effects, record};
use crate::setup::{NOW, claim, claim_at, enqueue, job, rows, with};
use db::testing::TestDatabase;
use diesel::prelude::*;
use jobs::{NewJob, Outcome, Queue, Worker, WorkerBuilder, jobs_table, now_ms};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// A worker on a clock that the test moves.
fn worker(db: &TestDatabase, clock: &Arc<AtomicI64>) -> WorkerBuilder {
    let clock = Arc::clone(clock);
    let recorder = db.db.clone();
    Worker::builder(db.db.clone(), "w").slots(Queue::Provider, 4).clock(move || clock.load(Relaxed)).on_exhausted(
        move |context, _, error| {
            let db = recorder.clone();
            let what = if error.contains("panicked: no ink") { "ended after a panic" } else { "ended" };
            async move { record(&db, context.fence, what).await.map_err(|error| error.to_string()) }
        },
    )
}

fn clock() -> Arc<AtomicI64> {
    Arc::new(AtomicI64::new(NOW))
}

const AN_HOUR: i64 = 3_600_000;

#[tokio::test]
async fn a_finished_job_leaves_its_effect_and_no_row() {
    let db = database_with_effects().await;
    let handler = db.db.clone();
    let worker = worker(&db, &clock())
        .handler("paint", move |context, job| {
            let db = handler.clone();
            async move {
                assert_eq!(job.payload::<String>().unwrap(), "a heron");
                done(&db, &context, "painted").await
            }
        })
        .build();
    for who in ["a", "b"] {
        enqueue(&db, job(Queue::Provider, who)).await;
    }
    assert_eq!(worker.run_pending().await.unwrap(), 2);
    assert_eq!(worker.run_pending().await.unwrap(), 0);
    assert_eq!(effects(&db).await, ["painted", "painted"]);
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn a_panicking_handler_is_tried_again_and_then_ended_by_the_application() {
    let db = database_with_effects().await;
    let (clock, calls) = (clock(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&calls);
    let worker = worker(&db, &clock)
        .handler("paint", move |_, _| {
            counted.fetch_add(1, Relaxed);
            async { panic!("no ink") }
        })
        .build();
    enqueue(&db, NewJob { max_attempts: 3, ..job(Queue::Provider, "a") }).await;
    for attempt in 1..=3 {
        assert_eq!(worker.run_pending().await.unwrap(), 1, "attempt {attempt}");
        assert_eq!(worker.run_pending().await.unwrap(), 0, "it rests after attempt {attempt}");
        clock.fetch_add(AN_HOUR, Relaxed);
    }
    assert_eq!(calls.load(Relaxed), 3);
    assert_eq!(effects(&db).await, ["ended after a panic"]);
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn a_job_that_kills_its_process_each_time_comes_to_its_end() {
    let db = database_with_effects().await;
    let worker = worker(&db, &clock()).handler("paint", |_, _| async { unreachable!() }).build();
    enqueue(&db, NewJob { max_attempts: 3, ..job(Queue::Provider, "a") }).await;
    for _ in 0..3 {
        assert_eq!(claim(&db, "w", 1).await.len(), 1);
        with(&db, |connection| jobs::reclaim(connection, "w")).await;
    }
    assert_eq!(worker.run_pending().await.unwrap(), 1);
    assert_eq!(effects(&db).await, ["ended"]);
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn a_job_whose_end_cannot_be_recorded_stays_until_it_can() {
    let db = database_with_effects().await;
    let (clock, calls) = (clock(), Arc::new(AtomicUsize::new(0)));
    let (counted, recorder) = (Arc::clone(&calls), db.db.clone());
    let worker = worker(&db, &clock)
        .handler("paint", |_, _| async { Outcome::GiveUp { error: "refused".to_owned() } })
        .on_exhausted(move |context, job, error| {
            assert_eq!(error, "refused");
            let (db, call) = (recorder.clone(), counted.fetch_add(1, Relaxed));
            async move {
                match call {
                    0 => Err("the books are closed".to_owned()),
                    1 => panic!("the books burn"),
                    _ => {
                        assert_eq!(job.last_error.as_deref(), Some("refused"));
                        record(&db, context.fence, "ended").await.map_err(|error| error.to_string())
                    }
                }
            }
        })
        .build();
    enqueue(&db, job(Queue::Provider, "a")).await;
    for left in [1, 1, 0] {
        assert_eq!(worker.run_pending().await.unwrap(), 1);
        assert_eq!(rows(&db).await, left);
        clock.fetch_add(AN_HOUR, Relaxed);
    }
    assert_eq!(effects(&db).await, ["ended"]);
}

#[tokio::test]
async fn a_handler_chooses_its_own_rest() {
    let db = database_with_effects().await;
    let clock = clock();
    let again = || Outcome::Retry { after: Some(Duration::from_secs(7)), error: "busy".to_owned() };
    let worker = worker(&db, &clock).handler("paint", move |_, _| async move { again() }).build();
    enqueue(&db, job(Queue::Provider, "a")).await;
    worker.run_pending().await.unwrap();
    let run_at: i64 = with(&db, |connection| jobs_table::table.select(jobs_table::run_at).first(connection)).await;
    assert_eq!(run_at, NOW + 7_000);
}

#[tokio::test]
async fn a_kind_that_only_a_newer_node_knows_is_left_for_it() {
    let db = database_with_effects().await;
    let worker = worker(&db, &clock()).build();
    enqueue(&db, NewJob { max_attempts: 1, ..job(Queue::Provider, "a") }).await;
    assert_eq!(worker.run_pending().await.unwrap(), 1);
    assert_eq!(worker.run_pending().await.unwrap(), 0);
    let (attempt, most): (i32, i32) =
        with(&db, |connection| jobs_table::table.select((jobs_table::attempt, jobs_table::max_attempts)).first(connection)).await;
    assert_eq!((attempt, most), (1, 2));
}

#[tokio::test]
async fn an_enqueued_job_starts_on_waking_without_any_poll() {
    let db = database_with_effects().await;
    let (started, mut has_started) = mpsc::unbounded_channel();
    let handler = db.db.clone();
    let worker = Worker::builder(db.db.clone(), "w")
        .slots(Queue::Provider, 2)
        .poll(Duration::from_secs(3_600))
        .handler("paint", move |context, _| {
            let (db, started) = (handler.clone(), started.clone());
            async move {
                started.send(()).unwrap();
                done(&db, &context, "painted").await
            }
        })
        .build();
    let running = worker.start();
    for _ in 0..5 {
        enqueue(&db, NewJob { run_at: Some(now_ms()), ..job(Queue::Provider, "a") }).await;
        running.wake_handle().wake();
        has_started.recv().await.unwrap();
    }
    assert_eq!(running.drain(Duration::from_secs(25)).await.unwrap(), 0);
    assert_eq!(effects(&db).await.len(), 5);
}

#[tokio::test]
async fn no_more_jobs_run_at_once_than_their_queue_has_slots() {
    let db = database_with_effects().await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (finished, mut has_finished) = mpsc::unbounded_channel();
    let (handler, counted, highest) = (db.db.clone(), Arc::clone(&now), Arc::clone(&most));
    let worker = Worker::builder(db.db.clone(), "w")
        .slots(Queue::Provider, 3)
        .handler("paint", move |context, _| {
            let (db, now, most) = (handler.clone(), Arc::clone(&counted), Arc::clone(&highest));
            let finished = finished.clone();
            async move {
                most.fetch_max(now.fetch_add(1, Relaxed) + 1, Relaxed);
                let outcome = done(&db, &context, "painted").await;
                now.fetch_sub(1, Relaxed);
                finished.send(()).unwrap();
                outcome
            }
        })
        .build();
    let many =
        |connection: &mut db::Connection| (0..40).try_for_each(|_| jobs::enqueue(connection, job(Queue::Provider, "a"), NOW).map(drop));
    with(&db, many).await;
    let running = worker.start();
    for _ in 0..40 {
        has_finished.recv().await.unwrap();
    }
    running.drain(Duration::from_secs(25)).await.unwrap();
    assert_eq!(most.load(Relaxed), 3);
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn slots_that_come_while_it_runs_are_used() {
    let db = database_with_effects().await;
    let (slots, both) = (Arc::new(AtomicUsize::new(1)), Arc::new(tokio::sync::Barrier::new(2)));
    let (started, mut has_started) = mpsc::unbounded_channel();
    let (handler, given) = (db.db.clone(), Arc::clone(&slots));
    let worker = Worker::builder(db.db.clone(), "w")
        .slots_by(Queue::Provider, move || given.load(Relaxed))
        .handler("paint", move |context, _| {
            let (db, both, started) = (handler.clone(), Arc::clone(&both), started.clone());
            async move {
                started.send(()).unwrap();
                // Neither ends before the other has begun.
                both.wait().await;
                done(&db, &context, "painted").await
            }
        })
        .build();
    with(&db, |connection| (0..2).try_for_each(|_| jobs::enqueue(connection, job(Queue::Provider, "a"), NOW).map(drop))).await;
    let running = worker.start();
    has_started.recv().await.unwrap();
    slots.store(2, Relaxed);
    running.wake_handle().wake();
    has_started.recv().await.unwrap();
    assert_eq!(running.drain(Duration::from_secs(25)).await.unwrap(), 0);
    assert_eq!(effects(&db).await.len(), 2);
}

#[tokio::test]
async fn a_started_worker_first_takes_back_what_its_slot_held() {
    let db = database_with_effects().await;
    enqueue(&db, job(Queue::Provider, "a")).await;
    // The process before claimed it for a long time and died.
    assert_eq!(claim(&db, "w", 1).await.len(), 1);
    let (started, mut has_started) = mpsc::unbounded_channel();
    let handler = db.db.clone();
    let worker = Worker::builder(db.db.clone(), "w")
        .slots(Queue::Provider, 1)
        .clock(|| NOW)
        .handler("paint", move |context, job| {
            let (db, started) = (handler.clone(), started.clone());
            async move {
                started.send(job.attempt).unwrap();
                done(&db, &context, "painted").await
            }
        })
        .build();
    let running = worker.start();
    assert_eq!(has_started.recv().await, Some(2));
    running.drain(Duration::from_secs(25)).await.unwrap();
    assert_eq!(effects(&db).await, ["painted"]);
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_is_told_and_its_effect_is_refused() {
    let db = database_with_effects().await;
    let started = Arc::new(Notify::new());
    let (recorded, mut was_recorded) = mpsc::unbounded_channel();
    let (handler, start) = (db.db.clone(), Arc::clone(&started));
    let worker = Worker::builder(db.db.clone(), "slow")
        .slots(Queue::Provider, 1)
        .poll(Duration::from_secs(3_600))
        .lease(Duration::from_millis(300))
        .handler("paint", move |context, _| {
            let (db, started, recorded) = (handler.clone(), Arc::clone(&start), recorded.clone());
            async move {
                started.notify_one();
                context.cancelled.cancelled().await;
                recorded.send(record(&db, context.fence, "painted by the slow one").await.is_ok()).unwrap();
                Outcome::Release
            }
        })
        .build();
    enqueue(&db, job(Queue::Provider, "a")).await;
    let running = worker.start();
    started.notified().await;
    // As if its lease had run out while the machine slept.
    with(&db, |connection| jobs::reclaim(connection, "slow")).await;
    let fence = claim_at(&db, "fast", 1, now_ms()).await[0].fence();
    assert_eq!(was_recorded.recv().await, Some(false));
    record(&db, fence, "painted by the fast one").await.unwrap();
    running.drain(Duration::from_secs(25)).await.unwrap();
    assert_eq!(effects(&db).await, ["painted by the fast one"]);
}

#[tokio::test]
async fn a_job_that_runs_long_keeps_its_lease() {
    async fn lease_end(db: &db::Database, id: i64) -> i64 {
        db.read(move |connection| {
            let end = jobs_table::table.find(id).select(jobs_table::lease_until).first(connection)?;
            Ok::<Option<i64>, db::Error>(end)
        })
        .await
        .unwrap()
        .unwrap()
    }
    let db = database_with_effects().await;
    let (beaten, mut has_beaten) = mpsc::unbounded_channel();
    let handler = db.db.clone();
    let worker = Worker::builder(db.db.clone(), "w")
        .slots(Queue::Provider, 1)
        .lease(Duration::from_millis(300))
        .handler("paint", move |context, _| {
            let (db, beaten) = (handler.clone(), beaten.clone());
            async move {
                // Works for several leases' time, measured by the lease itself.
                let first = lease_end(&db, context.fence.id).await;
                while lease_end(&db, context.fence.id).await < first + 700 {
                    tokio::task::yield_now().await;
                }
                let outcome = done(&db, &context, "painted").await;
                beaten.send((context.cancelled.is_cancelled(), context.fence.attempt)).unwrap();
                outcome
            }
        })
        .build();
    enqueue(&db, job(Queue::Provider, "a")).await;
    let running = worker.start();
    assert_eq!(has_beaten.recv().await, Some((false, 1)));
    running.drain(Duration::from_secs(25)).await.unwrap();
    assert_eq!(effects(&db).await, ["painted"]);
}

#[tokio::test]
async fn jobs_of_a_worker_that_died_elsewhere_are_taken_over_when_the_lease_ends() {
    let db = database_with_effects().await;
    enqueue(&db, job(Queue::Provider, "a")).await;
    // Its lease, on the test's clock, ended long before now.
    assert_eq!(claim(&db, "gone", 1).await.len(), 1);
    let (started, mut has_started) = mpsc::unbounded_channel();
    let handler = db.db.clone();
    let worker = Worker::builder(db.db.clone(), "w")
        .slots(Queue::Provider, 1)
        .poll(Duration::from_secs(3_600))
        .handler("paint", move |context, job| {
            let (db, started) = (handler.clone(), started.clone());
            async move {
                started.send(job.attempt).unwrap();
                done(&db, &context, "painted").await
            }
        })
        .build();
    let running = worker.start();
    assert_eq!(has_started.recv().await, Some(2));
    running.drain(Duration::from_secs(25)).await.unwrap();
}
