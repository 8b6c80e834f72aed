//! What the vendors were asked, and what of it broke the contract.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::call::{Call, CallBody};
use crate::picture::Facts;

/// Older requests are forgotten above this many.
const MOST_REQUESTS: usize = 20_000;
/// Longer strings in a recorded body are replaced by their facts.
const LONGEST_TEXT: usize = 4096;
/// Headers that carry a secret.
const CREDENTIALS: [&str; 7] = ["authorization", "x-key", "x-goog-api-key", "x-api-key", "api-key", "cookie", "proxy-authorization"];

/// A request that a vendor, or the host of result links, was sent.
#[derive(Debug, Clone, Serialize)]
pub struct Recorded {
    /// Counts up from 1, over all places.
    pub number: u64,
    /// Name of the vendor; `cdn` for downloads of results, `sibling` for a vendor's second host.
    pub place: String,
    /// `GET` and so on.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Decoded.
    pub query: Vec<(String, String)>,
    /// All of them, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Those of the headers that carry a secret.
    pub credentials: Vec<(String, String)>,
    /// What came in the body.
    pub body: RecordedBody,
    /// What of it broke the contract.
    pub violations: Vec<String>,
    /// What was answered, before a fault cut the connection; 0 until then.
    pub status: u16,
    /// Milliseconds since the fakes began.
    pub at_ms: u64,
}

/// The body of a request.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RecordedBody {
    /// Nothing.
    Empty,
    /// JSON. A long string is replaced by `{"$chars", "$sha256", "$mime", "$width", "$height"}`, where the hash is
    /// that of the decoded bytes if it was base64 or a data URL.
    Json {
        /// The document.
        value: Value,
    },
    /// multipart/form-data.
    Parts {
        /// In their order.
        parts: Vec<RecordedPart>,
    },
    /// Something else.
    Other {
        /// Its size.
        length: usize,
        /// Its hash, hexadecimal.
        sha256: String,
    },
}

/// A part of a multipart body.
#[derive(Debug, Clone, Serialize)]
pub struct RecordedPart {
    /// The field.
    pub name: String,
    /// For files.
    pub file_name: Option<String>,
    /// As declared.
    pub mime: Option<String>,
    /// The value of a short text field.
    pub text: Option<String>,
    /// Bytes.
    pub length: usize,
    /// Hash of the bytes, hexadecimal.
    pub sha256: String,
    /// What the picture says of itself, when it is one.
    pub picture: Option<Facts>,
}

/// A breach of a vendor's contract.
#[derive(Debug, Clone, Serialize)]
pub struct Violation {
    /// The request's [`Recorded::number`].
    pub number: u64,
    /// The request's [`Recorded::place`].
    pub place: String,
    /// Method and path.
    pub request: String,
    /// What was wrong.
    pub message: String,
}

/// All requests so far.
#[derive(Debug)]
pub(crate) struct Recorder {
    began: std::time::Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: u64,
    requests: VecDeque<Recorded>,
}

impl Recorder {
    pub(crate) fn new() -> Self {
        Self { began: std::time::Instant::now(), state: Mutex::default() }
    }

    /// Keeps a request and gives it its number; says whether a secret came with it.
    pub(crate) fn record(&self, place: &str, call: &mut Call) -> bool {
        let headers: Vec<(String, String)> = call
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let credentials: Vec<_> = headers.iter().filter(|(name, _)| CREDENTIALS.contains(&name.as_str())).cloned().collect();
        let has_secret = !credentials.is_empty();
        let body = recorded_body(&call.body);
        let mut state = self.state.lock();
        state.last += 1;
        call.number = state.last;
        let recorded = Recorded {
            number: call.number,
            place: place.to_owned(),
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.query.clone(),
            headers,
            credentials,
            body,
            violations: Vec::new(),
            status: 0,
            at_ms: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        if state.requests.len() == MOST_REQUESTS {
            state.requests.pop_front();
        }
        state.requests.push_back(recorded);
        has_secret
    }

    /// Notes a breach.
    pub(crate) fn blame(&self, number: u64, message: impl Into<String>) {
        self.change(number, |recorded| recorded.violations.push(message.into()));
    }

    /// Notes the answer.
    pub(crate) fn answered(&self, number: u64, status: u16) {
        self.change(number, |recorded| recorded.status = status);
    }

    fn change(&self, number: u64, change: impl FnOnce(&mut Recorded)) {
        if let Some(recorded) = self.state.lock().requests.iter_mut().rev().find(|recorded| recorded.number == number) {
            change(recorded);
        }
    }

    /// The requests at one place, or all.
    pub(crate) fn requests(&self, place: Option<&str>) -> Vec<Recorded> {
        let state = self.state.lock();
        state.requests.iter().filter(|recorded| place.is_none_or(|place| recorded.place == place)).cloned().collect()
    }

    /// The breaches so far.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        let state = self.state.lock();
        let all = state.requests.iter().flat_map(|recorded| {
            recorded.violations.iter().map(|message| Violation {
                number: recorded.number,
                place: recorded.place.clone(),
                request: format!("{} {}", recorded.method, recorded.path),
                message: message.clone(),
            })
        });
        all.collect()
    }

    /// Forgets everything; numbers go on.
    pub(crate) fn clear(&self) {
        self.state.lock().requests.clear();
    }
}

fn recorded_body(body: &CallBody) -> RecordedBody {
    match body {
        CallBody::Empty => RecordedBody::Empty,
        CallBody::Json(value) => RecordedBody::Json { value: shortened(value) },
        CallBody::Other { bytes, .. } => RecordedBody::Other { length: bytes.len(), sha256: sha256(bytes) },
        CallBody::Parts(parts) => {
            let recorded = parts.iter().map(|part| RecordedPart {
                name: part.name.clone(),
                file_name: part.file_name.clone(),
                mime: part.mime.clone(),
                text: part.text().filter(|text| text.len() <= 64 << 10).map(str::to_owned),
                length: part.bytes.len(),
                sha256: sha256(&part.bytes),
                picture: Facts::of(&part.bytes),
            });
            RecordedBody::Parts { parts: recorded.collect() }
        }
    }
}

fn shortened(value: &Value) -> Value {
    match value {
        Value::String(text) if text.len() > LONGEST_TEXT || text.starts_with("data:") => facts_of_text(text),
        Value::Array(items) => items.iter().map(shortened).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), shortened(value))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn facts_of_text(text: &str) -> Value {
    let Some(bytes) = decoded(text) else {
        return json!({ "$chars": text.len(), "$sha256": sha256(text.as_bytes()) });
    };
    let facts = Facts::of(&bytes);
    json!({
        "$chars": text.len(),
        "$sha256": sha256(&bytes),
        "$data_url": text.starts_with("data:"),
        "$mime": facts.as_ref().map(|facts| facts.mime),
        "$width": facts.as_ref().map(|facts| facts.width),
        "$height": facts.as_ref().map(|facts| facts.height),
    })
}

/// The bytes of base64 or of a base64 data URL.
pub(crate) fn decoded(text: &str) -> Option<Vec<u8>> {
    let encoded = match text.strip_prefix("data:") {
        Some(rest) => rest.split_once(";base64,")?.1,
        None => text,
    };
    STANDARD.decode(encoded).ok()
}

/// A hash in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
