//! What watchers are told beside what a worker of their own process does: places in the queue, and what other
//! processes did.

use danqing::jobs::{Elsewhere, TellWatchers, worker};
use danqing::services::tasks::delete;
use serde_json::json;

use crate::support::{TestApp, id};

#[tokio::test]
async fn places_in_the_queue_are_told_as_it_moves_on_and_only_when_they_change() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let tasks = [id(&user.create(&[&file]).await), id(&user.create(&[&file]).await)];
    let mut stream = user.watch(None).await;
    stream.first_state().await;
    let mut telling = TellWatchers::new(app.app.clone(), Elsewhere::Nobody);
    telling.tell().await.unwrap();
    for (task, place) in tasks.iter().zip([1, 2]) {
        let told = stream.next().await;
        assert!(told.is_task(task) && told.data["queuePosition"] == place, "{told:?}");
    }
    telling.tell().await.unwrap();
    app.claim().await.unwrap();
    app.begin(&tasks[0]).await;
    telling.tell().await.unwrap();
    let told = stream.next().await;
    assert!(told.is_task(&tasks[1]) && told.data["queuePosition"] == 1, "{told:?}");
}

#[tokio::test]
async fn who_watches_here_is_told_what_another_process_did_with_task_and_balance_and_once() {
    let app = TestApp::start().await;
    let elsewhere = app.beside();
    let user = app.user("li").await;
    let files = [user.stamp().await, user.stamp().await];
    app.lose(&files[0]).await;
    let mut stream = user.watch(None).await;
    stream.first_state().await;
    let mut telling = TellWatchers::new(app.app.clone(), Elsewhere::Others);
    let task = id(&user.create(&files).await);
    assert_eq!(stream.until(|event| event.name == "credits").await.last().unwrap().data["credits"], 8);
    worker(&elsewhere, "elsewhere").run_pending().await.unwrap();
    telling.tell().await.unwrap();
    let told = stream.until(|event| event.name == "credits").await;
    assert!(told[0].is_task(&task) && told[0].data["status"] == "completed", "{told:?}");
    assert_eq!((told[0].data["results"].as_array().unwrap().len(), &told.last().unwrap().data["credits"]), (1, &json!(9)));

    // Looked at again, and told nothing new.
    telling.tell().await.unwrap();
    delete::delete(&elsewhere, &user.id().await.parse().unwrap(), &task.parse().unwrap()).await.unwrap();
    telling.tell().await.unwrap();
    let gone = stream.next().await;
    assert_eq!((gone.name.as_str(), &gone.data), ("task_deleted", &json!({ "id": task })));
}

#[tokio::test]
async fn more_changes_than_are_told_at_once_are_told_at_the_next_look() {
    let app = TestApp::with(&[("MAX_TASKS_PER_DAY", "0"), ("MAX_TASKS_PER_USER", "0"), ("NEW_USER_CREDITS", "1000")]).await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let mut telling = TellWatchers::new(app.app.clone(), Elsewhere::Others);
    let mut tasks = Vec::new();
    for _ in 0..250 {
        tasks.push(id(&user.create(&[&file]).await));
        // No two of them changed in the same millisecond.
        app.pass(std::time::Duration::from_millis(1));
    }
    // Watched from here on, without the first state that would have told them all.
    let watcher = app.app.events.watch(&user.id().await.parse().unwrap());
    let mut told = std::collections::BTreeSet::new();
    for _ in 0..2 {
        telling.tell().await.unwrap();
        told.extend(super::watchers::waiting_tasks(&watcher));
    }
    assert_eq!(told, tasks.into_iter().collect());
}
