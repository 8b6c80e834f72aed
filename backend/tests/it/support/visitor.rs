//! A browser that speaks to a server in another process, over a socket. It blocks; async tests call it on a thread.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, Request, header, request};
use parking_lot::Mutex;
use serde_json::Value;
use ureq::Agent;

use super::client::Answer;

/// Somebody who sends requests. Clones share their cookies and connections.
#[derive(Clone)]
pub struct Visitor {
    agent: Agent,
    port: u16,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

/// A server that says nothing for so long hangs.
const PATIENCE: Duration = Duration::from_secs(60);

impl Visitor {
    pub fn new(port: u16) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
        Self { agent: config.into(), port, cookies: Arc::default() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Vec::new()).unwrap()
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[("content-type", "application/json")], body.to_string().into_bytes()).unwrap()
    }

    /// Uploads one file.
    pub fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        let (kind, body) = super::form::files(&[(name, bytes)]);
        self.send(Method::POST, "/api/uploads", &[("content-type", &kind)], body).unwrap()
    }

    /// The same account to a server on another port, for instance after a restart.
    pub fn moved_to(&self, port: u16) -> Self {
        Self { port, ..self.clone() }
    }

    /// Sends a request; an error when no whole answer came back.
    pub fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Result<Answer, ureq::Error> {
        let response = self.agent.run(self.request(method, path, headers).body(body).unwrap())?;
        for set in response.headers().get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.lock().insert(name.to_owned(), value.to_owned());
        }
        let (parts, mut body) = response.into_parts();
        let bytes = body.with_config().limit(u64::MAX).read_to_vec()?;
        Ok(Answer { status: parts.status, headers: parts.headers, bytes })
    }

    /// Opens `/api/events`. What comes is the data of one event after another, until the server ends it or [`PATIENCE`] is
    /// over; opened again, it begins with what changed lately.
    pub fn watch(&self) -> impl Iterator<Item = Value> + use<> {
        let request = self.request(Method::GET, "/api/events", &[]).body(()).unwrap();
        let response = self.agent.run(request).unwrap();
        assert_eq!(response.status(), 200);
        let lines = BufReader::new(response.into_body().into_reader()).lines();
        lines.map_while(Result::ok).filter_map(|line| serde_json::from_str(line.strip_prefix("data:")?).ok())
    }

    fn request(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> request::Builder {
        let mut request = Request::builder().method(method).uri(format!("http://127.0.0.1:{}{path}", self.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<String> = self.cookies.lock().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        request
    }
}
