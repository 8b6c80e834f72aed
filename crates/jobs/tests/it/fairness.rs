//! Fair share between users.

use crate::setup::{NOW, claim, database, enqueue, job, with};
use db::testing::TestDatabase;
use jobs::Queue;

/// The users whose jobs run next, one slot at a time.
async fn next(db: &TestDatabase, count: usize) -> Vec<String> {
    let mut order = Vec::new();
    for _ in 0..count {
        let job = claim(db, "w", 1).await.remove(0);
        order.push(job.fair_key.clone());
        with(db, move |connection| jobs::finish(connection, &job.fence())).await;
    }
    order
}

async fn enqueue_many(db: &TestDatabase, who: &'static str, count: usize) {
    with(db, move |connection| (0..count).try_for_each(|_| jobs::enqueue(connection, job(Queue::Provider, who), NOW).map(drop))).await;
}

#[tokio::test]
async fn five_hundred_jobs_of_one_user_delay_the_first_of_another_by_two_slots_at_most() {
    // Before anything ran, in the middle, and with two of the five hundred running.
    for (already_done, running) in [(0, 0), (100, 0), (100, 2)] {
        let db = database().await;
        enqueue_many(&db, "busy", 500).await;
        next(&db, already_done).await;
        claim(&db, "other worker", running).await;
        enqueue(&db, job(Queue::Provider, "newcomer")).await;
        let order = next(&db, 3).await;
        assert!(order.contains(&"newcomer".to_owned()), "after {already_done} done, {running} running: {order:?}");
    }
}

#[tokio::test]
async fn users_with_many_jobs_take_turns() {
    let db = database().await;
    enqueue_many(&db, "a", 4).await;
    enqueue_many(&db, "b", 4).await;
    assert_eq!(next(&db, 8).await, ["a", "b", "a", "b", "a", "b", "a", "b"]);
}

#[tokio::test]
async fn nobody_saves_up_turns_while_idle() {
    let db = database().await;
    enqueue_many(&db, "busy", 100).await;
    next(&db, 50).await;
    enqueue_many(&db, "idle until now", 50).await;
    let order = next(&db, 20).await;
    let busy = order.iter().filter(|who| *who == "busy").count();
    assert!((9..=11).contains(&busy), "{order:?}");
}

#[tokio::test]
async fn one_queue_does_not_count_for_another() {
    let db = database().await;
    let mails = |connection: &mut db::Connection| (0..50).try_for_each(|_| jobs::enqueue(connection, job(Queue::Mail, "a"), NOW).map(drop));
    with(&db, mails).await;
    enqueue(&db, job(Queue::Provider, "b")).await;
    enqueue(&db, job(Queue::Provider, "a")).await;
    enqueue(&db, job(Queue::Provider, "b")).await;
    assert_eq!(next(&db, 3).await, ["b", "a", "b"]);
}
