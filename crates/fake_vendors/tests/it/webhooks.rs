//! Webhooks arrive as their marks say, signed as the vendor signs.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fake_vendors::Vendor;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{House, house};

struct Delivered {
    head: String,
    body: String,
}

impl Delivered {
    fn header(&self, name: &str) -> Option<&str> {
        let start = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(start.as_str()))
    }

    fn status(&self) -> Value {
        serde_json::from_str::<Value>(&self.body).expect("JSON")["status"].clone()
    }
}

/// Takes webhooks at an address.
fn listen() -> (String, Receiver<Delivered>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/hook?task=1", listener.local_addr().expect("an address"));
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut bytes = Vec::new();
            let mut piece = [0; 4096];
            let (head, body) = loop {
                let count = stream.read(&mut piece).expect("bytes");
                bytes.extend_from_slice(&piece[..count]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length").parse().unwrap_or(0);
                if body.len() >= length {
                    break (head.to_owned(), body.to_owned());
                }
            };
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("an answer");
            if sender.send(Delivered { head, body }).is_err() {
                return;
            }
        }
    });
    (url, receiver)
}

/// Everything that comes within a moment.
fn all(receiver: &Receiver<Delivered>) -> Vec<Delivered> {
    std::iter::from_fn(|| receiver.recv_timeout(Duration::from_millis(500)).ok()).collect()
}

fn replicate(mark: &str) -> (House, Vec<Delivered>) {
    let house = house();
    let (url, receiver) = listen();
    let wish = json!({ "version": "black-forest-labs/flux-schnell", "input": { "prompt": format!("a cat {mark}") }, "webhook": url });
    assert_eq!(house.post(Vendor::Replicate, "/predictions", &wish).status, 201);
    let delivered = all(&receiver);
    (house, delivered)
}

fn standard_signature(delivered: &Delivered, secret: &str) -> String {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
    let part = |name| delivered.header(name).unwrap_or_default();
    mac.update(format!("{}.{}.{}", part("webhook-id"), part("webhook-timestamp"), delivered.body).as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[test]
fn replicate_signs_and_marks_change_what_comes() {
    let (house, usual) = replicate("");
    let secret = house.fakes.webhook_secret(Vendor::Replicate).expect("a secret");
    assert_eq!(usual.iter().map(Delivered::status).collect::<Vec<_>>(), ["processing", "succeeded"]);
    assert!(usual.iter().all(|one| one.header("webhook-signature") == Some(&standard_signature(one, &secret))));

    assert_eq!(
        replicate("[whdup]").1.iter().filter_map(|one| one.header("webhook-id")).collect::<std::collections::BTreeSet<_>>().len(),
        1
    );
    assert_eq!(replicate("[whorder]").1.iter().map(Delivered::status).collect::<Vec<_>>(), ["succeeded", "processing"]);
    assert_eq!(replicate("[whflip]").1.iter().map(Delivered::status).collect::<Vec<_>>(), ["succeeded", "failed"]);
    let (_, forged) = replicate("[whbadsig]");
    assert_ne!(forged[0].header("webhook-signature"), Some(standard_signature(&forged[0], &secret).as_str()));
    let (_, empty) = replicate("[whempty]");
    assert_eq!((empty.len(), empty[0].header("webhook-signature")), (2, None));
    assert!(replicate("[whnone]").1.is_empty());
    assert!(replicate("[whlate]").1.is_empty());
}

#[test]
fn fal_signs_with_a_key_of_its_set() {
    let house = house();
    let (url, receiver) = listen();
    let path =
        format!("/fal-ai/flux/dev?fal_webhook={}", url.replace(':', "%3A").replace('/', "%2F").replace('?', "%3F").replace('=', "%3D"));
    assert_eq!(house.post(Vendor::Fal, &path, &json!({ "prompt": "a cat" })).status, 200);
    let delivered = all(&receiver);
    let [one] = delivered.as_slice() else { panic!("{} deliveries", delivered.len()) };
    assert_eq!(one.status(), "OK");
    let part = |name| one.header(name).unwrap_or_default();
    let message = format!(
        "{}\n{}\n{}\n{}",
        part("x-fal-webhook-request-id"),
        part("x-fal-webhook-user-id"),
        part("x-fal-webhook-timestamp"),
        hex::encode(Sha256::digest(one.body.as_bytes()))
    );
    let keys = house.get(Vendor::Fal, "/.well-known/jwks.json").json();
    let signature = hex::decode(part("x-fal-webhook-signature")).expect("hexadecimal");
    let verified = keys["keys"].as_array().expect("keys").iter().any(|key| {
        let key = URL_SAFE_NO_PAD.decode(key["x"].as_str().expect("a key")).expect("base64");
        let key = aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::ED25519, key);
        key.verify(message.as_bytes(), &signature).is_ok()
    });
    assert!(verified);
}

#[test]
fn bfl_signs_with_the_secret_of_the_request() {
    let house = house();
    let (url, receiver) = listen();
    let wish = json!({ "prompt": "a cat", "webhook_url": url, "webhook_secret": "s3cret" });
    assert_eq!(house.post(Vendor::Bfl, "/v1/flux-2-pro", &wish).status, 200);
    let delivered = all(&receiver);
    let mut mac = Hmac::<Sha256>::new_from_slice(b"s3cret").expect("a key");
    mac.update(delivered[0].body.as_bytes());
    let expected = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    assert_eq!(delivered[0].header("x-bfl-signature"), Some(expected.as_str()));
    house.assert_clean();
}
