//! Accepting connections and speaking HTTP/1.1 on them, within bounds: on their number, on the size of a request's
//! head, and on the time in which nothing moves. HTTP/2 is left to whatever proxy encrypts.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use super::activity::{Activity, Sent};
use super::connections::{Connections, Place};
use super::remainder::Received;

/// Largest head of a request: a hundred times a usual one with its cookies.
const HEAD_MAXIMUM: usize = 32 << 10;
/// Most that is held of what one connection sends or is sent.
const BUFFER_MAXIMUM: usize = 64 << 10;
/// Rest after the system refused to accept a connection, so that it is not asked at full speed what it cannot do.
const REST_AFTER_REFUSAL: Duration = Duration::from_secs(1);

/// How long nothing may move on a connection while no handler is at work on it.
#[derive(Clone, Copy)]
struct Patience {
    /// Until the first request has arrived.
    first: Duration,
    /// Between requests, and between two parts of an answer. It is looked at so often, so it may take twice as long.
    then: Duration,
    /// After the stop began.
    leave: Duration,
}

/// A request arrives within seconds even over a bad line. Between two, proxies keep connections open for 60 seconds, and
/// must not find them closed just when they use them.
const PATIENCE: Patience = Patience { first: Duration::from_secs(15), then: Duration::from_secs(75), leave: Duration::ZERO };

/// How long a connection of a proxy that carries no request stays open after the stop began. The proxy does not know of the
/// stop and may be sending on it just now; what is lost then cannot be sent elsewhere, for it may have been done. So it gets
/// its answer, and with it the word that the connection ends.
const LEAVE: Duration = Duration::from_secs(2);

/// Answers requests until the stop begins, and then those that are under way. `bounded` tells under which address a
/// connection from there is counted, if it is; a proxy's is not.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: Connections,
    bounded: impl Fn(IpAddr) -> Option<IpAddr>,
    stopping: CancellationToken,
) {
    let serving = TaskTracker::new();
    let begin = async |socket, peer: SocketAddr| {
        let address = bounded(peer.ip());
        let patience = if address.is_none() { Patience { leave: LEAVE, ..PATIENCE } } else { PATIENCE };
        match connections.admit(address).await {
            Some(place) => drop(serving.spawn(connection(socket, peer, router.clone(), place, stopping.clone(), patience))),
            None => tracing::debug!(%peer, "a connection was refused: all places are taken"),
        }
    };
    while let Some((socket, peer)) = next(&listener, &stopping).await {
        begin(socket, peer).await;
    }
    for (socket, peer) in arrived(listener) {
        begin(socket, peer).await;
    }
    serving.close();
    serving.wait().await;
}

/// Those who had connected before the listener closed: the system would cut them off, with what they have sent.
fn arrived(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let mut arrived = Vec::new();
    while let Ok((socket, peer)) = listener.accept() {
        let socket = socket.set_nonblocking(true).and_then(|()| TcpStream::from_std(socket));
        arrived.extend(socket.map(|socket| (socket, peer)));
    }
    arrived
}

/// The next connection; `None` once the stop has begun.
async fn next(listener: &TcpListener, stopping: &CancellationToken) -> Option<(TcpStream, SocketAddr)> {
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopping.cancelled() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok(accepted) => return Some(accepted),
            // It was given up before it was accepted.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
            Err(error) => {
                tracing::error!(%error, "no connection could be accepted");
                tokio::time::sleep(REST_AFTER_REFUSAL).await;
            }
        }
    }
}

/// Serves one connection until either side ends it, nothing moves on it, or its place is needed.
async fn connection(
    io: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    router: Router,
    place: Place,
    stopping: CancellationToken,
    patience: Patience,
) {
    let activity = &place.activity;
    let service = service_fn(|request| answer(router.clone(), peer, Arc::clone(activity), &stopping, request));
    let mut http = http1::Builder::new();
    http.max_header_size(HEAD_MAXIMUM).max_buf_size(BUFFER_MAXIMUM);
    let mut talking = std::pin::pin!(http.serve_connection(TokioIo::new(io), service));
    let mut look = std::pin::pin!(tokio::time::sleep(patience.first));
    let (mut seen, mut ending) = (activity.steps(), false);
    let mut left = std::pin::pin!(async {
        stopping.cancelled().await;
        // Whoever has something under way is told at once that it is the last.
        if activity.is_waiting() {
            tokio::time::sleep(patience.leave).await;
        }
    });
    loop {
        tokio::select! {
            ended = talking.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%peer, %error, "a connection broke");
                }
                return;
            }
            () = place.closed.cancelled() => return,
            () = left.as_mut(), if !ending => {
                if activity.is_waiting() {
                    return;
                }
                ending = true;
                talking.as_mut().graceful_shutdown();
            }
            () = look.as_mut() => {
                let steps = activity.steps();
                if steps == seen && !activity.is_handling() {
                    return;
                }
                seen = steps;
                look.as_mut().reset(Instant::now() + patience.then);
            }
        }
    }
}

async fn answer(
    mut router: Router,
    peer: SocketAddr,
    activity: Arc<Activity>,
    stopping: &CancellationToken,
    request: Request<Incoming>,
) -> Result<Response<Sent>, Infallible> {
    let open = activity.begin();
    let waits_for_leave = request.headers().contains_key(header::EXPECT);
    let mut request = request.map(|body| Received::new(body, waits_for_leave));
    request.extensions_mut().insert(ConnectInfo(peer));
    let mut response = router.call(request).await?;
    if stopping.is_cancelled() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(open.answered(response))
}

#[cfg(test)]
mod tests;
