//! One round of the queue on PostgreSQL for `bench/queue/run.sh`, which compares it with others:
//! `queue_round JOBS SINGLES CALLERS [apart]`, with `DATABASE_URL` of an empty database.
//!
//! Prints `{"enqueued_per_s","ran_per_s"}`: jobs enqueued one by one by CALLERS at a time, each durable when it is
//! answered, and jobs that do nothing claimed, run and ended: together, or each in a transaction of its own, as a job with
//! an effect is.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measuring tool prints and may stop at any fault")]

use db::{Database, Error, Migrations, Options};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use futures::future::join_all;
use jobs::{NewJob, Outcome, Queue, Worker, now_ms};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
/// As many as the peers take into their process at once.
const SLOTS: usize = 500;

fn job(owner: usize) -> NewJob {
    NewJob { fair_key: format!("user {owner}"), ..NewJob::new(Queue::Provider, "paint", &"a heron").unwrap() }
}

async fn enqueue(db: &Database, owners: std::ops::Range<usize>) {
    let enqueue = move |connection: &mut db::Connection| {
        owners.clone().try_for_each(|owner| jobs::enqueue(connection, job(owner), now_ms()).map(drop)).map_err(Error::from)
    };
    db.write(enqueue).await.unwrap();
}

fn per_second(count: usize, started: Instant) -> u64 {
    (count as f64 / started.elapsed().as_secs_f64()) as u64
}

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let apart = words.get(3).is_some_and(|word| word == "apart");
    let numbers: Vec<usize> = words.iter().take(3).map(|number| number.parse().unwrap()).collect();
    let [jobs, singles, callers] = numbers[..] else { panic!("JOBS SINGLES CALLERS") };
    let pool_size = u32::try_from(callers).unwrap();
    let db = Database::open(Options { pool_size, ..Options::new(std::env::var("DATABASE_URL").unwrap()) }).await.unwrap();
    db.migrate(Migrations { sqlite: SQLITE, postgres: POSTGRES }).await.unwrap();

    let started = Instant::now();
    join_all((0..callers).map(|caller| {
        let db = db.clone();
        async move {
            for number in (caller..singles).step_by(callers) {
                enqueue(&db, number..number + 1).await;
            }
        }
    }))
    .await;
    let enqueued_per_s = per_second(singles, started);
    enqueue(&db, singles..jobs).await;

    let (left, done) = (Arc::new(AtomicUsize::new(jobs)), Arc::new(Notify::new()));
    let (finished, handler) = (Arc::clone(&done), db.clone());
    let worker = Worker::builder(db.clone(), "bench").slots(Queue::Provider, SLOTS).handler("paint", move |context, _| {
        let (db, left, finished) = (handler.clone(), Arc::clone(&left), Arc::clone(&finished));
        async move {
            if apart {
                let fence = context.fence;
                assert!(db.write(move |connection| Ok::<_, Error>(jobs::finish(connection, &fence)?)).await.unwrap());
            }
            if left.fetch_sub(1, Relaxed) == 1 {
                finished.notify_one();
            }
            if apart { Outcome::Done } else { Outcome::Finish }
        }
    });
    let started = Instant::now();
    let running = worker.build().start();
    done.notified().await;
    running.drain(Duration::from_secs(5)).await.unwrap();
    let ran_per_s = per_second(jobs, started);
    db.close().await;
    println!("{{\"enqueued_per_s\":{enqueued_per_s},\"ran_per_s\":{ran_per_s}}}");
}
