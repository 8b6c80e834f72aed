//! How long a call may take, and what each wait is called when it is over.

use std::time::{Duration, Instant};

use egress::{Body, Call, Error, Limits, Reach, Reached};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};

use crate::secure::Authority;
use crate::server::{Seen, Server, Step, answer, send};
use crate::setup::{FAR, SHORT, at, client, configured, named, open, trusting};

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";

/// A server that does this once.
async fn doing(steps: Vec<Step>) -> Server {
    Server::plain(move |_| steps.clone()).await
}

#[tokio::test]
async fn a_server_that_accepts_and_never_shakes_hands_ends_the_connecting_and_saw_nothing() {
    // A server without TLS waits for a request while the client waits for a handshake.
    let server = Server::plain(|_| answer("never")).await;
    let authority = Authority::new(&["slow.test"]);
    let limits = Limits { connect: SHORT, ..FAR };
    let error = client(trusting(&authority)).send(Call::get(named("slow.test", &server, "/")).limits(limits)).await.unwrap_err();
    assert!(matches!(error, Error::ConnectTimeout { limit: SHORT, .. }), "{error}");
    assert_eq!((error.reached(), server.requests().len()), (Reached::No, 0));
    server.closed(1).await;
}

#[tokio::test]
async fn a_server_that_never_answers_ends_at_the_first_byte() {
    for steps in [vec![Step::Hang], vec![send("HTTP/1.1 200 OK\r\nx-half: "), Step::Hang]] {
        let server = doing(steps).await;
        let limits = Limits { first_byte: SHORT, ..FAR };
        let error = client(open()).send(configured(at(&server, "/")).limits(limits)).await.unwrap_err();
        assert!(matches!(error, Error::NoAnswer { limit: SHORT, .. }), "{error}");
        assert_eq!(error.reached(), Reached::Maybe);
        server.closed(1).await;
    }
}

/// Several times what the system takes off a sender's hands before anybody reads.
const LARGE_BYTES: usize = 24 << 20;

/// A listener, and a call that brings it a large body.
async fn large_upload() -> (TcpListener, Call) {
    let socket = TcpSocket::new_v4().unwrap();
    // Otherwise the system takes as much as it likes before anybody reads.
    socket.set_recv_buffer_size(64 << 10).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = crate::setup::url(&format!("http://{}/", listener.local_addr().unwrap()));
    let call = Call::post(address).reach(Reach::Configured).body(Body::Bytes(vec![7; LARGE_BYTES].into()));
    (listener, call.limits(Limits { first_byte: SHORT, ..FAR }))
}

#[tokio::test]
async fn an_upload_that_nobody_takes_ends_at_the_first_byte_too() {
    let (listener, call) = large_upload().await;
    let client = client(open());
    let (sent, _accepted) = tokio::join!(client.send(call), listener.accept());
    let error = sent.unwrap_err();
    assert!(matches!(error, Error::NoAnswer { .. }), "{error}");
    assert_eq!(error.reached(), Reached::Maybe);
}

#[tokio::test]
async fn an_upload_that_moves_may_take_longer_than_the_first_byte() {
    let (listener, call) = large_upload().await;
    // Many times what one piece takes, so that a busy machine does not end it.
    let limit = SHORT * 5;
    let call = call.limits(Limits { first_byte: limit, ..FAR });
    let slow = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let begun = Instant::now();
        let mut piece = vec![0; LARGE_BYTES / 16];
        for _ in 0..16 {
            stream.read_exact(&mut piece).await.unwrap();
            tokio::time::sleep(limit / 12).await;
        }
        assert!(begun.elapsed() > limit);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nslow").await.unwrap();
        // The request's head was counted in, so a little of its body is still under way.
        stream
    };
    let client = client(open());
    let (sent, _stream) = tokio::join!(client.send(call), slow);
    let read = sent.unwrap().bytes().await.unwrap();
    assert_eq!(read, "slow");
}

#[tokio::test]
async fn an_answer_that_comes_before_the_upload_ends_is_an_answer() {
    let (listener, call) = large_upload().await;
    let early = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig").await.unwrap();
        stream
    };
    let client = client(open());
    let (sent, _stream) = tokio::join!(client.send(call), early);
    let found = sent.unwrap();
    assert_eq!((found.status.as_u16(), found.text_prefix(9).await), (413, "big".to_owned()));
}

#[tokio::test]
async fn interim_answers_without_end_do_not_count_as_an_answer() {
    let server = doing(vec![Step::Repeat(b"HTTP/1.1 102 Processing\r\n\r\n".to_vec())]).await;
    let limits = Limits { first_byte: SHORT, ..FAR };
    let error = client(open()).send(configured(at(&server, "/")).limits(limits)).await.unwrap_err();
    assert!(matches!(error, Error::NoAnswer { .. }), "{error}");
    server.closed(1).await;
}

#[tokio::test]
async fn a_body_that_stops_ends_at_the_idle_limit() {
    let server = doing(vec![send(HEAD), send("half"), Step::Hang]).await;
    let limits = Limits { idle: SHORT, ..FAR };
    let mut found = client(open()).send(configured(at(&server, "/")).limits(limits)).await.unwrap();
    assert_eq!(found.chunk().await.unwrap().unwrap(), "half");
    let error = found.chunk().await.unwrap_err();
    assert!(matches!(error, Error::Stalled { limit: SHORT, .. }), "{error}");
    assert_eq!(error.reached(), Reached::Maybe);
    // The answer still exists; its connection does not.
    server.closed(1).await;
}

#[tokio::test]
async fn a_call_that_goes_on_and_on_ends_at_the_total_limit() {
    let endless = doing(vec![send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"), Step::Repeat(b"1\r\nx\r\n".to_vec())]).await;
    let limits = Limits { total: SHORT, max_body_bytes: u64::MAX, ..FAR };
    let begun = Instant::now();
    let found = client(open()).send(configured(at(&endless, "/")).limits(limits)).await.unwrap();
    let error = found.copy_to(&mut tokio::io::sink()).await.unwrap_err();
    assert!(matches!(error, Error::TooSlow { limit: SHORT, .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(5));
    let silent = doing(vec![Step::Hang]).await;
    let error = client(open()).send(configured(at(&silent, "/")).limits(limits)).await.unwrap_err();
    assert!(matches!(error, Error::TooSlow { .. }), "{error}");
    assert_eq!(error.reached(), Reached::Maybe);
}

#[tokio::test]
async fn the_total_limit_spans_all_hops_of_a_download() {
    let server = Server::plain(|seen: &Seen| match seen.head.split(' ').nth(1).unwrap() {
        "/" => crate::server::redirect("/slow"),
        _ => vec![Step::Hang],
    })
    .await;
    let limits = Limits { total: SHORT, ..FAR };
    let error = client(open()).download(&at(&server, "/"), &egress::Route::Direct, &limits).await.unwrap_err();
    assert!(matches!(error, Error::TooSlow { .. }), "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_connection_that_ends_early_is_told_apart_from_an_answer() {
    let cases = [
        vec![Step::Close],
        vec![send("HTTP/1.1 200 OK\r\nx-half: "), Step::Close],
        vec![send(HEAD), send("half"), Step::Close],
        vec![send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhalf"), Step::Close],
    ];
    for (turn, steps) in cases.into_iter().enumerate() {
        let server = doing(steps).await;
        let error = match client(open()).send(configured(at(&server, "/")).limits(FAR)).await {
            Ok(found) => found.bytes().await.unwrap_err(),
            Err(error) => error,
        };
        assert!(matches!(error, Error::Disconnected { .. }), "{turn}: {error}");
        assert_eq!(error.reached(), Reached::Maybe);
    }
}

#[tokio::test]
async fn what_is_not_http_is_a_fault_of_its_own() {
    for text in ["SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 banana\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n"] {
        let server = doing(vec![send(text), Step::Hang]).await;
        let error = client(open()).send(configured(at(&server, "/")).limits(FAR)).await.unwrap_err();
        assert!(matches!(error, Error::Protocol { .. }), "{text}: {error}");
        assert_eq!(error.reached(), Reached::Maybe);
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_refuses_at_once() {
    let listener = std::net::TcpListener::bind("127.0.1.5:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = client(open()).send(configured(crate::setup::url(&format!("http://{address}/")))).await.unwrap_err();
    assert!(matches!(error, Error::Connect { .. }), "{error}");
    assert_eq!(error.reached(), Reached::No);
}

#[tokio::test]
async fn a_limit_of_for_ever_is_no_limit_and_no_panic() {
    let server = Server::plain(|_| answer("here")).await;
    let ever = Duration::MAX;
    let limits = Limits { connect: ever, first_byte: ever, idle: ever, total: ever, max_body_bytes: u64::MAX, max_event_bytes: usize::MAX };
    let found = client(open()).send(configured(at(&server, "/")).limits(limits)).await.unwrap();
    assert_eq!(found.bytes().await.unwrap(), "here");
}
