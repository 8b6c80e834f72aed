//! `DELETE /api/tasks/{id}` and `POST /api/tasks/{id}/restore`

use std::time::Duration;

use danqing::app::App;
use danqing::database::files::{self, FileRow};
use danqing::database::tasks::{self, TaskRow};
use danqing::error::Failure;
use danqing::services::ai::accounts::Outside;
use diesel::RunQueryDsl;
use jobs::Queue;
use serde_json::json;

use crate::support::{Client, TestApp, id};

async fn delete(user: &Client, task: &str) -> crate::support::Answer {
    user.delete(&format!("/api/tasks/{task}")).await
}

async fn file(app: &TestApp, id: &str) -> Option<FileRow> {
    let id = id.parse().unwrap();
    app.app.database.read::<_, Failure, _>(move |conn| Ok(files::by_id(conn, &id)?)).await.unwrap()
}

async fn row(app: &TestApp, id: &str) -> TaskRow {
    let id = id.parse().unwrap();
    app.app.database.read::<_, Failure, _>(move |conn| Ok(tasks::by_id(conn, &id)?)).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_deleted_task_is_seen_nowhere_and_can_be_brought_back_for_a_while() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    app.run_jobs().await;
    let before = user.task(&task).await;
    let deleted = delete(&user, &task).await.expect(200);
    assert_eq!(deleted["id"], json!(task));
    assert!(deleted["undoUntil"].as_str().unwrap() > before["completedAt"].as_str().unwrap());
    assert_eq!(user.get(&format!("/api/tasks/{task}")).await.code(404), "not_found");
    assert_eq!(user.get("/api/tasks").await.expect(200)["total"], 0);
    for action in ["cancel", "retry"] {
        assert_eq!(user.act(&task, action).await.code(404), "not_found");
    }
    assert_eq!(delete(&user, &task).await.code(404), "not_found");
    app.pass(Duration::from_secs(29));
    assert_eq!(app.run_jobs().await, 0);
    let restored = user.act(&task, "restore").await.expect(200);
    assert_eq!((&restored["results"][0]["fileId"], &restored["status"]), (&before["results"][0]["fileId"], &before["status"]));
    assert!(restored["version"].as_i64() > before["version"].as_i64());
    assert_eq!(user.act(&task, "restore").await.code(404), "not_found");
    app.pass(Duration::from_secs(3600));
    app.run_jobs().await;
    user.post("/api/auth/refresh", json!({})).await.expect(200);
    user.task(&task).await;
}

#[tokio::test]
async fn when_the_time_to_undo_has_passed_words_and_pictures_go_and_the_books_stay() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let shared = user.stamp().await;
    let own = user.stamp().await;
    let kept = id(&user.create(&[&shared]).await);
    let task = id(&user.create(&[&own, &shared]).await);
    app.run_jobs().await;
    let done = user.task(&task).await;
    let result = done["results"][0]["fileId"].as_str().unwrap().to_owned();
    let gone = [file(&app, &own).await.unwrap(), file(&app, &result).await.unwrap()];
    delete(&user, &task).await.expect(200);
    app.pass(Duration::from_secs(30));
    assert_eq!(user.act(&task, "restore").await.code(409), "undo_expired");
    app.run_jobs().await;

    let wiped = row(&app, &task).await;
    assert_eq!((wiped.input_files.as_str(), wiped.input_parameters.as_str(), wiped.result_urls.as_str()), ("[]", "{}", "[]"));
    assert_eq!((wiped.prompt, wiped.search_text.as_str(), wiped.result_metadata.as_str()), (None, "", "{}"));
    assert_eq!((json!(wiped.task_no), wiped.credits, wiped.status.as_str()), (done["taskNo"].clone(), 2, "completed"));
    for row in gone {
        assert!(file(&app, &row.id).await.is_none());
        for key in row.objects() {
            assert!(matches!(app.app.store.read(&key).await, Err(storage::Error::NotFound(_))));
        }
    }
    assert!(app.app.store.read(&file(&app, &shared).await.unwrap().objects()[0]).await.is_ok());
    let survivor = user.task(&kept).await;
    assert_eq!(survivor["inputs"][0]["id"], json!(shared));
    assert_eq!(user.get(survivor["results"][0]["url"].as_str().unwrap()).await.status, 200);
    let booked = user.ledger(&format!("&taskId={task}")).await;
    assert_eq!((booked.len(), &booked[0]["taskNo"]), (1, &done["taskNo"]));
    app.verify_ledger().await;
}

#[tokio::test]
async fn a_task_deleted_twice_is_wiped_after_the_second_time() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    user.act(&task, "cancel").await.expect(202);
    delete(&user, &task).await.expect(200);
    app.pass(Duration::from_secs(20));
    user.act(&task, "restore").await.expect(200);
    delete(&user, &task).await.expect(200);
    app.pass(Duration::from_secs(20));
    app.run_jobs().await;
    assert_ne!(row(&app, &task).await.search_text, "");
    app.pass(Duration::from_secs(10));
    app.run_jobs().await;
    assert_eq!(row(&app, &task).await.search_text, "");
}

#[tokio::test]
async fn a_deletion_that_finds_an_older_purge_at_work_is_carried_out_by_the_sweep() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let stamp = user.stamp().await;
    let task = id(&user.create(&[&stamp]).await);
    user.act(&task, "cancel").await.expect(202);
    delete(&user, &task).await.expect(200);
    // A worker whose clock is ahead has the purge when the deletion is taken back.
    let (ahead, lease) = (app.app.clock.now().after(Duration::from_secs(60)).0, Duration::from_secs(30));
    let claimed = app.app.database.write::<_, Failure, _>(move |conn| Ok(jobs::claim(conn, Queue::Maintenance, "ahead", 1, ahead, lease)?));
    let purge = claimed.await.unwrap().pop().unwrap();
    user.act(&task, "restore").await.expect(200);
    delete(&user, &task).await.expect(200);
    app.app.database.write::<_, Failure, _>(move |conn| Ok(jobs::finish(conn, &purge.fence())?)).await.unwrap();
    app.pass(Duration::from_secs(30));
    assert_eq!(app.run_jobs().await, 0);
    assert_ne!(row(&app, &task).await.search_text, "");
    let gone = file(&app, &stamp).await.unwrap();
    danqing::jobs::sweep(&app.app).await.unwrap();
    assert_eq!(row(&app, &task).await.search_text, "");
    assert!(file(&app, &stamp).await.is_none());
    for key in gone.objects() {
        assert!(matches!(app.app.store.read(&key).await, Err(storage::Error::NotFound(_))));
    }
}

#[tokio::test]
async fn a_deletion_under_way_follows_a_longer_time_to_undo() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    user.act(&task, "cancel").await.expect(202);
    delete(&user, &task).await.expect(200);
    // The server starts again with UNDO_SECONDS=300.
    let mut config = app.app.config.clone();
    config.limits.undo_seconds = 300;
    let outside = Outside::new(&config).unwrap();
    let restarted = App::assemble(config, app.app.secrets.clone(), app.app.database.clone(), app.app.clock.clone(), outside).unwrap();
    let worker = danqing::jobs::worker(&restarted, "restarted");
    app.pass(Duration::from_secs(60));
    worker.run_pending().await.unwrap();
    app.pass(Duration::from_secs(239));
    assert_eq!(worker.run_pending().await.unwrap(), 0);
    assert_ne!(row(&app, &task).await.search_text, "");
    app.pass(Duration::from_secs(1));
    assert_eq!(worker.run_pending().await.unwrap(), 1);
    assert_eq!(row(&app, &task).await.search_text, "");
}

#[tokio::test]
async fn the_sweep_leaves_a_task_alone_that_can_still_be_restored() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    user.act(&task, "cancel").await.expect(202);
    delete(&user, &task).await.expect(200);
    app.pass(Duration::from_secs(29));
    danqing::jobs::sweep(&app.app).await.unwrap();
    user.act(&task, "restore").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tasks_that_let_go_of_one_picture_at_the_same_time_do_not_leave_it_behind() {
    if !db::testing::on_postgres() {
        return; // SQLite runs one unit after the other.
    }
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let shared = user.stamp().await;
    let tasks = [user.create(&[&shared]).await, user.create(&[&shared]).await];
    let [first, second] = tasks.map(|task| id(&task).parse().unwrap());
    let now = app.app.clock.now();
    let (has_let_go, wait_for_it) = std::sync::mpsc::channel::<()>();
    let (go_on, wait_to_go_on) = std::sync::mpsc::channel::<()>();
    let database = app.app.database.clone();
    let slow = tokio::spawn(async move {
        let release = database.write::<_, Failure, _>(move |conn| {
            let gone = files::release(conn, &first, now)?;
            has_let_go.send(()).unwrap();
            wait_to_go_on.recv().unwrap();
            Ok(gone)
        });
        release.await.unwrap()
    });
    tokio::task::spawn_blocking(move || wait_for_it.recv().unwrap()).await.unwrap();
    let database = app.app.database.clone();
    let quick = tokio::spawn(async move {
        let release = database.write::<_, Failure, _>(move |conn| Ok(files::release(conn, &second, now)?));
        release.await.unwrap()
    });
    // It waits for the first, or it has ended without.
    while !quick.is_finished() && !somebody_waits_for_a_lock(&app).await {}
    go_on.send(()).unwrap();
    assert_eq!(slow.await.unwrap().len() + quick.await.unwrap().len(), 1);
    assert!(file(&app, &shared).await.is_none());
}

async fn somebody_waits_for_a_lock(app: &TestApp) -> bool {
    let waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let found = app.app.database.read::<_, Failure, _>(move |conn| Ok(diesel::sql_query(waiting).execute(conn)?));
    found.await.unwrap() > 0
}

#[tokio::test]
async fn an_unfinished_task_cannot_be_deleted_nor_a_task_of_another() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let task = id(&li.create(&[li.stamp().await]).await);
    assert_eq!(delete(&li, &task).await.code(409), "task_not_finished");
    app.run_jobs().await;
    assert_eq!(delete(&mei, &task).await.code(404), "not_found");
    delete(&li, &task).await.expect(200);
    assert_eq!(mei.act(&task, "restore").await.code(404), "not_found");
}
