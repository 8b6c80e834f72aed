//! The ways to read an answer.

use egress::http::Method;
use egress::{Call, Error, Limits, Reach};
use futures::TryStreamExt;
use serde_json::Value;

use crate::server::{Server, Step, answer, answer_with, send};
use crate::setup::{FAR, SHORT, at, client, configured, open};

async fn get(steps: Vec<Step>) -> egress::Answer {
    get_within(FAR, steps).await
}

async fn get_within(limits: Limits, steps: Vec<Step>) -> egress::Answer {
    let server = Server::plain(move |_| steps.clone()).await;
    client(open()).send(configured(at(&server, "/")).limits(limits)).await.unwrap()
}

#[tokio::test]
async fn an_error_is_an_answer_with_a_beginning_to_look_at() {
    let found = get(answer_with("429 Too Many Requests", "retry-after: 7\r\n", "slow down, please")).await;
    assert_eq!((found.status.as_u16(), found.headers["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(found.text_prefix(9).await, "slow down");
    assert_eq!(get(answer("图")).await.text_prefix(2).await, "\u{fffd}");
    // Also of a body that is never finished.
    let half = vec![send("HTTP/1.1 500 Oh\r\ncontent-length: 100\r\n\r\nhalf"), Step::Hang];
    assert_eq!(get_within(Limits { idle: SHORT, ..FAR }, half).await.text_prefix(50).await, "half");
}

#[tokio::test]
async fn json_that_is_not_as_expected_says_where_and_never_what() {
    assert_eq!(get(answer(r#"{"a":[1]}"#)).await.json::<Value>().await.unwrap(), serde_json::json!({"a": [1]}));
    let deep = "[".repeat(100_000);
    for body in [deep.as_str(), "", "<html>", r#"{"key": "sk-canary""#, r#""sk-canary""#, "\u{feff}{}", "n\0u\0l\0l\0"] {
        let error = get(answer(body)).await.json::<Vec<u8>>().await.unwrap_err();
        assert!(matches!(error, Error::Json { .. }), "{error}");
        assert!(error.to_string().contains("line 1"), "{error}");
        assert!(!format!("{error:?}").contains("canary"));
        assert!(matches!(get(answer(body)).await.json::<Value>().await, Err(Error::Json { .. }) | Ok(Value::String(_))));
    }
}

#[tokio::test]
async fn a_body_is_copied_or_streamed_piece_by_piece() {
    let body = vec![7; 300_000];
    let mut copied = Vec::new();
    assert_eq!(get(answer(&body)).await.copy_to(&mut copied).await.unwrap(), 300_000);
    assert!(copied == body);
    let pieces: Vec<bytes::Bytes> = get(answer(&body)).await.stream().try_collect().await.unwrap();
    assert!(pieces.concat() == body);
    let half = vec![send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"), Step::Close];
    let pieces: Vec<_> = futures::StreamExt::collect(get(half).await.stream()).await;
    assert_eq!(pieces.len(), 2);
    assert!(matches!(pieces[1], Err(Error::Disconnected { .. })));
}

#[tokio::test]
async fn a_writer_that_fails_is_told_apart_from_a_server_that_does() {
    let (mut writer, reader) = tokio::io::duplex(16);
    drop(reader);
    let error = get(answer("more than nothing")).await.copy_to(&mut writer).await.unwrap_err();
    assert!(matches!(error, Error::Write(_)), "{error}");
}

#[tokio::test]
async fn an_answer_without_a_body_is_empty() {
    assert!(get(answer_with("204 No Content", "", "")).await.bytes().await.unwrap().is_empty());
    assert!(get(answer("")).await.chunk().await.unwrap().is_none());
    let head = vec![send("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 99999999999\r\n\r\n")];
    let server = Server::plain(move |_| head.clone()).await;
    let client = client(open());
    for _ in 0..2 {
        let call = Call::new(Method::HEAD, at(&server, "/")).reach(Reach::Configured);
        assert!(client.send(call).await.unwrap().bytes().await.unwrap().is_empty());
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn calls_and_answers_travel_between_threads() {
    let server = Server::plain(|_| answer("here")).await;
    let (client, address) = (client(open()), at(&server, "/"));
    let read = tokio::spawn(async move { client.send(configured(address)).await.unwrap().bytes().await.unwrap() });
    assert_eq!(read.await.unwrap(), "here");
}
