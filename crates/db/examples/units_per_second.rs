//! Measures durable units per second through the doors:
//! `cargo run --release -p db --example units_per_second -- [address] [writers] [seconds]`.
//!
//! A *small* unit is one guarded debit; a *create* is a debit and three inserts, as when a task is admitted.
#![expect(missing_docs, clippy::print_stdout, clippy::unwrap_used, reason = "a measuring tool prints and may stop at any fault")]

use db::{Connection, Database, Error, Options};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

diesel::table! {
    purses (id) {
        id -> BigInt,
        credits -> BigInt,
    }
}

diesel::table! {
    entries (id) {
        id -> Text,
        purse_id -> BigInt,
        text -> Text,
    }
}

const SCHEMA: &str = "
    DROP TABLE IF EXISTS entries;
    DROP TABLE IF EXISTS purses;
    CREATE TABLE purses (id BIGINT PRIMARY KEY, credits BIGINT NOT NULL CHECK (credits >= 0));
    CREATE TABLE entries (id TEXT PRIMARY KEY, purse_id BIGINT NOT NULL, text TEXT NOT NULL);
    CREATE INDEX entries_purse_idx ON entries (purse_id, id);";
const PURSES: i64 = 1_000;

type Work = fn(&mut Connection, u64) -> QueryResult<()>;

fn small(connection: &mut Connection, number: u64) -> QueryResult<()> {
    let purse = i64::try_from(number).unwrap() % PURSES;
    let guarded = purses::table.find(purse).filter(purses::credits.ge(1));
    let left: i64 =
        diesel::update(guarded).set(purses::credits.eq(purses::credits - 1)).returning(purses::credits).get_result(connection)?;
    assert!(left >= 0);
    Ok(())
}

fn create(connection: &mut Connection, number: u64) -> QueryResult<()> {
    small(connection, number)?;
    for part in 0..3 {
        let id = format!("{number:020}-{part}");
        let purse = i64::try_from(number).unwrap() % PURSES;
        let row = (entries::id.eq(id), entries::purse_id.eq(purse), entries::text.eq("a picture of a heron"));
        db::execute!(connection, diesel::insert_into(entries::table).values(row))?;
    }
    Ok(())
}

fn read(connection: &mut Connection, number: u64) -> QueryResult<()> {
    let purse = i64::try_from(number).unwrap() % PURSES;
    purses::table.find(purse).select(purses::credits).first::<i64>(connection).map(drop)
}

async fn measure(db: &Database, name: &str, callers: u64, seconds: u64, reading: bool, work: Work) {
    let stop = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicU64::new(0));
    let latencies = Arc::new(Mutex::new(Vec::new()));
    let started = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (db, stop, done) = (db.clone(), Arc::clone(&stop), Arc::clone(&done));
            let latencies = Arc::clone(&latencies);
            tokio::spawn(async move {
                let mut number = caller * 1_000_000_000;
                let mut own = Vec::new();
                while !stop.load(Relaxed) {
                    number += 1;
                    let asked = Instant::now();
                    let unit = move |connection: &mut Connection| Ok::<_, Error>(work(connection, number)?);
                    if reading {
                        db.read(unit).await.unwrap()
                    } else {
                        db.write(unit).await.unwrap()
                    };
                    own.push(asked.elapsed());
                    done.fetch_add(1, Relaxed);
                }
                latencies.lock().unwrap().extend(own);
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.store(true, Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    let per_second = done.load(Relaxed) as f64 / started.elapsed().as_secs_f64();
    let mut latencies = std::mem::take(&mut *latencies.lock().unwrap());
    latencies.sort_unstable();
    let at = |share: f64| latencies[(latencies.len() as f64 * share) as usize];
    println!("{name:<8}{callers:>4} callers {per_second:>9.0}/s   p50 {:?}, p99 {:?}", at(0.5), at(0.99));
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = tempfile::tempdir().unwrap();
    let file = || folder.path().join("bench.sqlite").to_string_lossy().into_owned();
    let url = arguments.next().unwrap_or_else(file);
    let callers: u64 = arguments.next().map_or(32, |text| text.parse().unwrap());
    let seconds: u64 = arguments.next().map_or(3, |text| text.parse().unwrap());

    let db = Database::open(Options::new(url)).await.unwrap();
    db.write(|connection| {
        connection.batch_execute(SCHEMA)?;
        for purse in 0..PURSES {
            let row = (purses::id.eq(purse), purses::credits.eq(1_000_000_000));
            diesel::insert_into(purses::table).values(row).execute(connection)?;
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    measure(&db, "small", callers, seconds, false, small).await;
    measure(&db, "create", callers, seconds, false, create).await;
    measure(&db, "read", callers, seconds, true, read).await;
    db.close().await;
}
