//! Work that takes longer than housekeeping waits.

use bytes::Bytes;
use danqing::jobs::{SWEEP_GRACE, sweep};
use serde_json::json;
use storage::{Folder, ObjectKey};

use crate::support::{TestApp, id};

#[tokio::test]
async fn the_results_of_a_task_at_work_are_kept_however_long_it_works() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    let job = app.claim().await.unwrap();
    app.begin(&task).await;
    let made = ObjectKey::fenced(Folder::Output, job.attempt, "png");
    app.app.store.put(&made, Bytes::from_static(b"the first of many pictures")).await.unwrap();
    app.pass(2 * SWEEP_GRACE);
    assert_eq!(sweep(&app.app).await.unwrap(), 0);
    assert!(app.app.store.read(&made).await.is_ok());

    // That worker died; another made the task. What the first left behind is nobody's now.
    app.let_leases_run_out().await;
    app.run_jobs().await;
    user.post("/api/auth/refresh", json!({})).await.expect(200);
    let done = user.task(&task).await;
    assert_eq!(done["status"], "completed");
    app.pass(2 * SWEEP_GRACE);
    assert_eq!(sweep(&app.app).await.unwrap(), 1);
    assert!(matches!(app.app.store.read(&made).await, Err(storage::Error::NotFound(_))));
    user.post("/api/auth/refresh", json!({})).await.expect(200);
    assert_eq!(user.get(user.task(&task).await["results"][0]["url"].as_str().unwrap()).await.status, 200);
}
