//! What a task shows of itself from acceptance to end.

use std::time::Duration;

use danqing::models::timestamp::Timestamp;
use serde_json::{Value, json};

use crate::support::{TestApp, id};

fn at(task: &Value, field: &str) -> Timestamp {
    serde_json::from_value(task[field].clone()).unwrap_or_else(|_| panic!("{field} of {task}"))
}

#[tokio::test]
async fn times_stages_and_versions_follow_a_task_through_its_life() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let pending = user.create(&[user.stamp().await]).await;
    let task = id(&pending);
    assert_eq!((&pending["status"], &pending["stage"], &pending["progress"]), (&json!("pending"), &json!("queued"), &json!(0.0)));
    assert!(pending["startedAt"].is_null() && pending["completedAt"].is_null());
    assert!(at(&pending, "estimatedCompletionAt") > at(&pending, "createdAt"));
    assert_eq!(user.task(&task).await["queuePosition"], 1);

    app.claim().await.unwrap();
    app.begin(&task).await;
    let processing = user.task(&task).await;
    assert_eq!((&processing["status"], &processing["stage"]), (&json!("processing"), &json!("starting")));
    assert_eq!((&processing["queuePosition"], &processing["retryCount"]), (&json!(null), &json!(0)));
    assert!(at(&processing, "startedAt") >= at(&processing, "createdAt"));

    app.let_leases_run_out().await;
    assert_eq!(user.task(&task).await["queuePosition"], json!(null), "only who waits to begin has a place");
    app.run_jobs().await;
    let done = user.task(&task).await;
    assert_eq!((&done["status"], &done["stage"], &done["progress"]), (&json!("completed"), &json!("done"), &json!(1.0)));
    assert_eq!(at(&done, "startedAt"), at(&processing, "startedAt"));
    assert!(at(&done, "completedAt") > at(&done, "startedAt"));
    let versions = [&pending, &processing, &done].map(|task| task["version"].as_i64().unwrap());
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
}

#[tokio::test]
async fn a_finished_task_names_who_did_it_and_links_to_its_results() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let task = id(&user.create(&[&file]).await);
    app.run_jobs().await;
    let done = user.task(&task).await;
    assert_eq!((&done["provider"], &done["model"], &done["userId"]), (&json!("embedded"), &json!("span"), &json!(user.id().await)));
    assert_eq!((&done["inputFiles"], &done["inputs"][0]["id"]), (&json!([file]), &json!(file)));
    let result = &done["results"][0];
    assert_eq!(done["resultUrls"], json!([result["url"]]));
    assert_eq!((&result["width"], &result["height"], &result["mime"]), (&json!(32), &json!(24), &json!("image/png")));
    let picture = user.get(result["url"].as_str().unwrap()).await;
    assert_eq!((picture.status.as_u16(), picture.bytes.len()), (200, result["sizeBytes"].as_u64().unwrap() as usize));
    // A result is a picture like any other: it can be worked on next.
    user.create(&[result["fileId"].as_str().unwrap()]).await;
}

#[tokio::test]
async fn numbers_carry_the_day_and_nine_characters_that_nobody_confuses() {
    let app = TestApp::with(&[("TIMEZONE", "Asia/Shanghai")]).await;
    let user = app.user("li").await;
    let task = user.create(&[user.stamp().await]).await;
    let (day, rest) = task["taskNo"].as_str().unwrap().split_once('-').unwrap();
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    assert_eq!(day, at(&task, "createdAt").day(&zone).to_string());
    assert_eq!(rest.len(), 9);
    assert!(rest.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()) && !rest.contains(['0', 'O', '1', 'I', 'L']), "{rest}");
}

#[tokio::test]
async fn places_in_the_queue_are_counted_and_move_up() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let mut tasks = Vec::new();
    for _ in 0..3 {
        tasks.push(id(&user.create(&[&file]).await));
    }
    for (place, task) in (1..).zip(&tasks) {
        assert_eq!(user.task(task).await["queuePosition"], place);
    }
    user.act(&tasks[0], "cancel").await.expect(202);
    assert_eq!(user.task(&tasks[0]).await["queuePosition"], json!(null));
    assert_eq!(user.task(&tasks[2]).await["queuePosition"], 2);
}

#[tokio::test]
async fn the_estimate_begins_afresh_with_every_try_and_does_not_grow() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    let broken = app.break_store();
    let mut ends = Vec::new();
    for _ in 0..3 {
        app.run_jobs().await;
        ends.push(at(&user.task(&task).await, "estimatedCompletionAt").0);
        app.pass(Duration::from_secs(200));
    }
    broken.mend();
    for pair in ends.windows(2) {
        assert!((200_000..300_000).contains(&(pair[1] - pair[0])), "{ends:?}");
    }
}
