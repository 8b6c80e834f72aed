//! Who a server must be, and the newer protocol inside TLS.

use bytes::Bytes;
use egress::{Body, BuildError, Call, Egress, Error, Limits, Options, Reached};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

use crate::secure::Authority;
use crate::server::{Server, answer};
use crate::setup::{FAR, SHORT, client, named, options, trusting, url};

#[tokio::test]
async fn a_server_must_have_a_certificate_of_a_trusted_authority_for_the_very_name() {
    let authority = Authority::new(&["vendor.test"]);
    let stranger = Authority::new(&["vendor.test"]);
    let (right, wrong) = (Server::secure(&authority, |_| answer("here")).await, Server::secure(&stranger, |_| answer("here")).await);
    let client = client(trusting(&authority));
    let found = client.send(Call::get(named("vendor.test", &right, "/"))).await.unwrap();
    assert_eq!(found.bytes().await.unwrap(), "here");
    for address in [named("vendor.test", &wrong, "/"), named("other.test", &right, "/"), named("127.0.0.1", &right, "/")] {
        let error = client.send(Call::get(address)).await.unwrap_err();
        assert!(matches!(error, Error::Tls { .. }), "{error}");
        assert_eq!(error.reached(), Reached::No);
    }
    assert_eq!((right.requests().len(), wrong.requests().len()), (1, 0));
}

#[tokio::test]
async fn an_own_authority_is_trusted_only_when_it_is_configured() {
    let authority = Authority::new(&["vendor.test"]);
    let server = Server::secure(&authority, |_| answer("here")).await;
    let error = client(Options { extra_roots: None, ..trusting(&authority) }).send(Call::get(named("vendor.test", &server, "/"))).await;
    assert!(matches!(error, Err(Error::Tls { .. })));
    let unusable = |options: Options| Egress::new(options).unwrap_err();
    assert!(matches!(unusable(Options { extra_roots: Some("/nowhere".into()), ..options() }), BuildError::Roots(_)));
    let empty = tempfile::NamedTempFile::new().unwrap();
    assert!(matches!(unusable(Options { extra_roots: Some(empty.path().to_owned()), ..options() }), BuildError::Roots(_)));
    assert!(matches!(unusable(Options::new("two\nlines")), BuildError::UserAgent));
}

/// What the server of this file answers by path.
async fn serve(request: Request<Incoming>) -> Result<Response<http_body_util::combinators::BoxBody<Bytes, Infallible>>, Infallible> {
    let (parts, body) = request.into_parts();
    let endless = || futures::stream::repeat_with(|| Ok(Frame::data(Bytes::from_static(&[7; 4096]))));
    let mut response = Response::new(match parts.uri.path() {
        "/endless" => BodyExt::boxed(StreamBody::new(endless())),
        "/hang" => BodyExt::boxed(StreamBody::new(futures::stream::pending::<Result<Frame<Bytes>, Infallible>>())),
        "/echo" => BodyExt::boxed(Full::new(body.collect().await.unwrap().to_bytes())),
        _ => BodyExt::boxed(Full::new(Bytes::from(format!("{:?} {}", parts.version, parts.uri)))),
    });
    let (count, size) = match parts.uri.path() {
        "/many" => (150, 1),
        "/large" => (2, 60_000),
        _ => (0, 0),
    };
    for number in 0..count {
        let name: http::HeaderName = format!("x-{number}").parse().unwrap();
        response.headers_mut().insert(name, "x".repeat(size).parse().unwrap());
    }
    Ok(response)
}

/// A server that speaks HTTP/2, and the number of its connections.
async fn http2_server(authority: &Authority) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, connections, acceptor) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)), authority.acceptor());
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let stream = acceptor.accept(stream).await.unwrap();
            let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            tokio::spawn(builder.serve_connection(TokioIo::new(stream), service_fn(serve)));
        }
    });
    (address, connections)
}

#[tokio::test]
async fn http2_is_spoken_where_the_server_offers_it_and_one_connection_serves_many_calls() {
    let authority = Authority::with_alpn(&["vendor.test"], &["h2", "http/1.1"]);
    let (address, connections) = http2_server(&authority).await;
    let client = client(trusting(&authority));
    let at = |path: &str| url(&format!("https://vendor.test:{}{path}", address.port()));
    // Made before, so that the connection does not wait while they are written.
    let body = Bytes::from(vec![7; 1_000_000]);
    let calls: Vec<Call> = (0..20).map(|_| Call::post(at("/echo")).body(Body::Bytes(body.clone())).limits(Limits::GENERATION)).collect();
    let found = client.send(Call::get(at("/a?b=c"))).await.unwrap();
    assert_eq!(found.bytes().await.unwrap(), format!("HTTP/2.0 https://vendor.test:{}/a?b=c", address.port()));
    for found in futures::future::join_all(calls.into_iter().map(|call| client.send(call))).await {
        assert!(found.unwrap().bytes().await.unwrap() == body);
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_limits_hold_for_http2_too_and_one_call_does_not_end_another() {
    let authority = Authority::with_alpn(&["vendor.test"], &["h2"]);
    let (address, connections) = http2_server(&authority).await;
    let client = client(trusting(&authority));
    let get = |path: &str, limits: Limits| Call::get(url(&format!("https://vendor.test:{}{path}", address.port()))).limits(limits);
    let mut open = client.send(get("/endless", Limits { max_body_bytes: u64::MAX, ..FAR })).await.unwrap();
    let endless = client.send(get("/endless", FAR)).await.unwrap().bytes().await;
    assert!(matches!(endless, Err(Error::BodyTooLarge { .. })));
    let hanging = client.send(get("/hang", Limits { idle: SHORT, ..FAR })).await.unwrap().bytes().await;
    assert!(matches!(hanging, Err(Error::Stalled { .. })));
    assert!(matches!(client.send(get("/many", FAR)).await, Err(Error::HeadersTooLarge { .. })));
    let large = client.send(get("/large", FAR)).await.unwrap_err();
    assert_eq!(large.reached(), Reached::Maybe);
    assert!(open.chunk().await.unwrap().is_some());
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}
