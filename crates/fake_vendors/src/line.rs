//! The connection under a request, so that a fault can cut, reset, choke or slow it below HTTP.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

/// What happens to the bytes that are written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mode {
    Open,
    /// Closed at the next byte.
    Cut,
    /// Reset at the next byte.
    Reset,
    /// So many more bytes, then silence.
    StopAfter(usize),
    /// A byte at a time.
    Drip(Duration),
}

/// The handle that a route holds on its connection.
#[derive(Debug, Clone)]
pub(crate) struct Line(Arc<Mutex<Mode>>);

impl Line {
    pub(crate) fn set(&self, mode: Mode) {
        *self.0.lock() = mode;
    }
}

impl Connected<IncomingStream<'_, FaultyListener>> for Line {
    fn connect_info(stream: IncomingStream<'_, FaultyListener>) -> Self {
        stream.io().line.clone()
    }
}

/// A listener whose connections have a [`Line`].
pub(crate) struct FaultyListener(pub TcpListener);

impl Listener for FaultyListener {
    type Io = FaultyStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (FaultyStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        let _ = stream.set_nodelay(true);
        (FaultyStream { stream, line: Line(Arc::new(Mutex::new(Mode::Open))), pause: None }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that obeys its [`Line`].
pub(crate) struct FaultyStream {
    stream: TcpStream,
    line: Line,
    pause: Option<Pin<Box<Sleep>>>,
}

impl AsyncRead for FaultyStream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for FaultyStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mode = *self.line.0.lock();
        match mode {
            Mode::Open => Pin::new(&mut self.stream).poll_write(context, bytes),
            Mode::Cut => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            Mode::Reset => {
                let _ = self.stream.set_zero_linger();
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
            Mode::StopAfter(0) => Poll::Pending,
            Mode::StopAfter(left) => {
                let some = &bytes[..bytes.len().min(left)];
                let written = Pin::new(&mut self.stream).poll_write(context, some);
                if let Poll::Ready(Ok(count)) = written {
                    self.line.set(Mode::StopAfter(left - count));
                }
                written
            }
            Mode::Drip(every) => {
                let pause = self.pause.get_or_insert_with(|| Box::pin(tokio::time::sleep(every)));
                if pause.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                self.pause = None;
                Pin::new(&mut self.stream).poll_write(context, &bytes[..bytes.len().min(1)])
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
