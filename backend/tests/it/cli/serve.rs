//! `danqing serve`

use serde_json::json;

use crate::support::{Place, photo, upscale};

#[tokio::test]
async fn a_server_says_where_it_is_answers_and_stops_when_asked() {
    let place = Place::new().await;
    let server = place.serve();
    assert!(server.greeting().contains(" is at http://localhost:0 (port "), "{}", server.greeting());
    assert_eq!(server.visitor().get("/api/app").expect(200)["setupRequired"], true);
    let owner = server.owner(&place);
    assert_eq!(owner.get("/api/me").expect(200)["user"]["role"], "owner");
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_page_hears_of_the_end_of_a_task_that_a_process_of_its_own_ran() {
    if !db::testing::on_postgres() {
        return; // An SQLite file admits one server.
    }
    let place = Place::new().await;
    let server = place.serve_with(&["--role", "api"]);
    server.owner(&place);
    let li = server.visitor();
    li.post("/api/auth/register", json!({ "email": "li@example.com", "password": "a long password" })).expect(201);
    let picture = li.upload("photo.png", &photo(24, 16)).expect(201)["files"][0]["id"].as_str().unwrap().to_owned();
    let mut told = li.watch();
    let task = li.post("/api/tasks", upscale(&[picture])).expect(202)["id"].clone();
    let _worker = place.work();
    let done = told.find(|event| event["id"] == task && !event["completedAt"].is_null()).unwrap();
    assert_eq!(done["status"], "completed");
}

#[tokio::test]
async fn accounts_outlive_a_server_that_is_killed() {
    let place = Place::new().await;
    let first = place.serve();
    let owner = first.owner(&place);
    first.kill();
    let second = place.serve();
    assert_eq!(owner.moved_to(second.port()).get("/api/me").expect(200)["user"]["email"], "owner@example.com");
}
