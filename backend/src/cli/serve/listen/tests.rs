//! One connection, spoken to through memory.

use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::*;

/// Whoever does nothing is given up almost at once.
const SHORT: Patience = Patience { first: Duration::from_millis(20), then: Duration::from_millis(20), leave: Duration::ZERO };
/// Nobody is given up.
const LONG: Patience = Patience { first: Duration::from_secs(3600), then: Duration::from_secs(3600), leave: Duration::ZERO };
const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// A connection to routes, and what serves it. Less is under way at once than any answer has.
async fn connect(routes: Router, patience: Patience, stopping: &CancellationToken) -> (DuplexStream, JoinHandle<()>) {
    let (ours, theirs) = tokio::io::duplex(64);
    let place = Connections::new(1).admit(None).await.unwrap();
    let peer = SocketAddr::from(([198, 51, 100, 1], 50_000));
    (ours, tokio::spawn(connection(theirs, peer, routes, place, stopping.clone(), patience)))
}

fn hello() -> Router {
    Router::new().route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { format!("hello {peer}") }))
}

/// All that comes until the other side ends the connection.
async fn rest(mut connection: DuplexStream) -> String {
    let mut text = Vec::new();
    connection.read_to_end(&mut text).await.unwrap();
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn whoever_sends_half_a_request_is_given_up() {
    for half in [&b""[..], b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"] {
        let (mut connection, serving) = connect(hello(), SHORT, &CancellationToken::new()).await;
        connection.write_all(half).await.unwrap();
        assert_eq!(rest(connection).await, "");
        serving.await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_that_is_used_no_more_is_ended_after_its_answer() {
    let (mut connection, serving) = connect(hello(), SHORT, &CancellationToken::new()).await;
    connection.write_all(GET).await.unwrap();
    let answer = rest(connection).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhello 198.51.100.1:50000"), "{answer}");
    serving.await.unwrap();
}

#[tokio::test]
async fn a_reader_who_stops_reading_is_given_up() {
    let parts = || futures::stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[0; 4096])));
    let routes = Router::new().route("/", get(move || async move { Body::from_stream(parts()) }));
    let (mut connection, serving) = connect(routes, SHORT, &CancellationToken::new()).await;
    connection.write_all(GET).await.unwrap();
    serving.await.unwrap();
    drop(connection);
}

#[tokio::test]
async fn a_handler_may_take_its_time() {
    let slow = || async {
        tokio::time::sleep(10 * SHORT.then).await;
        "at last"
    };
    let (mut connection, _serving) = connect(Router::new().route("/", get(slow)), SHORT, &CancellationToken::new()).await;
    connection.write_all(GET).await.unwrap();
    assert!(rest(connection).await.ends_with("at last"));
}

#[tokio::test]
async fn whoever_is_given_up_within_a_body_is_told_and_gets_no_further_time() {
    let given_up = |request: Request<Body>| async move {
        let body = tokio::time::timeout(SHORT.then, axum::body::to_bytes(request.into_body(), 8)).await;
        assert!(body.is_err());
        "too late"
    };
    // Connections end by themselves only after an hour.
    let (mut connection, serving) = connect(Router::new().route("/", post(given_up)), LONG, &CancellationToken::new()).await;
    connection.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nhalf").await.unwrap();
    let begun = Instant::now();
    assert!(rest(connection).await.ends_with("too late"));
    serving.await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_stop_ends_what_waits_and_lets_an_answer_under_way_go_out() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let held = (Arc::clone(&begun), Arc::clone(&go_on));
    let routes = Router::new().route(
        "/",
        get(move || async move {
            held.0.notify_one();
            held.1.notified().await;
            "the answer"
        }),
    );
    let stopping = CancellationToken::new();
    let (mut waiting, _) = connect(routes.clone(), LONG, &stopping).await;
    waiting.write_all(b"GET / HT").await.unwrap();
    let (mut busy, _) = connect(routes, LONG, &stopping).await;
    busy.write_all(GET).await.unwrap();
    begun.notified().await;
    stopping.cancel();
    assert_eq!(rest(waiting).await, "");
    go_on.notify_one();
    assert!(rest(busy).await.ends_with("the answer"));
}

#[tokio::test]
async fn a_proxy_that_sends_just_as_the_stop_begins_has_its_answer_and_is_told_that_it_is_the_last() {
    let stopping = CancellationToken::new();
    let (mut proxy, _) = connect(hello(), Patience { leave: LONG.then, ..LONG }, &stopping).await;
    let (idle, _) = connect(hello(), Patience { leave: Duration::from_millis(20), ..LONG }, &stopping).await;
    stopping.cancel();
    // It has seen the stop and waits.
    assert_eq!(rest(idle).await, "");
    proxy.write_all(GET).await.unwrap();
    let answer = rest(proxy).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("connection: close\r\n"), "{answer}");
}

#[tokio::test]
async fn who_connected_before_the_listener_closed_is_served() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut early = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    early.write_all(GET).await.unwrap();
    let stopping = CancellationToken::new();
    stopping.cancel();
    let serving = serve(listener, hello(), Connections::new(8), |_| None, stopping);
    let mut text = String::new();
    let (_, read) = tokio::join!(serving, early.read_to_string(&mut text));
    read.unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.contains("connection: close\r\n"), "{text}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_and_other_protocols_are_not_spoken() {
    let stopping = CancellationToken::new();
    let (connection, _serving) = connect(hello(), LONG, &stopping).await;
    let (read, mut write) = tokio::io::split(connection);
    let large = format!("GET / HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", "x".repeat(HEAD_MAXIMUM));
    // It is not read to its end.
    let sending = tokio::spawn(async move { drop(write.write_all(large.as_bytes()).await) });
    let answer = rest_of(read).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    sending.await.unwrap();

    let (mut connection, _serving) = connect(hello(), LONG, &stopping).await;
    connection.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    assert!(!rest(connection).await.contains("200"));
}

async fn rest_of(mut half: tokio::io::ReadHalf<DuplexStream>) -> String {
    let mut text = Vec::new();
    half.read_to_end(&mut text).await.unwrap();
    String::from_utf8(text).unwrap()
}
