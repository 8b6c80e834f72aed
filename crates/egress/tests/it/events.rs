//! Server-sent events as they arrive.

use std::io::Write;

use egress::{Error, Event, Limits};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::TryStreamExt;

use crate::server::{Server, Step, answer_with, send};
use crate::setup::{FAR, SHORT, at, client, configured, open};

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

async fn get(steps: Vec<Step>, limits: Limits) -> (Server, egress::Events) {
    let server = Server::plain(move |_| steps.clone()).await;
    let found = client(open()).send(configured(at(&server, "/")).limits(limits)).await.unwrap();
    (server, found.sse())
}

fn chunk(text: &str) -> Step {
    send(&format!("{:x}\r\n{text}\r\n", text.len()))
}

#[tokio::test]
async fn an_event_is_given_as_soon_as_it_is_whole() {
    let steps = vec![send(HEAD), chunk("event: partial\ndata: {\"a\""), chunk(":1}\n\nda"), chunk("ta: rest"), Step::Hang];
    let (_server, mut events) = get(steps, Limits { idle: SHORT, ..FAR }).await;
    let event = events.next().await.unwrap().unwrap();
    assert_eq!((event.event.as_str(), event.data.as_str()), ("partial", "{\"a\":1}"));
    // The server is silent in the middle of the next.
    assert!(matches!(events.next().await, Err(Error::Stalled { .. })));
}

#[tokio::test]
async fn an_event_is_given_as_soon_as_it_is_whole_also_when_the_stream_is_compressed() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"data: one\n\n").unwrap();
    encoder.flush().unwrap();
    let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n";
    let steps = vec![send(head), Step::Send(encoder.get_ref().clone()), Step::Hang];
    let (_server, mut events) = get(steps, FAR).await;
    assert_eq!(events.next().await.unwrap().unwrap().data, "one");
}

#[tokio::test]
async fn the_end_of_the_answer_is_the_end_of_the_events() {
    let steps = answer_with("200 OK", "", "data: one\n\n: still here\n\ndata: [DONE]\n\ndata: half");
    let (_server, events) = get(steps, FAR).await;
    let events: Vec<Event> = events.stream().try_collect().await.unwrap();
    assert_eq!(events.iter().map(|event| event.data.as_str()).collect::<Vec<_>>(), ["one", "[DONE]"]);
    let (_server, mut events) = get(vec![send(HEAD), chunk("data: one\n\n"), Step::Close], FAR).await;
    assert_eq!(events.next().await.unwrap().unwrap().data, "one");
    assert!(matches!(events.next().await, Err(Error::Disconnected { .. })));
}

#[tokio::test]
async fn one_event_may_not_grow_without_end_however_it_is_cut_into_lines() {
    let limits = Limits { max_event_bytes: 10_000, max_body_bytes: u64::MAX, ..FAR };
    for piece in
        ["xxxxxxxxxxxxxxxx".to_owned(), "data: xxxxxxxx\n".to_owned(), "data\n".to_owned(), format!("event: {}\n", "x".repeat(20_000))]
    {
        let Step::Send(bytes) = chunk(&piece) else { unreachable!() };
        let (server, mut events) = get(vec![send(HEAD), Step::Repeat(bytes)], limits).await;
        assert!(matches!(events.next().await, Err(Error::EventTooLarge { max_bytes: 10_000, .. })), "{piece}");
        drop(events);
        server.closed(1).await;
    }
}

#[tokio::test]
async fn a_stream_of_comments_ends_at_the_limit_of_the_body() {
    let Step::Send(bytes) = chunk(": nothing\n\n") else { unreachable!() };
    let (_server, mut events) = get(vec![send(HEAD), Step::Repeat(bytes)], FAR).await;
    assert!(matches!(events.next().await, Err(Error::BodyTooLarge { .. })));
}
