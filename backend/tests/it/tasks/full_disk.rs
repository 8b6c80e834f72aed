//! Tasks for which the database has no room.

use danqing::router::router;
use serde_json::json;

use crate::support::{Client, Place, SmallDisk, owner_of};

#[tokio::test]
async fn a_task_that_finds_no_room_is_answered_507_and_charges_nothing() {
    let place = Place::on_sqlite(&[("NEW_USER_CREDITS", "100000"), ("MAX_TASKS_PER_USER", "0"), ("MAX_TASKS_PER_DAY", "0")]);
    let Some(disk) = SmallDisk::over(&place.data(), 32) else { return };
    let app = place.app().await;
    owner_of(&app, Client::new(router(app.clone()))).await;
    let user = Client::new(router(app.clone()));
    user.post("/api/auth/register", json!({ "email": "li@example.com", "password": "a long password" })).await.expect(201);
    let (file, before) = (user.stamp().await, user.balance().await);
    disk.fill(64 << 10);
    let mut accepted = 0;
    // The database's log may still have room in places that were used before.
    let refused = loop {
        let answer = user.post("/api/tasks", crate::support::upscale(&[&file])).await;
        if answer.status != 202 {
            break answer;
        }
        accepted += 1;
        assert!(accepted < 500, "the disk never became full");
    };
    assert_eq!(refused.code(507), "storage_full");
    // Reading works, and what was refused is nowhere.
    assert_eq!(user.get("/api/tasks?limit=1").await.expect(200)["total"], accepted);
    assert_eq!(user.balance().await, before - accepted);
    disk.empty();
    let report = danqing::services::credits::verify::verify(&app.database).await.unwrap();
    assert_eq!(report.faults, Vec::<String>::new());
    user.create(&[file]).await;
    assert_eq!(user.balance().await, before - accepted - 1);
    app.database.clone().close().await;
}
