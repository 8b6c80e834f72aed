//! Who is let in when many ask at once, and in which order the others are refused.

use std::time::Duration;

use danqing::config::runtime::Key;
use danqing::database::credits::Account;
use danqing::error::Failure;
use danqing::models::credits::Reason;
use danqing::services::credits::{Earning, earn};
use futures::FutureExt;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, id, upscale};

const NO_LIMITS: [(&str, &str); 2] = [("MAX_TASKS_PER_DAY", "0"), ("MAX_TASKS_PER_USER", "0")];

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_parallel_creates_on_two_nodes_exactly_those_that_are_paid_for_are_accepted() {
    let app = TestApp::with(&NO_LIMITS).await;
    let user = app.user("li").await;
    let body = upscale(&[user.stamp().await]);
    let nodes = [user.clone(), user.on(danqing::router::router(app.beside()))];
    let answers = join_all((0..1_000).map(|number| answered(&nodes[number % 2], &body))).await;
    let with = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((with(202), with(402)), (10, 990));
    assert_eq!(user.balance().await, 0);
    assert_eq!(user.ledger("&transactionType=spend").await.len(), 10);
    app.verify_ledger().await;
}

/// Asks until the server has time for an answer: after two seconds at a door of the database it says 503 instead.
async fn answered(user: &Client, body: &Value) -> Answer {
    loop {
        let answer = user.post("/api/tasks", body.clone()).await;
        if answer.json()["code"] != "overloaded" {
            return answer;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_creates_do_not_slip_past_the_limits_on_tasks() {
    let app = TestApp::with(&[("MAX_TASKS_PER_DAY", "5"), ("MAX_TASKS_PER_USER", "3"), ("NEW_USER_CREDITS", "100")]).await;
    let user = app.user("li").await;
    let body = upscale(&[user.stamp().await]);
    let race = || join_all((0..60).map(|_| user.post("/api/tasks", body.clone())));
    let first = race().await;
    assert_eq!(first.iter().filter(|answer| answer.status == 202).count(), 3);
    assert!(first.iter().filter(|answer| answer.status != 202).all(|answer| answer.json()["code"] == "unfinished_task_limit"));
    app.run_jobs().await;
    let second = race().await;
    assert_eq!(second.iter().filter(|answer| answer.status == 202).count(), 2);
    assert_eq!(user.balance().await, 95);
    app.verify_ledger().await;
}

#[tokio::test]
async fn between_two_looks_at_the_queue_no_more_is_accepted_than_it_takes() {
    let app = TestApp::with(&[("QUEUE_LIMIT", "3"), ("NEW_USER_CREDITS", "100")]).await;
    let user = app.user("li").await;
    let body = upscale(&[user.stamp().await]);
    for _ in 0..3 {
        user.post("/api/tasks", body.clone()).await.expect(202);
    }
    assert_eq!(user.post("/api/tasks", body.clone()).await.code(503), "queue_full");
    app.run_jobs().await;
    app.pass(Duration::from_secs(2));
    user.post("/api/tasks", body).await.expect(202);
}

#[tokio::test]
async fn refusals_come_in_the_documented_order_and_charge_nothing() {
    let settings = [("MAX_TASKS_PER_DAY", "1"), ("MAX_TASKS_PER_USER", "1"), ("QUEUE_LIMIT", "1"), ("TASK_COST_CREDITS", "10")];
    let app = TestApp::with(&settings).await;
    let user = app.user("li").await;
    let body = upscale(&[user.stamp().await]);
    let first = user.keyed("/api/tasks", "the-first", body.clone()).await.expect(202);
    // From here on everything is used up: the day, the unfinished, the credits and, once seen, the queue.
    app.pass(Duration::from_secs(2));
    let replay = user.keyed("/api/tasks", "the-first", body.clone()).await.expect(202);
    assert_eq!(id(&replay), id(&first));

    let daily = user.post("/api/tasks", body.clone()).await;
    let seconds: u64 = daily.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=86_400).contains(&seconds), "{seconds}");
    assert_eq!(daily.code(429), "daily_task_limit");

    app.set(Key::MaxTasksPerDay, Some("0")).await;
    let unfinished = user.post("/api/tasks", body.clone()).await;
    assert!(unfinished.headers.contains_key("retry-after"));
    assert_eq!(unfinished.code(429), "unfinished_task_limit");

    app.set(Key::MaxTasksPerUser, Some("0")).await;
    let poor = user.post("/api/tasks", body.clone()).await.expect(402);
    assert_eq!((&poor["code"], &poor["required"], &poor["balance"]), (&json!("insufficient_credits"), &json!(10), &json!(0)));

    grant(&app, &user.id().await, 10).await;
    let full = user.post("/api/tasks", body.clone()).await;
    assert!(full.headers.contains_key("retry-after"));
    assert_eq!(full.code(503), "queue_full");

    assert_eq!(user.balance().await, 10);
    assert_eq!(user.get("/api/tasks").await.expect(200)["total"], 1);
    app.verify_ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_pay_is_told_so_without_waiting_for_those_who_can() {
    let app = TestApp::with(&[("TASK_COST_CREDITS", "11")]).await;
    let user = app.user("li").await;
    let body = upscale(&[user.stamp().await]);
    let (go_on, wait_to_go_on) = std::sync::mpsc::channel::<()>();
    let (is_busy, wait_until_busy) = std::sync::mpsc::channel::<()>();
    let (database, user_id) = (app.app.database.clone(), user.id().await.parse().unwrap());
    // A transaction that has the writer of SQLite, and on PostgreSQL the lock on the account.
    let busy = tokio::spawn(async move {
        let unit = database.write::<_, Failure, _>(move |conn| {
            Account::lock(conn, &user_id)?;
            is_busy.send(()).unwrap();
            wait_to_go_on.recv().unwrap();
            Ok(())
        });
        unit.await.unwrap();
    });
    tokio::task::spawn_blocking(move || wait_until_busy.recv().unwrap()).await.unwrap();
    assert_eq!(user.post("/api/tasks", body).await.code(402), "insufficient_credits");
    go_on.send(()).unwrap();
    busy.await.unwrap();
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_keep_the_length_of_the_queue_from_being_asked_again() {
    let app = TestApp::with(&[("QUEUE_LIMIT", "1")]).await;
    let user = app.user("li").await;
    user.create(&[user.stamp().await]).await;
    app.pass(Duration::from_secs(2));
    // Begun and dropped, as a request is whose caller hangs up.
    let _gone = app.app.queue_is_full().now_or_never();
    app.pass(Duration::from_secs(2));
    assert!(app.app.queue_is_full().await.unwrap());
}

#[tokio::test]
async fn a_new_day_begins_at_midnight_in_the_time_zone_of_the_studio() {
    let app = TestApp::with(&[("MAX_TASKS_PER_DAY", "1")]).await;
    let user = app.user("li").await;
    let body = upscale(&[user.stamp().await]);
    user.post("/api/tasks", body.clone()).await.expect(202);
    let refused = user.post("/api/tasks", body.clone()).await;
    assert_eq!(refused.status, 429);
    let until_tomorrow: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    app.pass(Duration::from_secs(until_tomorrow + 1));
    user.post("/api/auth/refresh", json!({})).await.expect(200);
    user.post("/api/tasks", body).await.expect(202);
}

#[tokio::test]
async fn no_caller_names_a_price() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    for field in ["credits", "price", "refund", "userId", "status"] {
        let mut body = upscale(&[&file]);
        body[field] = json!(0);
        let refused = user.post("/api/tasks", body).await.expect(400);
        assert_eq!((&refused["code"], &refused["errors"][0]["field"]), (&json!("unknown_field"), &json!(field)));
        let mut body = upscale(&[&file]);
        body["parameters"] = json!({ field: 0 });
        let refused = user.post("/api/tasks", body).await.expect(400);
        let named = json!(format!("parameters.{field}"));
        assert_eq!((&refused["code"], &refused["errors"][0]["field"]), (&json!("parameter_unsupported"), &named));
    }
    assert_eq!(user.balance().await, 10);
}

#[tokio::test]
async fn a_task_works_only_on_pictures_of_its_caller() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let foreign = mei.stamp().await;
    assert_eq!(li.post("/api/tasks", upscale(&[&foreign])).await.code(400), "file_not_ready");
    let own = li.stamp().await;
    let style = json!({ "taskType": "style_transfer", "inputFiles": [own], "parameters": { "styleImage": foreign } });
    assert_eq!(li.post("/api/tasks", style).await.code(400), "file_not_ready");
    let none: [&str; 0] = [];
    assert_eq!(li.post("/api/tasks", upscale(&none)).await.code(400), "input_count");
    assert_eq!(li.post("/api/tasks", upscale(&vec![own; 6])).await.code(400), "input_count");
    assert_eq!(li.balance().await, 10);
}

/// Gives an account credits, as the operator does.
async fn grant(app: &TestApp, user_id: &str, amount: i64) {
    let user_id = user_id.parse().unwrap();
    let now = app.app.clock.now();
    let granted = app.app.database.write::<_, Failure, _>(move |conn| {
        let earning = Earning { reason: Reason::Grant, amount, payment_id: None, note: None, effect_key: "test:grant".to_owned() };
        earn(conn, &user_id, earning, now)
    });
    assert!(granted.await.unwrap());
}
