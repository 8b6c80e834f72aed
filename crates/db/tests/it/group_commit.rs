//! SQLite's group commit: units that share a transaction do not share each other's faults.
//!
//! A group is made by holding the writer inside a first unit until all others have been queued.

use crate::accounts::{accounts, add, balance, database, insert, insert_committed, names, notes, raw};
use db::testing::{TestDatabase, on_postgres};
use db::{Connection, Database, Error, Options};
use diesel::Connection as _;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use futures::future::{BoxFuture, FutureExt, join_all};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

type Answer = Result<(), Error>;

/// Queues the units behind one that waits, so that they run as one group, and returns their answers in order.
async fn as_one_group(db: &Database, units: Vec<BoxFuture<'_, Answer>>) -> Vec<Answer> {
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let first = db.write(move |_| {
        let _ = may_go_on.lock().unwrap().recv();
        Ok::<_, Error>(())
    });
    let all = std::iter::once(first.boxed()).chain(units);
    let mut all = Box::pin(join_all(all));
    assert!(futures::poll!(&mut all).is_pending());
    drop(go_on);
    all.await.split_off(1)
}

fn unit<'a>(db: &'a Database, mut work: impl FnMut(&mut Connection) -> QueryResult<()> + Send + 'static) -> BoxFuture<'a, Answer> {
    db.write(move |connection| work(connection).map_err(Error::from)).boxed()
}

/// One guilty unit between two neighbours, which must both be there afterwards, once.
async fn between_neighbours(guilty: impl FnMut(&mut Connection) -> QueryResult<()> + Send + 'static) -> Option<(TestDatabase, Answer)> {
    if on_postgres() {
        return None; // Units do not meet there.
    }
    let db = database().await;
    insert_committed(&db, "count").await;
    let before = unit(&db, |connection| add(connection, "count", 1).map(drop));
    let after = unit(&db, |connection| add(connection, "count", 10).map(drop));
    let mut answers = as_one_group(&db, vec![before, unit(&db, guilty), after]).await;
    assert!(answers[0].is_ok() && answers[2].is_ok(), "{answers:?}");
    assert_eq!(balance(&db, "count").await, 11);
    let guilty = answers.remove(1);
    // The writer goes on.
    insert_committed(&db, "later").await;
    Some((db, guilty))
}

#[tokio::test]
async fn a_failing_unit_does_not_disturb_its_neighbours() {
    let failing = |connection: &mut Connection| {
        insert(connection, "guilty")?;
        insert(connection, "guilty").map(drop)
    };
    let Some((db, answer)) = between_neighbours(failing).await else { return };
    assert!(matches!(answer, Err(Error::Query(_))));
    assert_eq!(names(&db).await, ["count", "later"]);
}

#[tokio::test]
async fn a_panicking_unit_does_not_disturb_its_neighbours() {
    let panicking = |connection: &mut Connection| {
        connection.transaction(|connection| {
            insert(connection, "guilty")?;
            panic!("no")
        })
    };
    let Some((db, answer)) = between_neighbours(panicking).await else { return };
    assert!(matches!(answer, Err(Error::Panicked(_))));
    assert_eq!(names(&db).await, ["count", "later"]);
}

#[tokio::test]
async fn after_a_raw_rollback_the_neighbours_run_again_and_the_guilty_fails() {
    let Some((_, answer)) = between_neighbours(|connection| raw(connection, "ROLLBACK")).await else { return };
    assert!(matches!(answer, Err(Error::BrokenTransaction)), "{answer:?}");
}

#[tokio::test]
async fn a_raw_rollback_and_begin_is_found_out_by_the_missing_guard() {
    let forging = |connection: &mut Connection| {
        raw(connection, "ROLLBACK; BEGIN IMMEDIATE; SAVEPOINT diesel_savepoint_1")?;
        insert(connection, "forged").map(drop)
    };
    let Some((db, answer)) = between_neighbours(forging).await else { return };
    assert!(matches!(answer, Err(Error::BrokenTransaction)), "{answer:?}");
    assert_eq!(names(&db).await, ["count", "later"]);
}

#[tokio::test]
async fn a_raw_commit_is_refused_so_that_nobody_is_committed_half() {
    let committing = |connection: &mut Connection| {
        insert(connection, "guilty")?;
        raw(connection, "COMMIT")
    };
    let Some((db, answer)) = between_neighbours(committing).await else { return };
    assert!(matches!(answer, Err(Error::Query(_))), "{answer:?}");
    assert_eq!(names(&db).await, ["count", "later"]);
}

#[tokio::test]
async fn a_raw_begin_that_fails_and_is_swallowed_harms_nobody() {
    let beginning = |connection: &mut Connection| {
        assert!(raw(connection, "BEGIN").is_err());
        Ok(())
    };
    let Some((_, answer)) = between_neighbours(beginning).await else { return };
    assert!(answer.is_ok());
}

#[tokio::test]
async fn a_savepoint_left_open_is_noticed_and_undone() {
    let leaving = |connection: &mut Connection| {
        use diesel::connection::TransactionManager;
        Connection::begin_transaction(connection)?;
        insert(connection, "guilty").map(drop)
    };
    let Some((db, answer)) = between_neighbours(leaving).await else { return };
    assert!(matches!(answer, Err(Error::BrokenTransaction)), "{answer:?}");
    assert_eq!(names(&db).await, ["count", "later"]);
}

#[tokio::test]
async fn when_the_disk_is_full_sqlite_rolls_all_back_and_only_the_large_unit_fails() {
    let filling = |connection: &mut Connection| {
        // The limit belongs to the connection, and ends with it when the group is abandoned.
        raw(connection, "PRAGMA max_page_count = 40")?;
        let row = (accounts::name.eq("x".repeat(1_000_000)), accounts::balance.eq(0));
        diesel::insert_into(accounts::table).values(row).execute(connection).map(drop)
    };
    let Some((db, answer)) = between_neighbours(filling).await else { return };
    let Err(Error::Query(error)) = answer else { panic!("{answer:?}") };
    assert!(error.to_string().contains("full"), "{error}");
    assert_eq!(names(&db).await, ["count", "later"]);
}

#[tokio::test]
async fn a_commit_that_fails_tells_all_of_the_group_and_applies_none() {
    if on_postgres() {
        return;
    }
    let db = database().await;
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let innocent = unit(&db, move |connection| {
        counted.fetch_add(1, Ordering::Relaxed);
        insert(connection, "innocent").map(drop)
    });
    // Our own schemas may not defer a check to the commit; this pragma is the only way left to make one fail.
    let orphan = unit(&db, |connection| {
        raw(connection, "PRAGMA defer_foreign_keys = ON")?;
        let row = (notes::account_id.eq(99), notes::text.eq("orphan"));
        diesel::insert_into(notes::table).values(row).execute(connection).map(drop)
    });
    let answers = as_one_group(&db, vec![innocent, orphan]).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(Error::CommitFailed(_)))), "{answers:?}");
    assert_eq!(runs.load(Ordering::Relaxed), 1, "a unit ran again after COMMIT was sent");
    insert_committed(&db, "later").await;
    assert_eq!(names(&db).await, ["later"]);
}

#[tokio::test]
async fn a_lock_held_by_another_process_is_waited_for() {
    if on_postgres() {
        return;
    }
    let db = database().await;
    let mut outside = SqliteConnection::establish(&db.url).unwrap();
    outside.batch_execute("BEGIN IMMEDIATE").unwrap();
    let mut write = Box::pin(db.write(|connection| Ok::<_, Error>(insert(connection, "a")?)));
    assert!(futures::poll!(&mut write).is_pending());
    outside.batch_execute("INSERT INTO accounts (name, balance) VALUES ('outside', 1); COMMIT").unwrap();
    assert_eq!(write.await.unwrap(), 1);
    assert_eq!(names(&db).await, ["a", "outside"]);
}

#[tokio::test]
async fn nobody_is_answered_before_the_commit() {
    if on_postgres() {
        return;
    }
    let db = database().await;
    let (last_runs, last_is_running) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let early = unit(&db, |connection| insert(connection, "early").map(drop));
    let last = unit(&db, move |_| {
        last_runs.send(()).unwrap();
        let _ = may_go_on.lock().unwrap().recv();
        Ok(())
    });
    let mut both = Box::pin(as_one_group(&db, vec![early, last]));
    assert!(futures::poll!(&mut both).is_pending());
    tokio::task::spawn_blocking(move || last_is_running.recv().unwrap()).await.unwrap();
    // The early unit has run, and yet neither its caller nor any reader knows.
    assert_eq!(names(&db).await, [""; 0]);
    assert!(futures::poll!(&mut both).is_pending());
    go_on.send(()).unwrap();
    assert!(both.await.iter().all(Result::is_ok));
    assert_eq!(names(&db).await, ["early"]);
}

#[tokio::test]
async fn a_group_has_at_most_256_units() {
    if on_postgres() {
        return;
    }
    let db = database().await;
    insert_committed(&db, "count").await;
    // Each unit reads what is committed at that moment through another connection: it is the same for all of
    // one group and grows by the size of the group for the next.
    let seen = Arc::new(Mutex::new(Vec::new()));
    let outside = Arc::new(Mutex::new(SqliteConnection::establish(&db.url).unwrap()));
    let units = (0..600).map(|_| {
        let (seen, outside) = (Arc::clone(&seen), Arc::clone(&outside));
        unit(&db, move |connection| {
            add(connection, "count", 1)?;
            let committed: i64 = accounts::table.select(accounts::balance).first(&mut *outside.lock().unwrap())?;
            seen.lock().unwrap().push(committed);
            Ok(())
        })
    });
    let answers = as_one_group(&db, units.collect()).await;
    assert!(answers.iter().all(Result::is_ok));
    let seen = seen.lock().unwrap();
    for committed in seen.iter() {
        let group = seen.iter().filter(|other| *other == committed).count();
        assert!(group <= 256, "{group} units shared one commit");
    }
    assert!(seen.iter().max() > Some(&0), "all 600 units ran before the first commit");
}

#[tokio::test]
async fn a_damaged_connection_is_replaced_with_all_its_settings() {
    if on_postgres() {
        return;
    }
    let db = database().await;
    let broken = unit(&db, |connection| raw(connection, "ROLLBACK")).await;
    assert!(matches!(broken, Err(Error::BrokenTransaction)));
    let orphan = db.write(|connection| {
        let row = (notes::account_id.eq(99), notes::text.eq("orphan"));
        Ok::<_, Error>(diesel::insert_into(notes::table).values(row).execute(connection)?)
    });
    assert!(orphan.await.is_err(), "foreign keys are no longer checked");
}

#[tokio::test]
async fn writes_of_two_openers_of_one_file_both_arrive() {
    if on_postgres() {
        return;
    }
    let db = database().await;
    insert_committed(&db, "count").await;
    let command = Database::open(Options::new(&db.url)).await.unwrap();
    let adds = (0..100).map(|number| {
        let db = if number % 2 == 0 { &db.db } else { &command };
        db.write(|connection| Ok::<_, Error>(add(connection, "count", 1)?))
    });
    assert!(join_all(adds).await.iter().all(Result::is_ok));
    assert_eq!(balance(&db, "count").await, 100);
}
