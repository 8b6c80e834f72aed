//! What tests of tasks and credits say often.

use axum::http::Method;
use danqing::config::runtime::Key;
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::{TestApp, photo};

/// The body that asks for the quickest of the tools.
pub fn upscale<T: AsRef<str>>(files: &[T]) -> Value {
    let files: Vec<&str> = files.iter().map(AsRef::as_ref).collect();
    json!({ "taskType": "upscale", "inputFiles": files })
}

/// The id of a task or file.
#[track_caller]
pub fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id in {value}")).to_owned()
}

impl Client {
    /// Uploads a very small photo, for tests that are not about pictures.
    pub async fn stamp(&self) -> String {
        let answer = self.upload("stamp.png", &photo(16, 12)).await.expect(201);
        id(&answer["files"][0])
    }

    /// Asks for the quickest task on these pictures, which must be accepted.
    pub async fn create<T: AsRef<str>>(&self, files: &[T]) -> Value {
        self.post("/api/tasks", upscale(files)).await.expect(202)
    }

    /// Sends a request under an Idempotency-Key.
    pub async fn keyed(&self, path: &str, key: &str, body: Value) -> Answer {
        self.json(Method::POST, path, &[("idempotency-key", key)], body).await
    }

    /// A task as it is now.
    pub async fn task(&self, id: &str) -> Value {
        self.get(&format!("/api/tasks/{id}")).await.expect(200)
    }

    /// Does something to a task: `cancel`, `retry`, `restore`.
    pub async fn act(&self, id: &str, action: &str) -> Answer {
        self.post(&format!("/api/tasks/{id}/{action}"), json!({})).await
    }

    /// Credits left.
    pub async fn balance(&self) -> i64 {
        self.get("/api/credits").await.expect(200)["credits"].as_i64().unwrap()
    }

    /// The newest hundred rows of the ledger, newest first. `query` begins with `&`, if it is not empty.
    pub async fn ledger(&self, query: &str) -> Vec<Value> {
        let page = self.get(&format!("/api/credits/transactions?limit=100{query}")).await.expect(200);
        page["items"].as_array().unwrap().clone()
    }

    /// Chooses a language. The session remembers its user for a moment, so this begins another.
    pub async fn speak(&self, locale: &str) {
        let me = self.json(Method::PATCH, "/api/me", &[], json!({ "locale": locale })).await.expect(200);
        self.post("/api/auth/login", json!({ "email": me["user"]["email"], "password": "a long password" })).await.expect(200);
    }

    /// The account's id.
    pub async fn id(&self) -> String {
        id(&self.get("/api/me").await.expect(200)["user"])
    }
}

impl TestApp {
    /// Changes a setting while the application runs; `None` resets it.
    pub async fn set(&self, key: Key, value: Option<&str>) {
        self.app.settings.change(&self.app, key, value).await.unwrap();
    }

    /// Deletes a picture's bytes behind the application's back, so that work on it must fail.
    pub async fn lose(&self, file: &str) {
        let file = file.parse().unwrap();
        let row = self.app.database.read::<_, danqing::error::Failure, _>(move |conn| Ok(danqing::database::files::by_id(conn, &file)?));
        let row = row.await.unwrap().unwrap();
        self.app.store.delete(&storage::ObjectKey::stored(row.object_key)).await.unwrap();
    }
}
