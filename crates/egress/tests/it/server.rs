//! A server that does what a test tells it, byte by byte, and remembers what it was sent.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::secure::Authority;

/// One thing that the server does after it read a request.
#[derive(Clone)]
pub enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes again and again until nobody takes them.
    Repeat(Vec<u8>),
    /// Says nothing more, and keeps the connection until the other side closes it.
    Hang,
    /// Closes the connection.
    Close,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The head, up to the empty line.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Seen {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| line.split_once(": ").filter(|(found, _)| *found == name).map(|(_, value)| value))
    }
}

type Script = dyn Fn(&Seen) -> Vec<Step> + Send + Sync;

/// What the server saw.
#[derive(Default)]
struct Log {
    connections: AtomicUsize,
    closed: AtomicUsize,
    closing: Notify,
    requests: Mutex<Vec<Seen>>,
}

/// A server on a port of its own.
pub struct Server {
    pub address: SocketAddr,
    log: Arc<Log>,
}

impl Server {
    /// A server without TLS on 127.0.0.1.
    pub async fn plain(script: impl Fn(&Seen) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::start("127.0.0.1:0", None, script).await
    }

    /// A server with TLS on 127.0.0.1.
    pub async fn secure(authority: &Authority, script: impl Fn(&Seen) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::start("127.0.0.1:0", Some(authority), script).await
    }

    /// A server at an address.
    pub async fn start(address: &str, authority: Option<&Authority>, script: impl Fn(&Seen) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let (address, log, script) = (listener.local_addr().unwrap(), Arc::new(Log::default()), Arc::new(script) as Arc<Script>);
        let (kept, acceptor) = (Arc::clone(&log), authority.map(Authority::acceptor));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, script, acceptor) = (Arc::clone(&log), Arc::clone(&script), acceptor.clone());
                log.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, &log, &*script).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, &log, &*script).await;
                            }
                        }
                    }
                    log.closed.fetch_add(1, Ordering::SeqCst);
                    log.closing.notify_waiters();
                });
            }
        });
        Self { address, log: kept }
    }

    /// Connections that were opened.
    pub fn connections(&self) -> usize {
        self.log.connections.load(Ordering::SeqCst)
    }

    /// Requests that arrived, whole.
    pub fn requests(&self) -> Vec<Seen> {
        self.log.requests.lock().unwrap().clone()
    }

    /// Waits until so many connections are closed.
    pub async fn closed(&self, count: usize) {
        loop {
            let closing = self.log.closing.notified();
            if self.log.closed.load(Ordering::SeqCst) >= count {
                return;
            }
            closing.await;
        }
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, log: &Log, script: &Script) {
    while let Some(seen) = read_request(&mut stream).await {
        log.requests.lock().unwrap().push(seen.clone());
        for step in script(&seen) {
            let going_on = match step {
                Step::Send(bytes) => stream.write_all(&bytes).await.is_ok() && stream.flush().await.is_ok(),
                Step::Repeat(bytes) => {
                    while stream.write_all(&bytes).await.is_ok() {}
                    false
                }
                Step::Hang => {
                    while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
                    false
                }
                Step::Close => {
                    let _closed = stream.shutdown().await;
                    false
                }
            };
            if !going_on {
                return;
            }
        }
    }
}

async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Seen> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let mut seen = Seen { head: String::from_utf8(head).unwrap(), body: Vec::new() };
    let length = seen.header("content-length").map_or(0, |value| value.parse().unwrap());
    seen.body = vec![0; length];
    stream.read_exact(&mut seen.body).await.ok()?;
    Some(seen)
}

/// An answer with this body, after which the connection stays open.
pub fn answer(body: impl AsRef<[u8]>) -> Vec<Step> {
    answer_with("200 OK", "", body)
}

/// An answer with this status, these header lines (each with its end) and this body.
pub fn answer_with(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<Step> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    vec![Step::Send([head.as_bytes(), body].concat())]
}

/// An answer that leads elsewhere.
pub fn redirect(location: &str) -> Vec<Step> {
    answer_with("302 Found", &format!("location: {location}\r\n"), "moved")
}

/// Sends this text.
pub fn send(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}
