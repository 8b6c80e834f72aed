//! SIGTERM in the middle of a task.

use std::time::{Duration, Instant};

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
