//! What is told of the threads behind the doors.

use crate::accounts::{database, insert, insert_committed};
use db::testing::{end_writer, on_postgres};
use db::{Error, Health};

#[tokio::test]
async fn a_database_at_work_is_well_and_one_that_was_closed_is_not_lost() {
    let db = database().await;
    insert_committed(&db, "a").await;
    assert_eq!(db.health(), Health::Well);
    let closed = db.db.clone();
    db.db.clone().close().await;
    assert_eq!(closed.health(), Health::Well);
    assert!(futures::poll!(Box::pin(closed.gone())).is_pending());
}

#[tokio::test]
async fn the_end_of_a_thread_is_told_and_nobody_waits_for_it() {
    let db = database().await;
    insert_committed(&db, "a").await;
    end_writer(&db).await;
    assert_eq!(db.health(), Health::Gone);
    db.gone().await;
    if on_postgres() {
        return; // The other threads go on.
    }
    let refused = db.write(|connection| Ok::<_, Error>(insert(connection, "b")?)).await;
    assert!(matches!(refused, Err(Error::Closed)), "{refused:?}");
    assert_eq!(crate::accounts::names(&db).await, ["a"]);
}
