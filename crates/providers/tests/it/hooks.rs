//! Takes webhooks as they come.

use std::time::Duration;

use providers::WebhookCall;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use url::Url;

/// A webhook that came, not verified.
#[derive(Debug, Clone)]
pub struct Hook {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Hook {
    /// The call as the product would see it now.
    pub fn call(&self) -> WebhookCall<'_> {
        WebhookCall { headers: &self.headers, body: &self.body, now: now() }
    }

    /// The same with another header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(known, _)| known != name);
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    /// The same without a header.
    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(known, _)| known != name);
        other
    }

    /// The same with another body.
    pub fn saying(&self, body: &str) -> Self {
        Self { body: body.as_bytes().to_vec(), ..self.clone() }
    }
}

/// Seconds since 1970.
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("before the year 292 277 026 596")
}

/// Webhooks that come to an address.
pub struct Hooks {
    pub url: Url,
    receiver: UnboundedReceiver<Hook>,
}

impl Hooks {
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook?task=1&nonce=a%26b", listener.local_addr().expect("an address"));
        let (sender, receiver) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if sender.send(read(stream).await).is_err() {
                    return;
                }
            }
        });
        Self { url: url.parse().expect("an address"), receiver }
    }

    pub async fn next(&mut self) -> Hook {
        let hook = tokio::time::timeout(Duration::from_secs(5), self.receiver.recv()).await;
        hook.expect("a webhook in time").expect("the listener runs")
    }
}

async fn read(mut stream: TcpStream) -> Hook {
    let mut bytes = Vec::new();
    loop {
        stream.read_buf(&mut bytes).await.expect("bytes");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let headers: Vec<_> =
            head.lines().filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
        if length.is_some_and(|length: usize| body.len() >= length) {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("an answer");
            return Hook { headers, body: body.as_bytes().to_vec() };
        }
    }
}
