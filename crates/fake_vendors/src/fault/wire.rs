//! Puts an answer on the wire, with the faults that live there.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream;
use serde_json::Value;

use super::{Fault, flood, reshape};
use crate::answer::{Answer, Content, Kind, Served, Trouble};
use crate::line::{Line, Mode};
use crate::shop::ErrorShape;

/// Silence lasts this long at most; every caller's patience ends before.
const SILENCE: Duration = Duration::from_secs(900);
/// Pause between the bytes of a slow answer.
const DRIP: Duration = Duration::from_millis(250);
/// Bytes of the head that come before it stops.
const HEAD_BYTES: usize = 30;
/// Levels of the deep JSON.
const DEPTH: usize = 1_000_000;

/// The response, after whatever its faults do to it.
pub(crate) async fn send(mut served: Served, error: ErrorShape, line: &Line) -> Response<Body> {
    let (faults, phases) = (served.faults.clone(), served.phases);
    let at = |fault| faults.at(fault, phases);
    if let Some(milliseconds) = at(Fault::Slow) {
        wait(Duration::from_millis(milliseconds), &served).await;
    }
    if at(Fault::Hang).is_some() {
        wait(SILENCE, &served).await;
    }
    let modes = [
        (Fault::HangHeaders, Mode::StopAfter(HEAD_BYTES)),
        (Fault::Slowloris, Mode::Drip(DRIP)),
        (Fault::Drop, Mode::Cut),
        (Fault::Reset, Mode::Reset),
    ];
    if let Some((_, mode)) = modes.into_iter().find(|(fault, _)| at(*fault).is_some()) {
        line.set(mode);
    }
    if at(Fault::Http200Error).is_some() {
        served.answer = error(&Trouble::new(Kind::Server(500), "Internal error."));
        served.answer.status = 200;
    }
    reshape::reshape(&mut served);
    if let (Some(milliseconds), Content::Events(events)) = (at(Fault::Paced), &served.answer.content) {
        return paced(&served.answer, events, Duration::from_millis(milliseconds));
    }
    let (mime, bytes) = body_of(&served.answer.content);
    if at(Fault::HugeBody).is_some() {
        let body = Body::from_stream(flood::endless(br#"{"data":[{"b64_json":""#, b'A'));
        return response(&served.answer, mime, body, Some(flood::FLOOD_BYTES));
    }
    if at(Fault::ChunkForever).is_some() {
        return response(&served.answer, mime, Body::from_stream(flood::endless(br#"{"data":[{"b64_json":""#, b'A')), None);
    }
    if at(Fault::UrlHuge).is_some() {
        return response(&served.answer, mime, Body::from_stream(flood::endless(b"\x89PNG\r\n\x1a\n", 0)), None);
    }
    if at(Fault::GzipBomb).is_some() {
        let packed = served.answer.header("content-encoding", "gzip");
        return response(&packed, mime, Body::from_stream(flood::gzip_bomb()), None);
    }
    if at(Fault::StreamHang).is_some() || at(Fault::DropMid).is_some() {
        return half(&served.answer, mime, &bytes, at(Fault::DropMid).is_some());
    }
    if at(Fault::Html200).is_some() {
        let page = "<!doctype html><title>Bad gateway</title><h1>It works!</h1>";
        return response(&Answer { status: 200, headers: Vec::new(), content: Content::Empty }, Some("text/html"), Body::from(page), None);
    }
    let changed = if at(Fault::BadJson).is_some() {
        Some(bytes[..bytes.len() * 2 / 3].to_vec())
    } else if at(Fault::Utf16).is_some() {
        Some(utf16(&bytes))
    } else if at(Fault::DeepJson).is_some() {
        Some([b"{\"data\":".as_slice(), &vec![b'['; DEPTH], &vec![b']'; DEPTH], b"}"].concat())
    } else {
        None
    };
    let bytes = changed.map_or(bytes, Bytes::from);
    response(&served.answer, mime, Body::from(bytes), None)
}

/// Waits, unless the work is stopped meanwhile.
async fn wait(time: Duration, served: &Served) {
    let stopped = async {
        match &served.stop {
            Some(stop) => stop.notified().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = stopped => {}
    }
}

/// Half of the body, and then silence or the end of the connection.
fn half(answer: &Answer, mime: Option<&'static str>, bytes: &Bytes, cut: bool) -> Response<Body> {
    let first = bytes.slice(..bytes.len() / 2);
    let rest = async move {
        if !cut {
            tokio::time::sleep(SILENCE).await;
        }
        Err(std::io::Error::other("the connection ends here"))
    };
    let pieces = stream::iter([Ok(first)]).chain(stream::once(async {
        // Without a pause the half might never leave the buffer.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok(Bytes::new())
    }));
    // A stream of events has no length.
    let length = if matches!(answer.content, Content::Events(_)) { None } else { Some(bytes.len() as u64) };
    response(answer, mime, Body::from_stream(pieces.chain(stream::once(rest))), length)
}

/// A stream whose events come one by one.
fn paced(answer: &Answer, events: &[(&'static str, Value)], pause: Duration) -> Response<Body> {
    let pieces: Vec<String> = events.iter().map(event).collect();
    let body = stream::iter(pieces).then(move |piece| async move {
        tokio::time::sleep(pause).await;
        Ok::<_, std::convert::Infallible>(Bytes::from(piece))
    });
    response(answer, Some("text/event-stream"), Body::from_stream(body), None)
}

fn body_of(content: &Content) -> (Option<&'static str>, Bytes) {
    match content {
        Content::Empty => (None, Bytes::new()),
        Content::Json(value) => (Some("application/json"), Bytes::from(value.to_string())),
        Content::Bytes { mime, bytes } => (Some(mime), bytes.clone()),
        Content::Events(events) => (Some("text/event-stream"), Bytes::from(events.iter().map(event).collect::<String>())),
    }
}

fn event((name, data): &(&'static str, Value)) -> String {
    match data {
        Value::String(text) if name.is_empty() => format!("data: {text}\n\n"),
        data => format!("event: {name}\ndata: {data}\n\n"),
    }
}

fn utf16(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

fn response(answer: &Answer, mime: Option<&'static str>, body: Body, length: Option<u64>) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).expect("a status that exists");
    let headers = response.headers_mut();
    if let Some(mime) = mime {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    }
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    for (name, value) in &answer.headers {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value that a header may hold"));
    }
    response
}
