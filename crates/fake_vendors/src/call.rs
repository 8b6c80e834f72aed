//! A request as it came, read whole.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};

use crate::answer::{Denial, Kind};
use crate::picture::Facts;

/// Requests above this are cut off: more than any vendor takes.
const BODY_BYTES: usize = 192 << 20;

/// One part of a multipart body.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub name: String,
    pub file_name: Option<String>,
    pub mime: Option<String>,
    pub bytes: Bytes,
}

impl Part {
    /// The value of a text field.
    pub(crate) fn text(&self) -> Option<&str> {
        if self.file_name.is_some() { None } else { std::str::from_utf8(&self.bytes).ok() }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum CallBody {
    Empty,
    Json(Value),
    Parts(Vec<Part>),
    /// Neither; the reason says why.
    Other {
        bytes: Bytes,
        reason: String,
    },
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Its number in the recorder.
    pub number: u64,
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: CallBody,
}

impl Call {
    pub(crate) async fn read(request: Request) -> Self {
        let method = request.method().as_str().to_owned();
        let path = request.uri().path().to_owned();
        let query = request.uri().query().unwrap_or_default();
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let headers = request.headers().clone();
        let (head, body) = request.into_parts();
        let body = match axum::body::to_bytes(body, BODY_BYTES).await {
            Ok(bytes) if bytes.is_empty() => CallBody::Empty,
            Ok(bytes) => parse(head, bytes).await,
            Err(error) => CallBody::Other { bytes: Bytes::new(), reason: error.to_string() },
        };
        Self { number: 0, method, path, query, headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The method and the parts of the path, for a match.
    pub(crate) fn route(&self) -> (&str, Vec<&str>) {
        (&self.method, self.path.trim_matches('/').split('/').collect())
    }

    /// The JSON object in the body.
    pub(crate) fn object(&self) -> Result<&Map<String, Value>, Denial> {
        match &self.body {
            CallBody::Json(Value::Object(object)) => Ok(object),
            CallBody::Json(_) => Err(Denial::wrong(Kind::Invalid, "the body is not a JSON object")),
            CallBody::Empty => Err(Denial::wrong(Kind::Invalid, "the body is empty")),
            CallBody::Parts(_) => Err(Denial::wrong(Kind::Invalid, "the body is multipart where JSON is expected")),
            CallBody::Other { reason, .. } => Err(Denial::wrong(Kind::Invalid, format!("the body is no JSON: {reason}"))),
        }
    }

    /// The parts of the body.
    pub(crate) fn parts(&self) -> Result<&[Part], Denial> {
        match &self.body {
            CallBody::Parts(parts) => Ok(parts),
            CallBody::Other { reason, .. } => Err(Denial::wrong(Kind::Invalid, format!("the body is not multipart: {reason}"))),
            _ => Err(Denial::wrong(Kind::Invalid, "the body is not multipart/form-data")),
        }
    }

    /// Whatever secret came, for the fault that repeats it.
    pub(crate) fn secret(&self) -> String {
        let headers = ["authorization", "x-key", "x-goog-api-key"];
        headers.iter().find_map(|name| self.header(name)).unwrap_or_default().to_owned()
    }
}

async fn parse(head: axum::http::request::Parts, bytes: Bytes) -> CallBody {
    let kind = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    if kind.starts_with("multipart/form-data") {
        let request = Request::from_parts(head, axum::body::Body::from(bytes.clone()));
        return match parts(request).await {
            Ok(parts) => CallBody::Parts(parts),
            Err(reason) => CallBody::Other { bytes, reason },
        };
    }
    if kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json") {
        return match serde_json::from_slice(&bytes) {
            Ok(value) => CallBody::Json(value),
            Err(error) => CallBody::Other { bytes, reason: error.to_string() },
        };
    }
    CallBody::Other { bytes, reason: format!("content-type {kind:?}") }
}

async fn parts(request: Request) -> Result<Vec<Part>, String> {
    let mut multipart = Multipart::from_request(request, &()).await.map_err(|error| error.to_string())?;
    let mut parts = Vec::new();
    while let Some(field) = multipart.next_field().await.map_err(|error| error.to_string())? {
        let name = field.name().ok_or("a part has no name")?.to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let mime = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|error| error.to_string())?;
        parts.push(Part { name, file_name, mime, bytes });
    }
    Ok(parts)
}

/// The picture in a part that must be a file: named, with an ending and a type that say what the bytes are.
pub(crate) fn picture_part(part: &Part) -> Result<Facts, Denial> {
    let file_name = part.file_name.as_deref().filter(|name| !name.is_empty());
    let file_name = file_name.ok_or_else(|| Denial::field(&part.name, "the part has no file name"))?;
    let facts = Facts::of(&part.bytes).ok_or_else(|| Denial::field(&part.name, "the part is no picture"))?;
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let fits = match ending.as_deref() {
        Some("jpg" | "jpeg") => facts.mime == "image/jpeg",
        Some(ending) => facts.mime == format!("image/{ending}"),
        None => false,
    };
    if !fits {
        return Err(Denial::field(&part.name, format!("the file name {file_name:?} does not fit {}", facts.mime)));
    }
    if part.mime.as_deref() != Some(facts.mime) {
        return Err(Denial::field(&part.name, format!("the content type {:?} does not fit {}", part.mime, facts.mime)));
    }
    Ok(facts)
}
