//! SIGTERM in the middle of a task.

use std::time::{Duration, Instant};

use axum::http::Method;
use rustix::fs::{FileType, Mode};
use serde_json::{Value, json};

use super::aftermath;
use crate::support::{Place, Visitor, photo};

/// What the design allows for a stop.
const STOPPED_WITHIN: Duration = Duration::from_secs(25);

#[tokio::test(flavor = "multi_thread")]
async fn a_task_under_way_at_a_stop_is_handed_back_and_finished_after_the_restart() {
    let place = Place::with(&[("ENGINE_THREADS", "1")]).await;
    let server = place.serve();
    server.owner(&place);
    let person = server.visitor();
    let account = json!({ "email": "person@example.com", "password": "a long password" });
    person.post("/api/auth/register", account).expect(201);
    let picture = person.upload("photo.png", &photo(512, 384)).expect(201)["files"][0]["id"].clone();
    let wish = json!({ "taskType": "upscale", "inputFiles": [picture], "parameters": { "scale": 4 } });
    let task = person.post("/api/tasks", wish).expect(202)["id"].as_str().unwrap().to_owned();
    wait_until(&person, &task, |task| task["stage"] == "running");

    let asked = Instant::now();
    assert!(server.stop().success());
    assert!(asked.elapsed() < STOPPED_WITHIN, "{:?}", asked.elapsed());
    assert!(aftermath::interrupted(&place).await.is_empty(), "the job was handed back");

    let server = place.serve();
    let person = person.moved_to(server.port());
    let done = wait_until(&person, &task, |task| task["completedAt"] != Value::Null);
    assert_eq!((&done["status"], &done["retryCount"], &done["error"]), (&json!("completed"), &json!(0), &Value::Null), "{done}");
    assert!(server.stop().success());
    aftermath::check(&place, &[task].into()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_does_not_answer_does_not_keep_a_stop() {
    let place = Place::new().await;
    let server = place.serve();
    let owner = server.owner(&place);
    let picture = owner.upload("photo.png", &photo(64, 48)).expect(201)["files"][0].clone();
    // Whoever opens a pipe that nobody writes into waits for ever.
    for file in std::fs::read_dir(place.data().join("objects/input")).unwrap() {
        let path = file.unwrap().path();
        std::fs::remove_file(&path).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    }
    let (reader, link) = (owner.clone(), picture["url"].as_str().unwrap().to_owned());
    let reading = std::thread::spawn(move || reader.send(Method::GET, &link, &[], Vec::new()).is_err());
    let wish = json!({ "taskType": "upscale", "inputFiles": [picture["id"]] });
    let task = owner.post("/api/tasks", wish).expect(202)["id"].as_str().unwrap().to_owned();
    wait_until(&owner, &task, |task| task["status"] == "processing");

    let asked = Instant::now();
    assert!(server.stop().success());
    assert!(asked.elapsed() < STOPPED_WITHIN, "{:?}", asked.elapsed());
    assert!(aftermath::interrupted(&place).await.is_empty(), "the job was handed back");
    assert!(reading.join().unwrap());
}

fn wait_until(visitor: &Visitor, task: &str, reached: impl Fn(&Value) -> bool) -> Value {
    loop {
        let now = visitor.get(&format!("/api/tasks/{task}")).expect(200);
        if reached(&now) {
            return now;
        }
        assert!(!["failed", "cancelled"].contains(&now["status"].as_str().unwrap()), "{now}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
