//! The statements on the queue: claims, fences, leases, places in line.

use crate::setup::{LEASE, NOW, claim, claim_at, database, enqueue, job, rows, with};
use db::testing::on_postgres;
use diesel::RunQueryDsl;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use jobs::{Fence, JobRef, NewJob, Queue};
use std::collections::HashMap;

fn lease_end() -> i64 {
    NOW + i64::try_from(LEASE.as_millis()).unwrap()
}

#[tokio::test]
async fn a_claimed_job_carries_what_was_enqueued_and_counts_its_attempt() {
    let db = database().await;
    let new = NewJob { unique_key: Some("one".to_owned()), priority: 3, max_attempts: 4, ..job(Queue::Provider, "ann") };
    assert!(enqueue(&db, new).await);
    let claimed = claim(&db, "w", 10).await;
    assert_eq!(claimed.len(), 1);
    let job = &claimed[0];
    assert_eq!((job.kind.as_str(), job.queue.as_str()), ("paint", "provider"));
    assert_eq!(job.payload::<String>().unwrap(), "a heron");
    assert_eq!((job.attempt, job.max_attempts, job.priority, job.created_at), (1, 4, 3, NOW));
    assert_eq!(job.unique_key.as_deref(), Some("one"));
    assert_eq!(job.fence(), Fence { id: job.id, attempt: 1 });
}

#[tokio::test]
async fn claims_follow_priority_then_rank_then_age_and_their_limit() {
    let db = database().await;
    for (priority, who) in [(5, "late"), (0, "a"), (0, "a"), (0, "b"), (-1, "first")] {
        enqueue(&db, NewJob { priority, ..job(Queue::Provider, who) }).await;
    }
    let order = |claimed: Vec<jobs::Job>| claimed.into_iter().map(|job| job.fair_key).collect::<Vec<_>>();
    assert_eq!(order(claim(&db, "w", 3).await), ["first", "a", "b"]);
    assert_eq!(order(claim(&db, "w", 10).await), ["a", "late"]);
    assert!(claim(&db, "w", 10).await.is_empty());
}

#[tokio::test]
async fn a_job_waits_for_its_time_and_its_queue() {
    let db = database().await;
    enqueue(&db, NewJob { run_at: Some(NOW + 1), ..job(Queue::Provider, "a") }).await;
    enqueue(&db, job(Queue::Mail, "a")).await;
    assert!(claim(&db, "w", 10).await.is_empty());
    assert_eq!(claim_at(&db, "w", 10, NOW + 1).await.len(), 1);
}

#[tokio::test]
async fn concurrent_claims_never_share_a_job() {
    let db = database().await;
    for number in 0..100 {
        enqueue(&db, job(Queue::Provider, &number.to_string())).await;
    }
    let claims = futures::future::join_all((0..20).map(|_| claim(&db, "w", 7))).await;
    let mut ids: Vec<i64> = claims.iter().flatten().map(|job| job.id).collect();
    assert!(claims.iter().all(|claimed| claimed.len() <= 7));
    assert_eq!(ids.len(), 100);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 100);
}

#[tokio::test]
async fn a_unique_key_admits_one_unfinished_job() {
    let db = database().await;
    let unique = || NewJob { unique_key: Some("only".to_owned()), ..job(Queue::Provider, "a") };
    let twins = futures::future::join_all((0..20).map(|_| enqueue(&db, unique()))).await;
    assert_eq!(twins.iter().filter(|admitted| **admitted).count(), 1);

    let fence = claim(&db, "w", 1).await[0].fence();
    assert!(!enqueue(&db, unique()).await, "it still runs");
    assert!(with(&db, move |connection| jobs::finish(connection, &fence)).await);
    assert!(enqueue(&db, unique()).await);
}

#[tokio::test]
async fn whoever_lost_the_job_can_change_nothing() {
    let db = database().await;
    enqueue(&db, job(Queue::Provider, "a")).await;
    let stale = claim(&db, "slow", 1).await[0].fence();
    let expired = with(&db, |connection| jobs::reclaim_expired(connection, lease_end() + 1)).await;
    assert_eq!(expired, 1);

    // Nobody has claimed it again yet: already it is no longer the slow worker's.
    for attempt in 1..=2 {
        assert!(!with(&db, move |connection| jobs::finish(connection, &stale)).await, "{attempt}");
        assert!(!with(&db, move |connection| jobs::retry(connection, &stale, NOW, "late")).await);
        assert!(!with(&db, move |connection| jobs::release(connection, &stale, NOW)).await);
        let lost = with(&db, move |connection| jobs::heartbeat(connection, "slow", &[stale], NOW)).await;
        assert_eq!(lost, [stale.id]);
        if attempt == 1 {
            assert_eq!(claim(&db, "fast", 1).await[0].attempt, 2);
        }
    }
    let current = Fence { attempt: 2, ..stale };
    assert!(with(&db, move |connection| jobs::finish(connection, &current)).await);
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn a_heartbeat_keeps_the_lease() {
    let db = database().await;
    enqueue(&db, job(Queue::Provider, "a")).await;
    enqueue(&db, job(Queue::Provider, "b")).await;
    let claimed = claim(&db, "w", 2).await;
    let (kept, left) = (claimed[0].fence(), claimed[1].fence());
    let lost = with(&db, move |connection| jobs::heartbeat(connection, "w", &[kept], lease_end() + 100)).await;
    assert_eq!(lost, [0; 0]);

    let expired = with(&db, |connection| jobs::reclaim_expired(connection, lease_end() + 50)).await;
    assert_eq!(expired, 1);
    let again = claim(&db, "v", 10).await;
    assert_eq!(again.iter().map(|job| job.id).collect::<Vec<_>>(), [left.id]);
    let lost = with(&db, move |connection| jobs::heartbeat(connection, "w", &[kept, left], lease_end())).await;
    assert_eq!(lost, [left.id]);
}

#[tokio::test]
async fn a_restarted_worker_takes_its_own_jobs_back_at_once_and_no_others() {
    let db = database().await;
    for _ in 0..3 {
        enqueue(&db, job(Queue::Provider, "a")).await;
    }
    assert_eq!(claim(&db, "mine", 2).await.len(), 2);
    assert_eq!(claim(&db, "theirs", 1).await.len(), 1);
    assert_eq!(with(&db, |connection| jobs::reclaim(connection, "mine")).await, 2);
    let again = claim(&db, "mine", 10).await;
    assert_eq!(again.iter().map(|job| job.attempt).collect::<Vec<_>>(), [2, 2]);
}

#[tokio::test]
async fn a_retry_comes_back_at_its_time_with_its_error() {
    let db = database().await;
    enqueue(&db, job(Queue::Provider, "a")).await;
    let fence = claim(&db, "w", 1).await[0].fence();
    assert!(with(&db, move |connection| jobs::retry(connection, &fence, NOW + 500, "no paint left")).await);
    assert!(claim_at(&db, "w", 1, NOW + 499).await.is_empty());
    let again = claim_at(&db, "w", 1, NOW + 500).await;
    assert_eq!((again[0].attempt, again[0].last_error.as_deref()), (2, Some("no paint left")));
}

#[tokio::test]
async fn a_released_job_keeps_all_its_attempts() {
    let db = database().await;
    enqueue(&db, NewJob { max_attempts: 1, ..job(Queue::Provider, "a") }).await;
    for attempt in 1..=4 {
        let job = claim(&db, "w", 1).await.remove(0);
        assert_eq!(job.attempt, attempt, "the fence grows");
        assert!(!job.is_exhausted());
        assert!(with(&db, move |connection| jobs::release(connection, &job.fence(), NOW)).await);
    }
}

#[tokio::test]
async fn only_a_waiting_job_can_be_cancelled() {
    let db = database().await;
    enqueue(&db, job(Queue::Provider, "a")).await;
    enqueue(&db, NewJob { unique_key: Some("k".to_owned()), ..job(Queue::Provider, "a") }).await;
    assert!(with(&db, |connection| jobs::cancel_ready(connection, JobRef::Key("k"))).await);
    assert!(!with(&db, |connection| jobs::cancel_ready(connection, JobRef::Key("k"))).await);
    let running = claim(&db, "w", 1).await[0].id;
    assert!(!with(&db, move |connection| jobs::cancel_ready(connection, JobRef::Id(running))).await);
    assert_eq!(rows(&db).await, 1);
}

#[tokio::test]
async fn places_in_line_count_what_is_served_before() {
    let db = database().await;
    for (who, key) in [("a", "a0"), ("a", "a1"), ("b", "b2")] {
        enqueue(&db, NewJob { unique_key: Some(key.to_owned()), ..job(Queue::Provider, who) }).await;
    }
    let later = NewJob { run_at: Some(NOW + 1), priority: -1, ..job(Queue::Provider, "not due") };
    enqueue(&db, later).await;
    enqueue(&db, job(Queue::Mail, "another queue")).await;

    let keys = ["a0", "a1", "b2", "unknown"].map(str::to_owned);
    let places = with(&db, move |connection| jobs::positions(connection, &keys, NOW)).await;
    assert_eq!(places, [("a0", 0), ("a1", 2), ("b2", 1)].map(|(key, place)| (key.to_owned(), place)).into());
    assert_eq!(with(&db, |connection| jobs::waiting(connection, Queue::Provider, NOW)).await, 3);

    let running = claim(&db, "w", 1).await.remove(0).unique_key.unwrap();
    let places = with(&db, move |connection| jobs::positions(connection, std::slice::from_ref(&running), NOW)).await;
    assert_eq!(places, HashMap::new(), "what runs has no place in line");
    assert_eq!(with(&db, |connection| jobs::positions(connection, &[], NOW)).await, HashMap::new());
}

#[tokio::test]
async fn a_place_far_down_a_long_line_is_not_counted() {
    let db = database().await;
    let last_told = jobs::TOLD_UP_TO;
    let numbered = |number: i64| NewJob { unique_key: Some(number.to_string()), ..job(Queue::Provider, "ann") };
    with(&db, move |connection| (0..last_told + 2).try_for_each(|number| jobs::enqueue(connection, numbered(number), NOW).map(drop))).await;
    let asked = [0, last_told, last_told + 1].map(|number| number.to_string());
    let places = with(&db, move |connection| jobs::positions(connection, &asked, NOW)).await;
    assert_eq!(places, HashMap::from([("0".to_owned(), 0), (last_told.to_string(), last_told)]));
}

#[tokio::test]
async fn a_job_that_waits_is_made_due_and_one_that_runs_is_left_alone() {
    let db = database().await;
    let later = NewJob { unique_key: Some("k".to_owned()), run_at: Some(NOW + 60_000), ..job(Queue::Provider, "a") };
    enqueue(&db, later).await;
    assert!(claim(&db, "w", 1).await.is_empty());
    assert!(!with(&db, |connection| jobs::hasten(connection, "another", NOW)).await);
    assert!(with(&db, |connection| jobs::hasten(connection, "k", NOW)).await);
    assert!(!with(&db, |connection| jobs::hasten(connection, "k", NOW)).await, "it is due");
    assert_eq!(claim(&db, "w", 1).await.len(), 1);
    assert!(!with(&db, |connection| jobs::hasten(connection, "k", NOW)).await, "it runs");
}

#[tokio::test]
async fn joining_a_long_line_looks_at_few_jobs_even_where_the_planner_believes_it_empty() {
    if !on_postgres() {
        return;
    }
    let db = database().await;
    // Nobody has counted the table yet, so it is planned for as if it were empty.
    let joined = with(&db, |connection| {
        for number in 0..300 {
            jobs::enqueue(connection, job(Queue::Provider, &format!("user {number}")), NOW)?;
        }
        Ok(())
    });
    joined.await;
    let looked_at = with(&db, |connection| {
        jobs::enqueue(connection, job(Queue::Provider, "newcomer"), NOW)?;
        let looked_at = "SELECT (seq_tup_read + idx_tup_fetch)::bigint FROM pg_stat_xact_user_tables WHERE relname = 'jobs'";
        diesel::select(sql::<BigInt>(&format!("({looked_at})"))).get_result::<i64>(connection)
    });
    assert!(looked_at.await < 20);
}
