//! The one way a task ends: once, for whoever comes first and holds the job.

use danqing::database::tasks;
use danqing::error::{Code, Failure};
use danqing::services::tasks::settle::{Ending, settle};
use jobs::Outcome;
use serde_json::json;

use crate::support::{TestApp, id, upscale};

#[tokio::test(flavor = "multi_thread")]
async fn of_racing_settlements_one_counts() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    let ends = [
        Ending::Cancelled { delivered: Vec::new() },
        Ending::Failed { code: Code::EngineFailed, cause: "a test".to_owned(), class: None, refunded: true },
    ];
    let races = ends.iter().cycle().take(20).map(|ending| {
        let (task, ending, now) = (task.parse().unwrap(), ending.clone(), app.app.clock.now());
        app.app.database.write::<_, Failure, _>(move |conn| {
            let row = tasks::by_id(conn, &task)?.ok_or(Code::NotFound)?;
            settle(conn, &row, &ending, now)
        })
    });
    let won = futures::future::join_all(races).await.into_iter().map(Result::unwrap).filter(|won| *won).count();
    assert_eq!(won, 1);
    assert_eq!(user.balance().await, 10);
    assert_eq!(user.ledger(&format!("&taskId={task}")).await.len(), 2);
    app.verify_ledger().await;
}

#[tokio::test]
async fn who_lost_the_lease_writes_nothing() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    let late = app.claim().await.unwrap();
    app.let_leases_run_out().await;
    let holder = app.claim().await.unwrap();
    let before = user.task(&task).await;
    // The late worker neither starts the task nor ends it while another holds it …
    app.run_late(late.clone()).await;
    assert_eq!(user.task(&task).await, before);
    assert_eq!(app.run_late(holder).await, Outcome::Done);
    let done = user.task(&task).await;
    assert_eq!(done["status"], "completed", "{done}");
    // … nor after.
    app.run_late(late).await;
    assert_eq!(user.task(&task).await["version"], done["version"]);
    assert_eq!(user.balance().await, 9);
    app.verify_ledger().await;
}

#[tokio::test]
async fn a_late_failure_neither_counts_as_a_try_nor_puts_the_job_back() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    let late = app.claim().await.unwrap();
    app.let_leases_run_out().await;
    let holder = app.claim().await.unwrap();
    let store = app.break_store();
    app.run_late(late).await;
    store.mend();
    assert_eq!(user.task(&task).await["retryCount"], 0);
    app.run_late(holder).await;
    let done = user.task(&task).await;
    assert_eq!((&done["status"], &done["retryCount"]), (&json!("completed"), &json!(0)));
}

#[tokio::test]
async fn a_task_whose_pictures_are_all_gone_fails_and_is_refunded_with_the_reason_in_the_readers_language() {
    let app = TestApp::with(&[("TASK_COST_CREDITS", "2")]).await;
    let user = app.user("li").await;
    let files = [user.stamp().await, user.stamp().await];
    let task = id(&user.create(&files).await);
    for file in &files {
        app.lose(file).await;
    }
    app.run_jobs().await;
    let failed = user.task(&task).await;
    assert_eq!((&failed["status"], &failed["creditsRefunded"], &failed["credits"]), (&json!("failed"), &json!(4), &json!(4)));
    assert_eq!(failed["error"]["code"], "file_not_ready");
    let english = failed["error"]["message"].as_str().unwrap().to_owned();
    assert!(!english.contains('{') && english.is_ascii() && english.len() > 10, "{english}");
    user.speak("zh-CN").await;
    let chinese = user.task(&task).await["error"]["message"].as_str().unwrap().to_owned();
    assert!(!chinese.contains('{') && !chinese.is_ascii(), "{chinese}");
    // Reading it, again and again, gives nothing back twice.
    for _ in 0..3 {
        user.task(&task).await;
        app.run_jobs().await;
    }
    assert_eq!(user.balance().await, 10);
    app.verify_ledger().await;
}

#[tokio::test]
async fn the_chain_of_attempts_says_how_each_ended() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.post("/api/tasks", upscale(&[user.stamp().await])).await.expect(202));
    app.claim().await.unwrap();
    app.begin(&task).await;
    app.let_leases_run_out().await;
    let store = app.break_store();
    app.run_jobs().await;
    store.mend();
    app.pass(std::time::Duration::from_secs(600));
    app.run_jobs().await;
    assert_eq!(user.task(&task).await["status"], "completed");
    assert_eq!(app.attempts(&task).await, ["lost", "failed", "succeeded"]);
}
