//! What both doors promise on both databases.

use crate::accounts::{accounts, add, balance, balance_of, database, insert, insert_committed, names, raw};
use db::testing::on_postgres;
use db::{Backend, Connection, Database, Error, Options, is_check_violation, unique_violation, unique_violation_on};
use diesel::prelude::*;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::sync::mpsc;
use std::time::Duration;

#[tokio::test]
async fn a_committed_write_is_read_by_everyone() {
    let db = database().await;
    insert_committed(&db, "a").await;
    assert_eq!(names(&db).await, ["a"]);
    assert_eq!(db.backend() == Backend::Postgres, on_postgres());
}

#[tokio::test]
async fn a_unit_that_fails_leaves_nothing_and_its_error_reaches_the_caller() {
    #[derive(Debug, thiserror::Error)]
    enum Own {
        #[error("refused")]
        Refused,
        #[error(transparent)]
        Db(#[from] Error),
    }
    let db = database().await;
    let failed = db.write(|connection| {
        insert(connection, "a").map_err(Error::from)?;
        Err::<(), Own>(Own::Refused)
    });
    assert!(matches!(failed.await, Err(Own::Refused)));
    assert_eq!(names(&db).await, [""; 0]);
}

#[tokio::test]
async fn a_unit_that_panics_leaves_nothing_and_says_so() {
    let db = database().await;
    let panicked = db.write(|connection| {
        connection.transaction(|connection| {
            insert(connection, "a")?;
            panic!("out of ink");
            #[expect(unreachable_code, reason = "gives the closure its type")]
            Ok::<(), Error>(())
        })
    });
    assert!(matches!(panicked.await, Err(Error::Panicked(text)) if text == "out of ink"));
    insert_committed(&db, "b").await;
    assert_eq!(names(&db).await, ["b"]);
}

#[tokio::test]
async fn a_nested_transaction_rolls_back_alone() {
    let db = database().await;
    db.write(|connection| {
        insert(connection, "outer")?;
        let inner: Result<(), diesel::result::Error> = connection.transaction(|connection| {
            insert(connection, "inner")?;
            Err(diesel::result::Error::RollbackTransaction)
        });
        assert!(inner.is_err());
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(names(&db).await, ["outer"]);
}

#[tokio::test]
async fn a_unit_whose_caller_went_away_is_done_all_the_same() {
    let db = database().await;
    let (started, has_started) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let caller = tokio::spawn({
        let db = db.db.clone();
        async move {
            db.write(move |connection| {
                started.send(()).unwrap();
                may_go_on.lock().unwrap().recv().unwrap();
                Ok::<_, Error>(insert(connection, "a")?)
            })
            .await
        }
    });
    tokio::task::spawn_blocking(move || has_started.recv().unwrap()).await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    go_on.send(()).unwrap();
    insert_committed(&db, "b").await;
    // On PostgreSQL the other connection may be ahead of the first; closing waits for both.
    let url = db.url.clone();
    db.db.clone().close().await;
    let db_again = Database::open(Options::new(url)).await.unwrap();
    assert_eq!(names(&db_again).await, ["a", "b"]);
}

#[tokio::test]
async fn concurrent_guarded_updates_lose_nothing() {
    let db = database().await;
    insert_committed(&db, "a").await;
    let adds = (0..200).map(|_| db.write(|connection| Ok::<_, Error>(add(connection, "a", 1)?)));
    for added in futures::future::join_all(adds).await {
        assert_eq!(added.unwrap(), 1);
    }
    assert_eq!(balance(&db, "a").await, 200);
}

#[tokio::test]
async fn a_read_sees_one_moment_however_many_statements_it_has() {
    let db = database().await;
    insert_committed(&db, "a").await;
    let (first_read, was_read) = mpsc::channel();
    let (written, was_written) = mpsc::channel();
    let was_written = std::sync::Mutex::new(was_written);
    let reading = tokio::spawn({
        let db = db.db.clone();
        async move {
            db.read(move |connection| {
                let before = balance_of(connection, "a")?;
                first_read.send(()).unwrap();
                was_written.lock().unwrap().recv().unwrap();
                Ok::<_, Error>((before, balance_of(connection, "a")?))
            })
            .await
        }
    });
    tokio::task::spawn_blocking(move || was_read.recv().unwrap()).await.unwrap();
    db.write(|connection| Ok::<_, Error>(add(connection, "a", 5)?)).await.unwrap();
    written.send(()).unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), (0, 0));
    assert_eq!(balance(&db, "a").await, 5);
}

#[tokio::test]
async fn a_read_cannot_write() {
    let db = database().await;
    let written = db.read(|connection| Ok::<_, Error>(insert(connection, "a")?)).await;
    assert!(matches!(written, Err(Error::Query(_))), "{written:?}");
}

#[tokio::test]
async fn violations_are_told_apart_on_both_databases() {
    let db = database().await;
    insert_committed(&db, "a").await;
    let twice = db.write(|connection| Ok::<_, Error>(insert(connection, "a")?)).await;
    let Err(Error::Query(twice)) = twice else { panic!("{twice:?}") };
    let expected = if on_postgres() { "accounts_name_key" } else { "accounts.name" };
    assert_eq!(unique_violation(&twice), Some(expected));
    assert!(unique_violation_on(&twice, "accounts", &["name"]));
    assert!(!unique_violation_on(&twice, "accounts", &["balance"]));
    assert!(!is_check_violation(&twice));

    let overdrawn = db.write(|connection| Ok::<_, Error>(add(connection, "a", -1)?)).await;
    let Err(Error::Query(overdrawn)) = overdrawn else { panic!("{overdrawn:?}") };
    assert!(is_check_violation(&overdrawn));
    assert_eq!(unique_violation(&overdrawn), None);
}

#[tokio::test]
async fn insert_or_ignore_counts_what_it_inserted() {
    fn keep(connection: &mut Connection) -> QueryResult<usize> {
        let row = (accounts::name.eq("a"), accounts::balance.eq(0));
        db::insert_or_ignore!(connection, diesel::insert_into(accounts::table).values(row))
    }
    let db = database().await;
    let inserted = db.write(|connection| Ok::<_, Error>((keep(connection)?, keep(connection)?))).await;
    assert_eq!(inserted.unwrap(), (1, 0));
}

#[tokio::test]
async fn a_row_read_for_update_cannot_change_before_the_unit_ends() {
    async fn add_slowly(db: &Database) {
        db.write(|connection| {
            let query = accounts::table.filter(accounts::name.eq("a")).select(accounts::balance);
            let balance: i64 = db::get_for_update!(connection, query)?;
            diesel::update(accounts::table).set(accounts::balance.eq(balance + 1)).execute(connection)?;
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    }
    let db = database().await;
    insert_committed(&db, "a").await;
    futures::future::join_all((0..50).map(|_| add_slowly(&db))).await;
    assert_eq!(balance(&db, "a").await, 50);
}

#[tokio::test]
async fn who_gets_no_permit_in_time_hears_overloaded_and_never_runs() {
    let db = database().await;
    let options = Options { pool_size: 1, permit_timeout: Duration::ZERO, ..Options::new(&db.url) };
    let full = Database::open(options).await.unwrap();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = std::sync::Arc::new(std::sync::Mutex::new(may_go_on));
    // More than every door lets in: 2,048 on SQLite, two for the one connection on PostgreSQL.
    let (many, admitted) = if on_postgres() { (10, 2) } else { (3_000, 2_048) };
    let mut waiting: FuturesUnordered<_> = (0..many)
        .map(|number| {
            let may_go_on = std::sync::Arc::clone(&may_go_on);
            full.write(move |connection| {
                // The first waits here until all others have asked; then the sender is gone and nobody waits.
                let _ = may_go_on.lock().unwrap().recv();
                Ok::<_, Error>(insert(connection, &format!("{number:04}"))?)
            })
        })
        .collect();
    for _ in admitted..many {
        assert!(matches!(waiting.next().await, Some(Err(Error::Overloaded))));
    }
    drop(go_on);
    while let Some(answer) = waiting.next().await {
        assert_eq!(answer.unwrap(), 1);
    }
    assert_eq!(names(&db).await.len(), admitted);
}

#[tokio::test]
async fn closing_serves_what_waits_and_refuses_what_comes_later() {
    let db = database().await;
    let clone = db.db.clone();
    let mut writes =
        Box::pin(futures::future::join_all((0..2).map(|number| clone.write(move |c| Ok::<_, Error>(insert(c, &number.to_string())?)))));
    assert!(futures::poll!(&mut writes).is_pending());
    db.db.clone().close().await;
    assert!(writes.await.iter().all(Result::is_ok));

    let late = db.write(|connection| Ok::<_, Error>(insert(connection, "late")?)).await;
    assert!(matches!(late, Err(Error::Closed)) && Error::Closed.is_temporary());
    let late = db.read(|connection| Ok::<_, Error>(balance_of(connection, "0")?)).await;
    assert!(matches!(late, Err(Error::Closed)));
}

#[tokio::test]
async fn a_query_is_one_statement_that_reads() {
    let db = database().await;
    insert_committed(&db, "a").await;
    assert_eq!(db.query(|connection| Ok::<_, Error>(balance_of(connection, "a")?)).await.unwrap(), 0);
    let written = db.query(|connection| Ok::<_, Error>(insert(connection, "b")?)).await;
    assert!(matches!(written, Err(Error::Query(_))), "{written:?}");
    let two = db.query(|connection| Ok::<_, Error>((balance_of(connection, "a")?, balance_of(connection, "a")?))).await;
    assert!(matches!(two, Err(Error::SecondStatement)), "{two:?}");
    assert_eq!(names(&db).await, ["a"]);
}

#[tokio::test]
async fn a_query_that_fails_leaves_its_connection_as_it_was() {
    let db = database().await;
    let one = Database::open(Options { pool_size: 1, ..Options::new(&db.url) }).await.unwrap();
    let failed = one.query(|connection| Ok::<_, Error>(raw(connection, "SELECT no_such_column FROM accounts")?)).await;
    assert!(matches!(failed, Err(Error::Query(_))), "{failed:?}");
    insert_committed(&one, "a").await;
    assert_eq!(names(&one).await, ["a"]);
}

#[tokio::test]
async fn statements_run_together_take_effect_together() {
    fn both(connection: &mut Connection, first: &str, second: &str) -> QueryResult<usize> {
        let row = |name: &str| (accounts::name.eq(name.to_owned()), accounts::balance.eq(1));
        let other = diesel::insert_into(accounts::table).values(row(second)).on_conflict_do_nothing();
        db::together!(connection, [diesel::insert_into(accounts::table).values(row(first))], other)
    }
    let db = database().await;
    assert_eq!(db.write(|connection| Ok::<_, Error>(both(connection, "a", "b")?)).await.unwrap(), 1);
    assert_eq!(db.write(|connection| Ok::<_, Error>(both(connection, "c", "b")?)).await.unwrap(), 0, "the last touched nothing");
    let failed = db.write(|connection| Ok::<_, Error>(both(connection, "a", "d")?)).await;
    let Err(Error::Query(taken)) = failed else { panic!("{failed:?}") };
    assert!(unique_violation_on(&taken, "accounts", &["name"]));
    assert_eq!(names(&db).await, ["a", "b", "c"]);
}
