//! Several people who upload, ask for tasks and wait for them, whether the server is there or not. What got no
//! answer is sent again with the same key until it has one.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::http::Method;
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::support::{Answer, Server, Visitor, photo};

/// People at work at once, where nothing else is said.
pub const PEOPLE: u64 = 4;
/// Unfinished tasks each of them has at most.
const OPEN_TASKS: usize = 3;
/// Rest before a request is sent again; a server that is down answers at once.
const REST: Duration = Duration::from_millis(20);

/// People at work until [`Load::finish`].
pub struct Load {
    shared: Arc<Shared>,
    people: Vec<JoinHandle<()>>,
}

struct Shared {
    port: AtomicU16,
    /// Answers so far that say that the server, or the proxy before it, failed: statuses.
    failures: Mutex<Vec<u16>>,
    ending: AtomicBool,
    accepted: Mutex<BTreeSet<String>>,
}

impl Load {
    /// Registers the people at whatever listens on a port, and sets them to work.
    pub fn start(port: u16, seed: u64) -> Self {
        Self::of(PEOPLE, port, seed)
    }

    /// The same with so many people.
    pub fn of(people: u64, port: u16, seed: u64) -> Self {
        let (port_now, failures, ending) = (AtomicU16::new(port), Mutex::default(), AtomicBool::new(false));
        let shared = Arc::new(Shared { port: port_now, failures, ending, accepted: Mutex::default() });
        let people = (0..people).map(|number| {
            let visitor = Visitor::new(port);
            let account = json!({ "email": format!("person{number}@example.com"), "password": "a long password" });
            visitor.post("/api/auth/register", account).expect(201);
            let person =
                Person { visitor, shared: Arc::clone(&shared), random: StdRng::seed_from_u64(seed ^ number), open: VecDeque::new() };
            std::thread::spawn(move || person.work())
        });
        let people = people.collect();
        Self { shared, people }
    }

    /// Says where the server is after a restart.
    pub fn moved_to(&self, server: &Server) {
        self.shared.port.store(server.port(), Ordering::Relaxed);
    }

    /// How many answers so far were a 5xx.
    pub fn failures(&self) -> usize {
        self.shared.failures.lock().len()
    }

    /// Their statuses.
    pub fn failed_with(&self) -> Vec<u16> {
        self.shared.failures.lock().clone()
    }

    /// Lets everybody wait for what they have asked for, and returns the ids of all accepted tasks.
    pub fn finish(self) -> BTreeSet<String> {
        self.shared.ending.store(true, Ordering::Relaxed);
        for person in self.people {
            person.join().unwrap();
        }
        std::mem::take(&mut *self.shared.accepted.lock())
    }
}

struct Person {
    visitor: Visitor,
    shared: Arc<Shared>,
    random: StdRng,
    open: VecDeque<String>,
}

impl Person {
    fn work(mut self) {
        while !self.shared.ending.load(Ordering::Relaxed) {
            if self.open.len() == OPEN_TASKS {
                self.await_oldest();
            }
            self.ask();
        }
        while !self.open.is_empty() {
            self.await_oldest();
        }
    }

    fn upload(&mut self) -> Value {
        let (width, height) = (self.random.random_range(24..96), self.random.random_range(24..96));
        let (kind, body) = crate::support::form::files(&[("photo.png", &photo(width, height))]);
        let mut uploaded = self.insist(&Method::POST, "/api/uploads", &[("content-type", &kind)], &body).expect(201);
        uploaded["files"][0]["id"].take()
    }

    fn ask(&mut self) {
        let picture = self.upload();
        let mut wish = self.wish();
        wish["inputFiles"] = json!([picture]);
        let key = format!("{:032x}", self.random.random::<u128>());
        let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
        let task = self.insist(&Method::POST, "/api/tasks", &headers, wish.to_string().as_bytes()).expect(202);
        let id = task["id"].as_str().unwrap().to_owned();
        self.shared.accepted.lock().insert(id.clone());
        self.open.push_back(id);
    }

    fn wish(&mut self) -> Value {
        let wishes = [
            json!({ "taskType": "remove_background" }),
            json!({ "taskType": "upscale", "parameters": { "scale": 2 } }),
            json!({ "taskType": "style_transfer", "style": "blue-gold-strokes" }),
        ];
        wishes.choose(&mut self.random).unwrap().clone()
    }

    fn await_oldest(&mut self) {
        let id = self.open.pop_front().unwrap();
        loop {
            let task = self.insist(&Method::GET, &format!("/api/tasks/{id}"), &[], &[]).expect(200);
            if ["completed", "failed", "cancelled"].contains(&task["status"].as_str().unwrap()) {
                return;
            }
            // So that kills hit uploads as well while the engine has all hands full.
            if self.random.random_ratio(1, 4) {
                self.upload();
            }
            std::thread::sleep(REST);
        }
    }

    /// Sends a request until it has an answer that is not "come back later".
    fn insist(&self, method: &Method, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        loop {
            let visitor = self.visitor.moved_to(self.shared.port.load(Ordering::Relaxed));
            match visitor.send(method.clone(), path, headers, body.to_vec()) {
                Ok(answer) if answer.status == 401 => {
                    // A long run outlives the access token. What became of this shows in the next try.
                    let _refreshed = visitor.send(Method::POST, "/api/auth/refresh", &[], Vec::new());
                }
                Ok(answer) if !answer.status.is_server_error() => return answer,
                Ok(answer) => {
                    eprintln!("{method} {path}: {}", answer.status);
                    self.shared.failures.lock().push(answer.status.as_u16());
                }
                Err(_) => {}
            }
            std::thread::sleep(REST);
        }
    }
}
