//! Takes webhooks as they come.

use std::time::Duration;

use providers::WebhookCall;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use url::Url;

/// A webhook that came, not verified. Header names are lower case.
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

/// Only what never comes takes so long.
const PATIENCE: Duration = Duration::from_secs(20);

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

    /// The next so many that come.
    pub async fn take(&mut self, count: usize) -> Vec<Hook> {
        let mut hooks = Vec::new();
        while hooks.len() < count {
            let hook = tokio::time::timeout(PATIENCE, self.receiver.recv()).await;
            hooks.push(hook.expect("a webhook in time").expect("the listener runs"));
        }
        hooks
    }
}

async fn read(mut stream: TcpStream) -> Hook {
    let mut bytes = Vec::new();
    let (headers, body) = loop {
        assert!(stream.read_buf(&mut bytes).await.expect("bytes") > 0, "a webhook that ends too early");
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&bytes[..end]).expect("a head of text");
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers: Vec<_> = lines.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let length = headers.iter().find(|(name, _)| name == "content-length").expect("a length");
        if bytes.len() >= end + 4 + length.1.parse::<usize>().expect("a number") {
            break (headers, bytes.split_off(end + 4));
        }
    };
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("an answer");
    Hook { headers, body }
}
