//! `GET /api/events`

use std::time::Duration;

use danqing::config::runtime::Key;
use serde_json::json;

use crate::support::{TestApp, Told, id, photo};

fn versions(told: &[Told]) -> Vec<i64> {
    told.iter().filter(|event| event.name == "task").map(|event| event.data["version"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn who_connects_is_told_the_unfinished_tasks_the_balance_and_that_this_is_all() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let done = id(&user.create(&[&file]).await);
    app.run_jobs().await;
    app.pass(Duration::from_secs(300));
    let waiting = id(&user.create(&[&file]).await);
    let told = user.watch(None).await.first_state().await;
    assert_eq!(told.iter().map(|event| event.name.as_str()).collect::<Vec<_>>(), ["task", "credits"]);
    assert_eq!((&told[0].data["id"], &told[0].data["status"]), (&json!(waiting), &json!("pending")));
    assert_eq!(told[1].data, json!({ "credits": 8, "totalEarned": 10, "totalSpent": 2, "debt": 0, "unlimited": false, "version": 3 }));

    // With the cursor of before, also what ended since.
    let cursor = (app.app.clock.now().0 - 310_000).to_string();
    let told = user.watch(Some(&cursor)).await.first_state().await;
    assert!(told.iter().any(|event| event.is_task(&done) && event.data["status"] == "completed"));
    // A cursor that is none is as good as no cursor.
    assert_eq!(user.watch(Some("yesterday")).await.first_state().await.len(), 2);
}

#[tokio::test]
async fn a_task_is_followed_from_press_to_end_with_growing_versions_and_the_balance() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let files = [user.stamp().await, user.stamp().await];
    app.lose(&files[0]).await;
    let mut stream = user.watch(None).await;
    assert_eq!(stream.first_state().await.len(), 1);
    let task = id(&user.create(&files).await);
    let charged = stream.until(|event| event.name == "credits").await;
    assert!(charged[0].is_task(&task) && charged[0].data["status"] == "pending");
    assert_eq!(charged.last().unwrap().data["credits"], 8);
    app.run_jobs().await;
    let told = stream.until(|event| event.name == "credits").await;
    assert_eq!(told.last().unwrap().data["credits"], 9);
    let last = &told[told.len() - 2];
    assert!(last.is_task(&task) && last.data["status"] == "completed", "{last:?}");
    assert_eq!((last.data["results"].as_array().unwrap().len(), &last.data["creditsRefunded"]), (1, &json!(1)));
    let versions = versions(&[charged, told].concat());
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_while_a_worker_paints_and_only_goes_forward() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = id(&user.upload("photo.png", &photo(480, 360)).await.expect(201)["files"][0]);
    let mut stream = user.watch(None).await;
    stream.first_state().await;
    let worker = app.start_worker();
    let task = id(&user.create(&[&file]).await);
    let told = stream.until(|event| event.is_task(&task) && event.data["status"] == "completed").await;
    worker.drain(Duration::from_secs(20)).await.unwrap();
    let of_task: Vec<&Told> = told.iter().filter(|event| event.is_task(&task)).collect();
    let progress: Vec<f64> = of_task.iter().map(|event| event.data["progress"].as_f64().unwrap()).collect();
    assert!(progress.is_sorted(), "{progress:?}");
    assert!(progress.iter().any(|done| (0.01..0.99).contains(done)), "{progress:?}");
    assert!(of_task.iter().any(|event| event.data["stage"] == "running"));
    let versions = versions(&told);
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
}

#[tokio::test]
async fn nobody_is_told_of_the_tasks_of_another() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let (own, foreign) = (li.stamp().await, mei.stamp().await);
    let mut stream = li.watch(Some("0")).await;
    assert_eq!(stream.first_state().await.len(), 1);
    let hidden = id(&mei.create(&[&foreign]).await);
    app.run_jobs().await;
    mei.delete(&format!("/api/tasks/{hidden}")).await.expect(200);
    // Whatever had been told by mistake would come before this.
    let task = id(&li.create(&[&own]).await);
    let told = stream.next().await;
    assert!(told.is_task(&task), "{told:?}");
    assert_eq!(app.anonymous().get("/api/events").await.code(401), "unauthenticated");
}

#[tokio::test]
async fn a_deletion_and_its_undoing_are_told() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    user.act(&task, "cancel").await.expect(202);
    let mut stream = user.watch(None).await;
    stream.first_state().await;
    user.delete(&format!("/api/tasks/{task}")).await.expect(200);
    let gone = stream.next().await;
    assert_eq!((gone.name.as_str(), &gone.data), ("task_deleted", &json!({ "id": task })));
    user.act(&task, "restore").await.expect(200);
    let back = stream.next().await;
    assert!(back.is_task(&task));
    let cursors = [&gone.cursor, &back.cursor].map(|cursor| cursor.parse::<i64>().unwrap());
    assert!(cursors.is_sorted(), "{cursors:?}");
}

#[tokio::test]
async fn who_was_away_is_told_what_was_deleted_meanwhile_and_not_what_came_back() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let (gone, back) = (id(&user.create(&[user.stamp().await]).await), id(&user.create(&[user.stamp().await]).await));
    let cursor = app.app.clock.now().0.to_string();
    app.pass(Duration::from_secs(60));
    for task in [&gone, &back] {
        user.act(task, "cancel").await.expect(202);
        user.delete(&format!("/api/tasks/{task}")).await.expect(200);
    }
    user.act(&back, "restore").await.expect(200);
    let told = user.watch(Some(&cursor)).await.first_state().await;
    let deleted: Vec<&Told> = told.iter().filter(|event| event.name == "task_deleted").collect();
    assert_eq!(deleted.iter().map(|event| &event.data).collect::<Vec<_>>(), [&json!({ "id": gone })]);
    assert!(told.iter().any(|event| event.is_task(&back)));
    // Also when the words and pictures are wiped by now, and not for ever.
    app.pass(Duration::from_secs(60));
    app.run_jobs().await;
    assert_eq!(user.watch(Some(&cursor)).await.first_state().await[0].name, "task_deleted");
    assert_eq!(user.watch(None).await.first_state().await.len(), 1);
}

#[tokio::test]
async fn who_was_logged_out_elsewhere_or_suspended_is_told_nothing_more() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let (mut of_li, mut of_mei) = (li.watch(None).await, mei.watch(None).await);
    for stream in [&mut of_li, &mut of_mei] {
        stream.first_state().await;
    }
    // A stream whose session goes on is not cut by the check.
    for _ in 0..2 {
        let task = id(&li.create(&[li.stamp().await]).await);
        let told = of_li.until(|event| event.name == "credits").await;
        assert!(told[0].is_task(&task), "{told:?}");
        app.pass(Duration::from_secs(15));
    }
    li.post("/api/auth/logout", json!({})).await;
    app.set_active(&mei, false).await;
    app.pass(Duration::from_secs(15));
    for stream in [of_li, of_mei] {
        stream.end().await;
    }
}

#[tokio::test]
async fn the_owner_who_pays_nothing_is_told_so_in_the_stream_too() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let file = owner.stamp().await;
    app.set(Key::OwnerUnlimited, Some("true")).await;
    let mut stream = owner.watch(None).await;
    assert_eq!(stream.first_state().await[0].data["unlimited"], true);
    owner.create(&[&file]).await;
    let told = stream.until(|event| event.name == "credits").await;
    assert_eq!(told.last().unwrap().data["unlimited"], true);
}

#[tokio::test]
async fn each_reader_is_told_in_their_own_language() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    app.lose(&file).await;
    let task = id(&user.create(&[&file]).await);
    app.run_jobs().await;
    let mut texts = Vec::new();
    for language in ["zh-CN", "en"] {
        user.speak(language).await;
        let told = user.watch(None).await.first_state().await;
        let failed = told.iter().find(|event| event.is_task(&task)).unwrap();
        texts.push(failed.data["error"]["message"].as_str().unwrap().to_owned());
    }
    assert!(!texts[0].is_ascii() && texts[1].is_ascii(), "{texts:?}");
}
