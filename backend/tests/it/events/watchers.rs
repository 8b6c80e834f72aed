//! The bounded mailboxes of watchers.

use danqing::error::Failure;
use danqing::models::task::Stage;
use danqing::services::events::{Event, Watcher};
use danqing::services::tasks::view::{self, Snapshot};
use futures::FutureExt;

use crate::support::{TestApp, id};

/// A task of an account as watchers are told it.
async fn snapshot(app: &TestApp, task: &str) -> Snapshot {
    let (task, now) = (task.parse().unwrap(), app.app.clock.now());
    app.app.database.read::<_, Failure, _>(move |conn| view::reload(conn, &task, now)).await.unwrap()
}

/// What waits for a watcher at this moment, of tasks.
fn waiting_snapshots(watcher: &Watcher) -> Vec<Snapshot> {
    let events = std::iter::from_fn(|| watcher.next().now_or_never().flatten());
    events.filter_map(|event| if let Event::Task(snapshot) = event { Some(*snapshot) } else { None }).collect()
}

/// The ids of the tasks that wait for a watcher at this moment.
pub fn waiting_tasks(watcher: &Watcher) -> Vec<String> {
    waiting_snapshots(watcher).into_iter().map(|snapshot| snapshot.row.id).collect()
}

/// The versions of the tasks that wait for a watcher at this moment.
fn waiting(watcher: &Watcher) -> Vec<i64> {
    waiting_snapshots(watcher).into_iter().map(|snapshot| snapshot.row.version).collect()
}

#[tokio::test]
async fn a_slow_watcher_holds_only_the_newest_state_of_each_task() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let (first, second) = (id(&user.create(&[&file]).await), id(&user.create(&[&file]).await));
    let (first, second) = (snapshot(&app, &first).await, snapshot(&app, &second).await);
    let watcher = app.app.events.watch(&first.row.owner().unwrap());
    for version in 1..=1_000 {
        for task in [&first, &second] {
            let mut task = task.clone();
            task.row.version = version;
            task.row.stage = Stage::Running.as_str().to_owned();
            app.app.events.publish_task(&task);
        }
    }
    let mut late = first.clone();
    late.row.version = 999;
    app.app.events.publish_task(&late);
    assert_eq!(waiting(&watcher), [1_000, 1_000]);
}

#[tokio::test]
async fn an_account_has_a_bounded_number_of_watchers_and_none_after_the_last_left() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = snapshot(&app, &id(&user.create(&[user.stamp().await]).await)).await;
    let owner = task.row.owner().unwrap();
    let watchers: Vec<Watcher> = (0..40).map(|_| app.app.events.watch(&owner)).collect();
    app.app.events.publish_task(&task);
    let told = watchers.iter().filter(|watcher| !waiting(watcher).is_empty()).count();
    assert_eq!(told, 32);
    // Those who are told nothing any more know it.
    let ended = watchers.iter().filter(|watcher| matches!(watcher.next().now_or_never(), Some(None))).count();
    assert_eq!(ended, 8);
    assert!(app.app.events.is_watched(&owner));
    drop(watchers);
    assert!(!app.app.events.is_watched(&owner));
}
