//! What only a server of its own can do to us. These tests pass without doing anything on SQLite.

use crate::accounts::{accounts, add, balance, balance_of, database, insert, insert_committed, names, raw};
use db::testing::on_postgres;
use db::{Database, Error, OpenError, Options};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

#[tokio::test]
async fn two_units_in_deadlock_both_get_through() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    insert_committed(&db, "a").await;
    insert_committed(&db, "b").await;
    // Each locks one row, waits for the other to have locked its own, then asks for the other's. Only the first
    // run of each waits at the barrier.
    let barrier = Arc::new(Barrier::new(2));
    let cross = |first: &'static str, second: &'static str| {
        let (barrier, runs) = (Arc::clone(&barrier), AtomicUsize::new(0));
        db.write(move |connection| {
            add(connection, first, 1)?;
            if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                barrier.wait();
            }
            add(connection, second, 1)?;
            Ok::<_, Error>(())
        })
    };
    let (one, other) = tokio::join!(cross("a", "b"), cross("b", "a"));
    one.unwrap();
    other.unwrap();
    assert_eq!((balance(&db, "a").await, balance(&db, "b").await), (2, 2));
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced_unseen() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    let one = Database::open(Options { pool_size: 1, ..Options::new(&db.url) }).await.unwrap();
    insert_committed(&one, "a").await;
    // All sessions but the one that asks.
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    db.write(move |connection| Ok::<_, Error>(raw(connection, kill)?)).await.unwrap();
    insert_committed(&one, "b").await;
    assert_eq!(names(&one).await, ["a", "b"]);
}

#[tokio::test]
async fn a_connection_lost_within_a_unit_reruns_it() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    let runs = AtomicUsize::new(0);
    db.write(move |connection| {
        insert(connection, "a")?;
        if runs.fetch_add(1, Ordering::Relaxed) == 0 {
            raw(connection, "SELECT pg_terminate_backend(pg_backend_pid())")?;
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(names(&db).await, ["a"]);
}

#[tokio::test]
async fn a_statement_has_its_time_and_no_more() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    let options = Options { statement_timeout: Duration::from_millis(50), ..Options::new(&db.url) };
    let impatient = Database::open(options).await.unwrap();
    let slept = impatient.read(|connection| Ok::<_, Error>(raw(connection, "SELECT pg_sleep(60)")?)).await;
    let Err(Error::Query(error)) = slept else { panic!("{slept:?}") };
    assert!(error.to_string().contains("statement timeout"), "{error}");
}

#[tokio::test]
async fn whoever_stops_in_the_middle_holds_a_row_for_less_time_than_others_wait_for_it() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    insert_committed(&db, "a").await;
    let impatient = Database::open(Options { statement_timeout: Duration::from_millis(500), ..Options::new(&db.url) }).await.unwrap();
    let (locked, is_locked) = std::sync::mpsc::channel();
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let paused = impatient.write(move |connection| {
        add(connection, "a", 1)?;
        locked.send(()).unwrap();
        may_go_on.lock().unwrap().recv().unwrap();
        add(connection, "a", 1)?;
        Ok::<_, Error>(())
    });
    let other = async {
        is_locked.recv_timeout(Duration::from_secs(60)).unwrap();
        // Asked with the time that everybody has, and answered before it is over.
        impatient.write(|connection| Ok::<_, Error>(add(connection, "a", 10)?)).await.unwrap();
        // For the first try, which has lost its connection, and the second.
        go_on.send(()).unwrap();
        go_on.send(()).unwrap();
    };
    let (paused, ()) = tokio::join!(paused, other);
    paused.unwrap();
    assert_eq!(balance(&db, "a").await, 12);
}

#[tokio::test]
async fn a_query_has_its_time_and_no_more_and_finds_a_new_connection() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    insert_committed(&db, "a").await;
    let options = Options { pool_size: 1, statement_timeout: Duration::from_millis(50), ..Options::new(&db.url) };
    let impatient = Database::open(options).await.unwrap();
    let slept = impatient.query(|connection| Ok::<_, Error>(raw(connection, "SELECT pg_sleep(60)")?)).await;
    let Err(Error::Query(error)) = slept else { panic!("{slept:?}") };
    assert!(error.to_string().contains("statement timeout"), "{error}");
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    db.write(move |connection| Ok::<_, Error>(raw(connection, kill)?)).await.unwrap();
    assert_eq!(impatient.query(|connection| Ok::<_, Error>(balance_of(connection, "a")?)).await.unwrap(), 0);
}

#[tokio::test]
async fn units_of_one_key_take_turns_and_leave_the_other_connections_to_others() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    let at_once = Arc::new(AtomicUsize::new(0));
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    let may_go_on = Arc::new(std::sync::Mutex::new(may_go_on));
    // More than the pool has connections; the first waits until somebody else has been served.
    let burst = (0..6).map(|_| {
        let (at_once, may_go_on) = (Arc::clone(&at_once), Arc::clone(&may_go_on));
        db.write_in_turn("ann", move |_| {
            assert_eq!(at_once.fetch_add(1, Ordering::SeqCst), 0, "two of one key at the same time");
            let _ = may_go_on.lock().unwrap().recv();
            at_once.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, Error>(())
        })
    });
    let mut burst = Box::pin(futures::future::join_all(burst));
    assert!(futures::poll!(&mut burst).is_pending());
    insert_committed(&db, "b").await;
    drop(go_on);
    assert!(burst.await.into_iter().all(|ended| ended.is_ok()));
}

#[tokio::test]
async fn an_update_is_prepared_once_for_each_connection() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    insert_committed(&db, "a").await;
    let prepared = db.write(|connection| {
        for balance in 1..10_i64 {
            let change = diesel::update(accounts::table.filter(accounts::name.eq("a"))).set(accounts::balance.eq(balance));
            assert_eq!(db::execute!(connection, change)?, 1);
        }
        let kept = "(SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE 'UPDATE%')";
        Ok::<_, Error>(diesel::select(sql::<BigInt>(kept)).get_result::<i64>(connection)?)
    });
    assert_eq!(prepared.await.unwrap(), 1);
}

#[tokio::test]
async fn a_swallowed_error_is_not_taken_for_a_commit() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    insert_committed(&db, "a").await;
    let swallowed = db.write(|connection| {
        insert(connection, "b")?;
        // The server aborts the transaction here and answers its COMMIT with a silent rollback.
        drop(insert(connection, "a"));
        Ok::<_, Error>(())
    });
    assert!(matches!(swallowed.await, Err(Error::BrokenTransaction)));
    assert_eq!(names(&db).await, ["a"]);
}

#[tokio::test]
async fn an_error_inside_a_nested_transaction_may_be_swallowed() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    insert_committed(&db, "a").await;
    db.write(|connection| {
        insert(connection, "b")?;
        drop(connection.transaction(|connection| insert(connection, "a")));
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(names(&db).await, ["a", "b"]);
}

#[tokio::test]
async fn raw_transaction_words_break_only_their_own_unit() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    for words in ["ROLLBACK", "COMMIT"] {
        let broken = db.write(move |connection| Ok::<_, Error>(raw(connection, words)?)).await;
        assert!(matches!(broken, Err(Error::BrokenTransaction)), "{words}: {broken:?}");
    }
    insert_committed(&db, "a").await;
}

#[tokio::test]
async fn serialisation_failures_are_rerun() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    insert_committed(&db, "a").await;
    let adds = (0..3).map(|_| {
        db.write(|connection| {
            raw(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
            let balance = balance_of(connection, "a")?;
            diesel::update(accounts::table).set(accounts::balance.eq(balance + 1)).execute(connection)?;
            Ok::<_, Error>(())
        })
    });
    // Three at once, three tries each: the last has at most two to lose to.
    for added in futures::future::join_all(adds).await {
        added.unwrap();
    }
    assert_eq!(balance(&db, "a").await, 3);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_at_once() {
    let refused = Database::open(Options::new("postgresql://nobody:hidden@127.0.0.1:1/none")).await;
    let Err(OpenError::Connect(reason)) = refused else { panic!("connected to nothing") };
    assert!(!reason.contains("hidden"), "{reason}");
}
