//! Two nodes with a Redis server between them. Nobody looks at the database on their own here, so what is told comes
//! through Redis, or does not come.

use std::time::{Duration, Instant};

use danqing::app::App;
use danqing::config::runtime::Key;
use danqing::jobs::{Elsewhere, TellWatchers, hear_hints, run_task, worker};
use danqing::models::payload::RunTask;
use danqing::models::task::Stage;
use danqing::services::events::Event;
use danqing::services::tasks::{cancel, delete, view};
use futures::FutureExt;
use hints::State;
use hints::testing::TestRedis;
use serde_json::{Value, json};
use storage::{Folder, ObjectKey};

use crate::support::{Client, TestApp, id};

/// Two nodes on one database, with a Redis server of their own.
struct Two {
    here: TestApp,
    there: App,
    redis: TestRedis,
}

impl Two {
    async fn start() -> Option<Self> {
        let redis = TestRedis::start().await.unwrap()?;
        let here = TestApp::with(&[("REDIS_URL", &redis.url())]).await;
        let there = here.beside();
        for node in [&here.app, &there] {
            tokio::spawn(hear_hints(node.clone()));
        }
        let two = Self { here, there, redis };
        two.are(State::Well).await;
        Some(two)
    }

    /// Waits until both say so of the way between them.
    async fn are(&self, state: State) {
        for node in [&self.here.app, &self.there] {
            until(|| node.fleet.state() == state).await;
        }
    }
}

async fn until(reached: impl Fn() -> bool) {
    let come = async {
        while !reached() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), come).await.expect("it comes");
}

#[tokio::test]
async fn who_watches_on_one_node_sees_live_what_a_worker_of_another_does_and_never_backwards() {
    let Some(two) = Two::start().await else { return };
    let user = two.here.user("li").await;
    let file = user.stamp().await;
    let mut stream = user.watch(None).await;
    stream.first_state().await;
    let task = id(&user.create(&[&file]).await);
    stream.until(|event| event.name == "credits").await;
    worker(&two.there, "elsewhere").run_pending().await.unwrap();
    let told = stream.until(|event| event.data["status"] == "completed").await;
    let of_task: Vec<&Value> = told.iter().filter(|event| event.is_task(&task)).map(|event| &event.data).collect();
    assert!(of_task.is_sorted_by_key(|task| task["version"].as_i64()), "{told:?}");
    assert_eq!(of_task.last().unwrap()["results"].as_array().unwrap().len(), 1);

    // Progress and previews are told without being stored, and what is older than what was told is not.
    let (known, now) = (task.parse().unwrap(), two.there.clock.now());
    let stored = two.there.database.read::<_, danqing::error::Failure, _>(move |conn| view::reload(conn, &known, now)).await.unwrap();
    let mut shown = stored.clone();
    shown.row.version += 5;
    (shown.row.progress, shown.row.stage) = (0.25, Stage::Running.as_str().to_owned());
    shown.preview = Some(ObjectKey::new(Folder::Preview, "webp"));
    let watcher = two.here.app.events.watch(&stored.row.owner().unwrap());
    two.there.events.publish_progress(&shown);
    // The balance of the task's end may be told once more, from the database.
    let told = loop {
        match watcher.next().await.expect("the watcher goes on") {
            Event::Task(told) => break told,
            _ => continue,
        }
    };
    assert_eq!((told.row.version, told.row.progress, &told.preview), (shown.row.version, 0.25, &shown.preview));
    two.here.app.events.forward_task(&stored);
    assert!(watcher.next().now_or_never().is_none());

    delete::delete(&two.there, &stored.row.owner().unwrap(), &task.parse().unwrap()).await.unwrap();
    let gone = stream.until(|event| event.name == "task_deleted").await;
    assert_eq!(gone.last().unwrap().data, json!({ "id": task }));
}

#[tokio::test]
async fn what_is_asked_for_on_one_node_begins_and_ends_on_another_at_once() {
    let Some(two) = Two::start().await else { return };
    let user = two.here.user("li").await;
    let file = user.stamp().await;
    let there = two.there.clone();
    let seldom = jobs::Worker::builder(two.there.database.clone(), "elsewhere")
        .slots(jobs::Queue::Engine, 1)
        .handler(RunTask::KIND, move |context, job| run_task::run(there.clone(), context, job))
        .poll(Duration::from_secs(3600))
        .wake(two.there.worker.clone());
    let working = seldom.build().start();
    let mut stream = user.watch(None).await;
    let task = id(&user.create(&[&file]).await);
    stream.until(|event| event.is_task(&task) && event.data["status"] == "completed").await;
    working.drain(Duration::from_secs(5)).await.unwrap();

    let running = id(&user.create(&[&file]).await);
    two.here.claim().await.unwrap();
    two.here.begin(&running).await;
    let entry = two.there.running.enter(&running.parse().unwrap());
    cancel::cancel(&two.here.app, &user.id().await.parse().unwrap(), &running.parse().unwrap()).await.unwrap();
    until(|| entry.stop.is_set()).await;
}

#[tokio::test]
async fn limits_are_counted_and_what_is_remembered_is_forgotten_on_all_nodes_together() {
    let Some(two) = Two::start().await else { return };
    let owner = two.here.owner().await;
    let elsewhere = Client::new(danqing::router::router(two.there.clone()));
    let guess = json!({ "email": "li@example.com", "password": "a wrong password" });
    let mut passed = 0;
    while passed < 30 {
        let node = if passed % 2 == 0 { two.here.anonymous() } else { elsewhere.clone() };
        if node.post("/api/auth/login", guess.clone()).await.status == 429 {
            break;
        }
        passed += 1;
    }
    assert!((10..14).contains(&passed), "{passed} guesses passed");

    let before = two.there.settings.current(&two.there).await.unwrap().new_user_credits;
    let key = Key::NewUserCredits;
    two.here.app.settings.change(&two.here.app, key, Some(&(before + 7).to_string())).await.unwrap();
    // It would be remembered for two seconds.
    let (mut now, began) = (before, Instant::now());
    while now == before && began.elapsed() < Duration::from_millis(1_500) {
        tokio::time::sleep(Duration::from_millis(5)).await;
        now = two.there.settings.current(&two.there).await.unwrap().new_user_credits;
    }
    assert_eq!(now, before + 7);

    let there = owner.copy().on(danqing::router::router(two.there.clone()));
    there.get("/api/me").await.expect(200);
    let began = Instant::now();
    owner.post("/api/auth/logout", json!({})).await;
    while there.get("/api/me").await.status != 401 {
        // It would be remembered for five seconds.
        assert!(began.elapsed() < Duration::from_secs(4));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn with_redis_gone_everything_ends_correctly_and_is_told_through_the_database() {
    let Some(mut two) = Two::start().await else { return };
    let user = two.here.user("li").await;
    let file = user.stamp().await;
    assert_eq!(two.here.anonymous().get("/readyz").await.expect(200)["redis"], "ok");
    two.redis.kill().unwrap();
    two.are(State::Away).await;
    let health = two.here.anonymous().get("/readyz").await.expect(200);
    assert_eq!(
        (&health["status"], &health["redis"], &health["reasons"]),
        (&json!("ok"), &json!("degraded"), &json!(["redis_unreachable"]))
    );

    let mut stream = user.watch(None).await;
    stream.first_state().await;
    let mut telling = TellWatchers::new(two.here.app.clone(), Elsewhere::Others);
    let task = id(&user.create(&[&file]).await);
    worker(&two.there, "elsewhere").run_pending().await.unwrap();
    telling.tell().await.unwrap();
    stream.until(|event| event.is_task(&task) && event.data["status"] == "completed").await;

    two.redis.start_again().await.unwrap();
    two.are(State::Well).await;
    assert_eq!(two.here.anonymous().get("/readyz").await.expect(200)["redis"], "ok");
    two.here.verify_ledger().await;
}
