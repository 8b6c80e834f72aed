//! A browser of the tests: keeps cookies, sends JSON and files, reads answers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use parking_lot::Mutex;
use serde_json::Value;
use tower::ServiceExt;

/// Somebody who sends requests. Clones share their cookies.
#[derive(Clone)]
pub struct Client {
    router: Router,
    address: Option<SocketAddr>,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

/// What came back.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub bytes: Vec<u8>,
}

impl Client {
    pub fn new(router: Router) -> Self {
        Self { router, address: None, cookies: Arc::default() }
    }

    /// The same browser behind another address.
    pub fn at(&self, address: &str) -> Self {
        Self { address: Some(SocketAddr::new(address.parse().unwrap(), 50_000)), ..self.clone() }
    }

    /// The same browser at another node.
    pub fn on(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    /// A second browser with the same cookies, which change apart from here on.
    pub fn copy(&self) -> Self {
        Self { cookies: Arc::new(Mutex::new(self.cookies.lock().clone())), ..self.clone() }
    }

    pub fn cookie(&self, name: &str) -> String {
        self.cookies.lock()[name].clone()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().insert(name.to_owned(), value.to_owned());
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, &[], body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PATCH, path, &[], body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], Body::empty()).await
    }

    /// Sends JSON with further headers.
    pub async fn json(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        self.send(method, path, &headers, Body::from(body.to_string())).await
    }

    /// Uploads one file and returns the answer.
    pub async fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        self.upload_all(&[(name, bytes)]).await
    }

    /// Uploads several files in one form.
    pub async fn upload_all(&self, files: &[(&str, &[u8])]) -> Answer {
        let (kind, body) = super::form::files(files);
        self.send(Method::POST, "/api/uploads", &[("content-type", &kind)], Body::from(body)).await
    }

    /// Uploads a small photo and returns its id.
    pub async fn photo(&self) -> String {
        let answer = self.upload("photo.png", &super::photo(64, 48)).await.expect(201);
        answer["files"][0]["id"].as_str().unwrap().to_owned()
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let (parts, body) = self.exchange(method, path, headers, body).await.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// Sends a GET and leaves the body to be read piece by piece.
    pub async fn open(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        self.exchange(Method::GET, path, headers, Body::empty()).await
    }

    async fn exchange(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Response<Body> {
        let named = headers.iter().any(|(name, _)| *name == "host");
        let mut request = Request::builder().method(method).uri(path);
        if !named {
            request = request.header(header::HOST, "studio.test");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<String> = self.cookies.lock().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(address));
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.lock().insert(name.to_owned(), value.to_owned());
        }
        response
    }
}

impl Answer {
    /// The body as JSON, `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The body as JSON of an answer that must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// The code of an error that must have this status.
    #[track_caller]
    pub fn code(self, status: u16) -> String {
        self.expect(status)["code"].as_str().unwrap_or_default().to_owned()
    }
}
