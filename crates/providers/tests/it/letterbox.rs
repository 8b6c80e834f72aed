//! An address that takes webhooks, so that they can be looked at.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use url::Url;

/// A webhook as it came. Header names are lower case.
pub struct Letter {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct Letterbox {
    url: Url,
    letters: UnboundedReceiver<Letter>,
}

/// Only what never comes takes so long.
const PATIENCE: Duration = Duration::from_secs(20);

impl Letterbox {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, letters) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if sender.send(take(stream).await).is_err() {
                    return;
                }
            }
        });
        Self { url: format!("http://{address}/hook").parse().expect("an address"), letters }
    }

    pub fn url(&self) -> Url {
        self.url.clone()
    }

    /// The first so many that come.
    pub async fn letters(&mut self, count: usize) -> Vec<Letter> {
        let mut letters = Vec::new();
        while letters.len() < count {
            let next = tokio::time::timeout(PATIENCE, self.letters.recv()).await;
            letters.push(next.expect("a webhook in time").expect("an open letterbox"));
        }
        letters
    }
}

async fn take(mut stream: TcpStream) -> Letter {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        assert!(stream.read_buf(&mut bytes).await.expect("bytes") > 0, "a webhook that ends too early");
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec()).expect("a head of text");
        let length: usize = header(&head, "content-length").expect("a length").parse().expect("a number");
        if bytes.len() >= end + 4 + length {
            break (head, bytes.split_off(end + 4));
        }
    };
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("an answer");
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    Letter { headers: lines.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(), body }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().filter_map(|line| line.split_once(": ")).find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
