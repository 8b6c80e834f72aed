//! Measures the queue end to end, every step durable:
//! `cargo run --release -p jobs --example jobs_per_second -- [address] [jobs] [slots]`.
//!
//! Jobs are enqueued one by one by 32 callers; then a worker claims them, and each handler deletes its job in a
//! transaction of its own, as a handler with an effect does.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measuring tool prints and may stop at any fault")]

use db::{Database, Error, Migrations, Options};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use jobs::{NewJob, Outcome, Queue, Worker, now_ms};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const CALLERS: u64 = 32;

async fn enqueue(db: &Database, caller: u64) {
    let job = NewJob { fair_key: format!("user {caller}"), ..NewJob::new(Queue::Provider, "paint", &"x").unwrap() };
    db.write(move |connection| Ok::<_, Error>(jobs::enqueue(connection, job.clone(), now_ms())?)).await.unwrap();
}

fn worker(db: &Database, slots: usize, done: mpsc::UnboundedSender<()>) -> Worker {
    let handler = db.clone();
    Worker::builder(db.clone(), "bench")
        .slots(Queue::Provider, slots)
        .handler("paint", move |context, _| {
            let (db, done) = (handler.clone(), done.clone());
            async move {
                let fence = context.fence;
                let finished = db.write(move |c| Ok::<_, Error>(jobs::finish(c, &fence)?)).await.unwrap();
                assert!(finished);
                done.send(()).unwrap();
                Outcome::Done
            }
        })
        .build()
}

async fn throughput(db: &Database, jobs: u64, slots: usize) {
    let started = Instant::now();
    let callers = (0..CALLERS).map(|caller| {
        let db = db.clone();
        tokio::spawn(async move {
            for _ in 0..jobs / CALLERS {
                enqueue(&db, caller).await;
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    println!("enqueue           {:>8.0}/s", jobs as f64 / started.elapsed().as_secs_f64());

    let (done, mut has_done) = mpsc::unbounded_channel();
    let started = Instant::now();
    let running = worker(db, slots, done).start();
    for _ in 0..jobs / CALLERS * CALLERS {
        has_done.recv().await.unwrap();
    }
    println!("claim and finish  {:>8.0}/s", jobs as f64 / started.elapsed().as_secs_f64());
    running.drain(Duration::from_secs(5)).await.unwrap();
}

/// From the call of `enqueue` to the first line of the handler, one job at a time.
async fn latency(db: &Database) {
    let (started, nanoseconds) = (Arc::new(Notify::new()), Arc::new(AtomicU64::new(0)));
    let epoch = Instant::now();
    let (handler, notify, at) = (db.clone(), Arc::clone(&started), Arc::clone(&nanoseconds));
    let worker = Worker::builder(db.clone(), "bench").slots(Queue::Provider, 1).handler("paint", move |context, _| {
        at.store(u64::try_from(epoch.elapsed().as_nanos()).unwrap(), Relaxed);
        notify.notify_one();
        let (db, fence) = (handler.clone(), context.fence);
        async move {
            db.write(move |c| Ok::<_, Error>(jobs::finish(c, &fence)?)).await.unwrap();
            Outcome::Done
        }
    });
    let running = worker.build().start();
    let mut waits = Vec::new();
    for _ in 0..200 {
        let asked = epoch.elapsed();
        enqueue(db, 0).await;
        running.wake_handle().wake();
        started.notified().await;
        waits.push(Duration::from_nanos(nanoseconds.load(Relaxed)).saturating_sub(asked));
    }
    running.drain(Duration::from_secs(5)).await.unwrap();
    waits.sort_unstable();
    println!("enqueue to start  p50 {:?}, p99 {:?}", waits[100], waits[198]);
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = tempfile::tempdir().unwrap();
    let file = || folder.path().join("bench.sqlite").to_string_lossy().into_owned();
    let url = arguments.next().unwrap_or_else(file);
    let jobs: u64 = arguments.next().map_or(20_000, |text| text.parse().unwrap());
    let slots: usize = arguments.next().map_or(64, |text| text.parse().unwrap());

    let db = Database::open(Options::new(url)).await.unwrap();
    db.migrate(Migrations { sqlite: SQLITE, postgres: POSTGRES }).await.unwrap();
    throughput(&db, jobs, slots).await;
    latency(&db).await;
    db.close().await;
}
