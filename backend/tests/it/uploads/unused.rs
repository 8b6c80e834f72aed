//! Uploads that no task uses.

use std::time::Duration;

use danqing::database::files::{self, FileRow};
use danqing::error::Failure;
use danqing::jobs::{UNUSED_UPLOADS_KEPT, sweep};

use crate::support::TestApp;

/// Its row, after a sweep.
async fn swept(app: &TestApp, id: &str) -> Option<FileRow> {
    sweep(&app.app).await.unwrap();
    let id = id.parse().unwrap();
    app.app.database.read::<_, Failure, _>(move |conn| Ok(files::by_id(conn, &id)?)).await.unwrap()
}

#[tokio::test]
async fn an_upload_that_no_task_used_for_a_week_is_deleted_and_one_that_a_task_holds_stays() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let (used, unused) = (user.stamp().await, user.stamp().await);
    user.create(&[&used]).await;
    app.pass(UNUSED_UPLOADS_KEPT - Duration::from_secs(60));
    let kept = swept(&app, &unused).await.unwrap();
    assert!(app.app.store.read(&kept.objects()[0]).await.is_ok());
    app.pass(Duration::from_secs(120));
    assert!(swept(&app, &unused).await.is_none());
    for key in kept.objects() {
        assert!(matches!(app.app.store.read(&key).await, Err(storage::Error::NotFound(_))));
    }
    assert!(swept(&app, &used).await.is_some());
}
