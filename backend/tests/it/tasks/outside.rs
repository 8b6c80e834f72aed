//! Work that fails for reasons outside the task: a disk that is away.

use std::time::Duration;

use serde_json::json;

use crate::support::{TestApp, id};

#[tokio::test]
async fn work_that_fails_for_outside_reasons_is_tried_six_times_and_then_refunded() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    let _broken = app.break_store();
    for retries in 1..=5 {
        assert_eq!(app.run_jobs().await, 1);
        let waiting = user.task(&task).await;
        assert_eq!((&waiting["status"], &waiting["stage"]), (&json!("processing"), &json!("retrying")));
        assert_eq!((&waiting["retryCount"], &waiting["creditsRefunded"]), (&json!(retries), &json!(0)));
        // Not before its time; the first rests are so short that a machine with much to do is late.
        if retries > 3 {
            assert_eq!(app.run_jobs().await, 0);
        }
        app.pass(Duration::from_secs(120));
    }
    assert_eq!(app.run_jobs().await, 1);
    let failed = user.task(&task).await;
    assert_eq!((&failed["status"], &failed["retryCount"], &failed["creditsRefunded"]), (&json!("failed"), &json!(5), &json!(1)));
    assert_eq!(failed["error"]["code"], "internal");
    assert!(!failed.to_string().contains("objects"), "the cause is for the operator: {failed}");
    assert_eq!(user.balance().await, 10);
    app.verify_ledger().await;
}

#[tokio::test]
async fn a_disk_that_comes_back_in_time_costs_the_caller_nothing_but_time() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    let broken = app.break_store();
    app.run_jobs().await;
    broken.mend();
    app.pass(Duration::from_secs(120));
    app.run_jobs().await;
    let done = user.task(&task).await;
    assert_eq!((&done["status"], &done["retryCount"], &done["creditsRefunded"]), (&json!("completed"), &json!(1), &json!(0)));
    assert_eq!(user.balance().await, 9);
    app.verify_ledger().await;
}

#[tokio::test]
async fn a_task_that_takes_every_worker_with_it_ends_at_last_and_is_refunded() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    let mut deaths = 0;
    while let Some(job) = app.claim().await {
        if job.attempt > job.max_attempts {
            break;
        }
        deaths += 1;
        app.let_leases_run_out().await;
    }
    app.let_leases_run_out().await;
    app.run_jobs().await;
    user.post("/api/auth/refresh", json!({})).await.expect(200);
    let failed = user.task(&task).await;
    assert!((10..100).contains(&deaths), "{deaths}");
    assert_eq!((&failed["status"], &failed["error"]["code"]), (&json!("failed"), &json!("unknown_outcome")));
    assert_eq!(user.balance().await, 10);
    app.verify_ledger().await;
}
