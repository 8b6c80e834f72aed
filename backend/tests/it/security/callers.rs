//! Every route × {anonymous, other user, suspended}: nothing is read, nothing is written.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::routes::{self, Things};
use crate::support::{Client, TestApp};

/// Routes that need no log-in. Everything else answers 401 without one.
const PUBLIC: [&str; 18] = [
    "GET /api/app",
    "GET /api/billing/packs",
    "GET /api/tools",
    "GET /files/{id}",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
    "POST /api/auth/change-email",
    "POST /api/auth/forgot-password",
    "POST /api/auth/login",
    "POST /api/auth/logout",
    "POST /api/auth/register",
    "POST /api/auth/reset-password",
    "POST /api/auth/setup",
    "POST /api/auth/verify-email",
    "POST /api/webhooks/stripe",
    "POST /api/webhooks/{provider}/{token}",
    "PUT /api/uploads/{id}/content",
];
/// Has a cookie of its own.
const REFRESH: &str = "POST /api/auth/refresh";

/// Somebody with a finished task, and what there is to see of it.
struct Victim {
    client: Client,
    things: Things,
}

impl Victim {
    async fn new(app: &TestApp) -> Self {
        let client = app.user("li").await;
        let file = client.photo().await;
        let order = json!({ "taskType": "upscale", "inputFiles": [file] });
        let task = client.post("/api/tasks", order).await.expect(202)["id"].as_str().unwrap().to_owned();
        app.run_jobs().await;
        let shown = client.get(&format!("/api/files/{file}")).await.expect(200);
        let link = shown["url"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
        let announced = json!({ "name": "a.png", "mime": "image/png", "sizeBytes": 8 });
        let upload = client.post("/api/uploads/presign", announced).await.expect(201)["id"].as_str().unwrap().to_owned();
        let session = client.get("/api/me/sessions").await.expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        Self { client, things: Things { task, file, upload, session, link } }
    }

    /// Everything that an intruder might have changed: the account, its tasks, books and files, and all objects.
    async fn belongings(&self, app: &TestApp) -> Value {
        let mut all = json!({ "objects": app.files_in("objects"), "tmp": app.files_in("tmp") });
        for path in ["/api/me", "/api/tasks", "/api/credits", "/api/credits/transactions"] {
            all[path] = self.client.get(path).await.expect(200);
        }
        all["file"] = self.client.get(&format!("/api/files/{}", self.things.file)).await.expect(200);
        all
    }
}

#[tokio::test]
async fn without_a_log_in_only_the_listed_routes_answer() {
    let app = TestApp::start().await;
    let victim = Victim::new(&app).await;
    let before = victim.belongings(&app).await;
    let mut open = BTreeSet::new();
    for route in routes::all() {
        let answer = route.call(&app.anonymous(), &victim.things).await;
        if answer.status != 401 || answer.json()["code"] != "unauthenticated" {
            open.insert(route.name());
        }
    }
    assert_eq!(open, PUBLIC.map(str::to_owned).into());
    assert_eq!(victim.belongings(&app).await, before);
}

#[tokio::test]
async fn what_is_somebody_elses_looks_as_if_it_did_not_exist() {
    let app = TestApp::start().await;
    let victim = Victim::new(&app).await;
    let other = app.user("wang").await;
    let before = victim.belongings(&app).await;
    let mut theirs = victim.things.clone();
    // A link is a key of its own; here only the id is known.
    theirs.link = Things::unknown().link;
    let mut compared = 0;
    for route in routes::all().iter().filter(|route| route.names_things()) {
        let known = route.call(&other, &theirs).await;
        let unknown = route.call(&other, &Things::unknown()).await;
        if route.has_id() {
            assert_eq!(known.status, 404, "{}", route.name());
        }
        assert_eq!(known.status, unknown.status, "{}", route.name());
        assert_eq!(without_ids(known.json(), &theirs), without_ids(unknown.json(), &Things::unknown()), "{}", route.name());
        compared += 1;
    }
    assert!(compared >= 11, "only {compared} routes name things");
    assert_eq!(victim.belongings(&app).await, before);
}

/// An answer without what differs between any two: the request's id, and the ids asked for.
fn without_ids(mut answer: Value, things: &Things) -> String {
    if let Some(object) = answer.as_object_mut() {
        object.remove("requestId");
    }
    answer
        .to_string()
        .replace(&things.task, "TASK")
        .replace(&things.file, "FILE")
        .replace(&things.upload, "UPLOAD")
        .replace(&things.session, "SESSION")
}

#[tokio::test]
async fn queries_that_name_somebody_elses_task_find_nothing() {
    let app = TestApp::start().await;
    let victim = Victim::new(&app).await;
    let other = app.user("wang").await;
    let task = &victim.things.task;
    for path in [format!("/api/tasks/status?ids={task}"), format!("/api/credits/transactions?taskId={task}"), "/api/tasks".to_owned()] {
        assert_eq!(other.get(&path).await.expect(200)["items"], json!([]), "{path}");
    }
    let style =
        json!({ "taskType": "style_transfer", "inputFiles": [other.photo().await], "parameters": { "styleImage": victim.things.file } });
    for path in ["/api/tasks", "/api/tasks/quote"] {
        assert_eq!(other.post(path, style.clone()).await.code(400), "file_not_ready", "{path}");
    }
}

#[tokio::test]
async fn a_suspended_account_can_do_nothing_but_log_out() {
    let app = TestApp::start().await;
    let victim = Victim::new(&app).await;
    let before = victim.belongings(&app).await;
    let id = before["/api/me"]["user"]["id"].as_str().unwrap().parse().unwrap();
    app.set_active_by_id(&id, false).await;
    for route in routes::all() {
        if PUBLIC.contains(&route.name().as_str()) {
            continue;
        }
        let answer = route.call(&victim.client, &victim.things).await;
        assert_eq!(answer.code(403), "account_suspended", "{}", route.name());
    }
    app.set_active_by_id(&id, true).await;
    assert_eq!(victim.belongings(&app).await, before);
}

#[test]
fn the_routes_without_log_in_exist() {
    let all: Vec<String> = routes::all().iter().map(routes::Route::name).collect();
    for name in PUBLIC.iter().chain([&REFRESH]) {
        assert!(all.iter().any(|known| known == name), "{name}");
    }
}
