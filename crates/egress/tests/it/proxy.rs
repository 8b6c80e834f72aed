//! Small proxies, HTTP CONNECT and SOCKS 5, that note what they are asked and lead to one server whatever it was.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use egress::ProxyUrl;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::secure::Authority;

/// What a proxy says to a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Connect,
    /// Says 403 to every CONNECT.
    Refuse,
    /// Takes the request and says nothing.
    Silent,
    Socks,
}

/// A proxy on a port of its own.
pub struct Proxy {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub async fn start(manner: Manner, leads_to: SocketAddr) -> Self {
        Self::start_with(manner, leads_to, None).await
    }

    /// The same; with an authority, spoken to inside TLS.
    pub async fn start_with(manner: Manner, leads_to: SocketAddr, authority: Option<&Authority>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let (kept, acceptor) = (Arc::clone(&asked), authority.map(Authority::acceptor));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (asked, acceptor) = (Arc::clone(&asked), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, manner, leads_to, &asked).await,
                        Some(acceptor) => serve(acceptor.accept(stream).await.ok()?, manner, leads_to, &asked).await,
                    }
                });
            }
        });
        Self { address, asked: kept }
    }

    /// Its address for the client, with `login` such as `user:password@` before the host.
    pub fn url(&self, scheme: &str, login: &str) -> ProxyUrl {
        ProxyUrl::parse(&format!("{scheme}://{login}{}", self.address)).unwrap()
    }

    /// What it was asked: heads of CONNECT requests, or `user:password host:port` of SOCKS.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    manner: Manner,
    leads_to: SocketAddr,
    asked: &Mutex<Vec<String>>,
) -> Option<()> {
    let request = if manner == Manner::Socks { hear_socks(&mut stream).await? } else { hear_connect(&mut stream).await? };
    asked.lock().unwrap().push(request);
    let agreed: &[u8] = match manner {
        Manner::Connect => b"HTTP/1.1 200 Connection established\r\nx-proxy: small\r\n\r\n",
        Manner::Refuse => b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
        Manner::Silent => return stream.read(&mut [0; 1]).await.ok().map(|_| ()),
        Manner::Socks => &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    };
    stream.write_all(agreed).await.ok()?;
    stream.flush().await.ok()?;
    if manner != Manner::Refuse {
        copy_bidirectional(&mut stream, &mut TcpStream::connect(leads_to).await.ok()?).await.ok()?;
    }
    Some(())
}

async fn hear_connect<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

async fn hear_socks<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> Option<String> {
    let mut start = [0; 2];
    stream.read_exact(&mut start).await.ok()?;
    let mut methods = vec![0; usize::from(start[1])];
    stream.read_exact(&mut methods).await.ok()?;
    let mut login = String::new();
    if methods.contains(&2) {
        stream.write_all(&[5, 2]).await.ok()?;
        assert_eq!(stream.read_u8().await.ok()?, 1);
        login = format!("{}:{} ", hear_short(stream).await?, hear_short(stream).await?);
        stream.write_all(&[1, 0]).await.ok()?;
    } else {
        stream.write_all(&[5, 0]).await.ok()?;
    }
    let mut command = [0; 4];
    stream.read_exact(&mut command).await.ok()?;
    let host = match command[3] {
        1 => std::net::Ipv4Addr::from(stream.read_u32().await.ok()?).to_string(),
        4 => std::net::Ipv6Addr::from(stream.read_u128().await.ok()?).to_string(),
        _ => hear_short(stream).await?,
    };
    Some(format!("{login}{host}:{}", stream.read_u16().await.ok()?))
}

async fn hear_short<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut text = vec![0; usize::from(stream.read_u8().await.ok()?)];
    stream.read_exact(&mut text).await.ok()?;
    String::from_utf8(text).ok()
}
