//! A studio and somebody who sends pictures by links.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method};
use egress::{Call, Egress, Options, Reach, Url};
use serde_json::{Value, json};

use crate::support::bucket::InBucket;
use crate::support::{Answer, Client, TestApp};

/// A studio of either kind.
pub enum Home {
    Folder(Box<TestApp>),
    Bucket(Box<InBucket>),
}

impl Home {
    /// One of each kind.
    pub async fn of_each_kind() -> [Self; 2] {
        [Self::Folder(Box::new(TestApp::start().await)), Self::Bucket(Box::new(InBucket::with(&[]).await))]
    }

    pub fn app(&self) -> &TestApp {
        match self {
            Self::Folder(app) => app,
            Self::Bucket(studio) => &studio.app,
        }
    }

    /// The number of objects in a folder of the store.
    pub fn objects(&self, folder: &str) -> usize {
        match self {
            Self::Folder(app) => app.files_in(&format!("objects/{folder}")).len(),
            Self::Bucket(studio) => studio.objects(folder),
        }
    }

    /// Nothing is left of any upload.
    pub fn assert_empty(&self) {
        let left = ["quarantine", "input", "thumbnail"].map(|folder| self.objects(folder));
        assert_eq!((left, self.app().files_in("tmp").len()), ([0; 3], 0));
    }
}

/// Asks for a link.
pub async fn presign(client: &Client, name: &str, mime: &str, size_bytes: usize) -> Value {
    announce(client, name, mime, size_bytes).await.expect(201)
}

pub async fn announce(client: &Client, name: &str, mime: &str, size_bytes: usize) -> Answer {
    client.post("/api/uploads/presign", json!({ "name": name, "mime": mime, "sizeBytes": size_bytes })).await
}

/// Puts bytes by a link, as it says, and returns the status.
pub async fn put(client: &Client, link: &Value, bytes: &[u8]) -> u16 {
    let headers: BTreeMap<String, String> = serde_json::from_value(link["headers"].clone()).unwrap();
    let url = link["url"].as_str().unwrap();
    assert_eq!(link["method"], "PUT");
    if url.starts_with('/') {
        let length = bytes.len().to_string();
        let mut headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        headers.push(("content-length", &length));
        return client.send(Method::PUT, url, &headers, Body::from(bytes.to_vec())).await.status.as_u16();
    }
    let mut call =
        Call::new(Method::PUT, Url::parse(url).unwrap()).reach(Reach::Configured).body(egress::Body::Bytes(bytes.to_vec().into()));
    for (name, value) in &headers {
        call = call.header(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
    }
    Egress::new(Options::new("tests/1")).unwrap().send(call).await.unwrap().status.as_u16()
}

pub async fn complete(client: &Client, link: &Value) -> Answer {
    client.post(&format!("/api/uploads/{}/complete", link["id"].as_str().unwrap()), Value::Null).await
}

/// All three steps up to the last answer.
pub async fn send(client: &Client, name: &str, mime: &str, bytes: &[u8]) -> Answer {
    let link = presign(client, name, mime, bytes.len()).await;
    assert_eq!(put(client, &link, bytes).await, 200);
    complete(client, &link).await
}
