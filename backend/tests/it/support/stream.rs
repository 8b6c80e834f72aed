//! A page of the tests that watches `/api/events`.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures::StreamExt;
use serde_json::Value;

use super::client::Client;

/// An open stream of events.
pub struct Stream {
    body: BodyDataStream,
    text: String,
}

/// One event.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its name.
    pub name: String,
    /// Its cursor.
    pub cursor: String,
    /// What it says.
    pub data: Value,
}

/// Far longer than anything here takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

impl Client {
    /// Opens the stream, from a cursor if one is given.
    pub async fn watch(&self, cursor: Option<&str>) -> Stream {
        let headers: Vec<(&str, &str)> = cursor.into_iter().map(|cursor| ("last-event-id", cursor)).collect();
        let response = self.open("/api/events", &headers).await;
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { body: response.into_body().into_data_stream(), text: String::new() }
    }
}

impl Stream {
    /// The next event; waits for it.
    pub async fn next(&mut self) -> Told {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                // Comments are heartbeats.
                if !event.starts_with(':') {
                    return Told::read(&event);
                }
                continue;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.body.next()).await.expect("nothing was told");
            self.text.push_str(std::str::from_utf8(&chunk.expect("the stream ended").unwrap()).unwrap());
        }
    }

    /// Waits for the end of the stream, before which nothing may be told.
    pub async fn end(mut self) {
        let reading = async {
            while let Some(piece) = self.body.next().await {
                self.text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("the stream goes on");
        assert!(self.text.split("\n\n").all(|event| event.is_empty() || event.starts_with(':')), "{}", self.text);
    }

    /// All events up to and with the first that is wanted.
    pub async fn until(&mut self, wanted: impl Fn(&Told) -> bool) -> Vec<Told> {
        let mut told = Vec::new();
        loop {
            told.push(self.next().await);
            if told.last().is_some_and(&wanted) {
                return told;
            }
        }
    }

    /// The state that is sent on connecting, without the `ready` that ends it.
    pub async fn first_state(&mut self) -> Vec<Told> {
        let mut told = self.until(|event| event.name == "ready").await;
        told.pop();
        told
    }
}

impl Told {
    fn read(event: &str) -> Self {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default().trim_start();
        let data = serde_json::from_str(field("data")).unwrap();
        Self { name: field("event").to_owned(), cursor: field("id").to_owned(), data }
    }

    /// Whether it is about this task.
    pub fn is_task(&self, id: &str) -> bool {
        self.name == "task" && self.data["id"] == id
    }
}
