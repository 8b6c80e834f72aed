//! What a server receives.

use bytes::Bytes;
use egress::http::Method;
use egress::http::header::{ACCEPT, HeaderValue, USER_AGENT};
use egress::{Body, Call, Error, FileBody, Form, Reach};

use crate::server::{Server, answer};
use crate::setup::{at, client, configured, open};

#[tokio::test]
async fn a_get_has_a_head_of_its_own_and_no_body() {
    let server = Server::plain(|_| answer("ok")).await;
    client(open()).send(configured(at(&server, "/a/b?c=d%20e#fragment"))).await.unwrap();
    let expected = format!(
        "GET /a/b?c=d%20e HTTP/1.1\r\naccept: */*\r\naccept-encoding: gzip, br\r\nuser-agent: tests/1\r\nhost: {}\r\n\r\n",
        server.address
    );
    assert_eq!(server.requests()[0].head, expected);
}

#[tokio::test]
async fn headers_of_the_caller_come_before_ours() {
    let server = Server::plain(|_| answer("ok")).await;
    let call = configured(at(&server, "/"))
        .header(ACCEPT, HeaderValue::from_static("text/event-stream"))
        .header(USER_AGENT, HeaderValue::from_static("own"));
    client(open()).send(call).await.unwrap();
    let seen = &server.requests()[0];
    assert_eq!((seen.header("accept"), seen.header("user-agent")), (Some("text/event-stream"), Some("own")));
}

#[tokio::test]
async fn json_arrives_with_its_type_and_length() {
    let server = Server::plain(|_| answer("ok")).await;
    let call = Call::post(at(&server, "/")).reach(Reach::Configured).json(&serde_json::json!({"prompt": "图"})).unwrap();
    client(open()).send(call).await.unwrap();
    let seen = &server.requests()[0];
    assert!(seen.head.starts_with("POST / HTTP/1.1"));
    assert_eq!((seen.header("content-type"), seen.header("transfer-encoding")), (Some("application/json"), None));
    assert_eq!(seen.body, r#"{"prompt":"图"}"#.as_bytes());
}

#[tokio::test]
async fn an_empty_post_says_that_it_is_empty() {
    let server = Server::plain(|_| answer("ok")).await;
    for method in [Method::POST, Method::PUT] {
        client(open()).send(Call::new(method, at(&server, "/")).reach(Reach::Configured)).await.unwrap();
    }
    assert!(server.requests().iter().all(|seen| seen.header("content-length") == Some("0")));
}

#[tokio::test]
async fn a_form_arrives_part_by_part_with_names_that_cannot_break_out() {
    let server = Server::plain(|_| answer("ok")).await;
    let form = Form::new()
        .text("prompt", "a\r\nb")
        .text("na\"me\r\nx: y", "")
        .file("image[]", "图 \"1\".png", "image/png", Bytes::from_static(b"\x89PNG\r\n"))
        .unwrap();
    client(open()).send(Call::post(at(&server, "/")).reach(Reach::Configured).form(form)).await.unwrap();
    let seen = &server.requests()[0];
    let boundary = seen.header("content-type").unwrap().strip_prefix("multipart/form-data; boundary=").unwrap();
    let expected = [
        format!("--{boundary}\r\ncontent-disposition: form-data; name=\"prompt\"\r\n\r\na\r\nb\r\n").into_bytes(),
        format!("--{boundary}\r\ncontent-disposition: form-data; name=\"na%22me%0D%0Ax: y\"\r\n\r\n\r\n").into_bytes(),
        format!("--{boundary}\r\ncontent-disposition: form-data; name=\"image[]\"; filename=\"图 %221%22.png\"\r\n").into_bytes(),
        b"content-type: image/png\r\n\r\n\x89PNG\r\n\r\n".to_vec(),
        format!("--{boundary}--\r\n").into_bytes(),
    ];
    assert_eq!(seen.body, expected.concat());
    assert!(Form::new().file("image", "a.png", "image/png\r\nx: y", Bytes::new()).is_err());
}

#[tokio::test]
async fn a_large_body_arrives_whole() {
    let server = Server::plain(|_| answer("ok")).await;
    let body: Vec<u8> = (0..5_000_000_u32).map(|n| (n % 251) as u8).collect();
    let call = Call::post(at(&server, "/")).reach(Reach::Configured).body(Body::Bytes(body.clone().into()));
    client(open()).send(call).await.unwrap();
    assert!(server.requests()[0].body == body);
}

#[tokio::test]
async fn a_file_arrives_with_its_length_and_one_that_became_shorter_is_an_error() {
    let server = Server::plain(|_| answer("ok")).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let content: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    std::fs::write(file.path(), &content).unwrap();
    let body = FileBody::new(file.path()).await.unwrap();
    let call = || Call::new(Method::PUT, at(&server, "/")).reach(Reach::Configured).body(Body::File(body.clone()));
    client(open()).send(call()).await.unwrap();
    let seen = &server.requests()[0];
    assert_eq!((seen.header("content-length"), seen.header("transfer-encoding")), (Some("200000"), None));
    assert_eq!(seen.body, content);
    std::fs::write(file.path(), "short").unwrap();
    assert!(matches!(client(open()).send(call()).await, Err(Error::Disconnected { .. })));
}
