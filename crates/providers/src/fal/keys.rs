//! The public keys that the vendor signs webhooks with (RFC 7517, RFC 8037). They are fetched from the address that the
//! operator configured, and believed for a day; a webhook can cause a fetch, at most one a minute, but not choose where.

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use egress::{Call, Limits, Reach};
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::account::Account;
use crate::error::{Class, Error};
use crate::http as wire;
use crate::webhook::WebhookError;

/// How long a key set is believed: the vendor asks for at most 24 hours.
const FRESH_SECONDS: u64 = 24 * 3600;
/// Time between two fetches, so that forged webhooks cannot make many. The vendor repeats a webhook for two hours.
const PAUSE_SECONDS: u64 = 60;
/// Bytes of a key set; a key has about a hundred.
const SET_BYTES: u64 = 64 << 10;
/// Keys that are tried; two are usual while one is exchanged.
const MOST_KEYS: usize = 16;
/// Bytes of an Ed25519 key.
const KEY_BYTES: usize = 32;

type Keys = Arc<[[u8; KEY_BYTES]]>;

/// Key sets by their address.
#[derive(Debug, Default)]
pub struct Keyring {
    known: Mutex<HashMap<Url, Known>>,
    /// Held while keys are fetched, so that many webhooks at once fetch them once.
    fetching: tokio::sync::Mutex<()>,
}

/// Times are seconds since 1970, by the caller's clock.
#[derive(Debug, Clone)]
struct Known {
    asked: i64,
    /// The keys, and when they came.
    keys: Option<(Keys, i64)>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Keyring {
    /// Whether any of the vendor's keys signed the message. Keys that do not fit are fetched again once, for they may
    /// have been exchanged.
    ///
    /// # Errors
    /// [`WebhookError::BadSignature`], or [`WebhookError::KeysUnavailable`] when there is no fresh key.
    pub async fn verify(&self, account: &Account, url: &Url, message: &[u8], signature: &[u8], now: i64) -> Result<(), WebhookError> {
        if self.fresh(url, now).is_some_and(|keys| signed(&keys, message, signature)) {
            return Ok(());
        }
        self.renew(account, url, now).await;
        let keys = self.fresh(url, now).ok_or(WebhookError::KeysUnavailable)?;
        if signed(&keys, message, signature) { Ok(()) } else { Err(WebhookError::BadSignature) }
    }

    fn fresh(&self, url: &Url, now: i64) -> Option<Keys> {
        let known = self.known.lock();
        let (keys, since) = known.get(url)?.keys.as_ref()?;
        (now.abs_diff(*since) < FRESH_SECONDS).then(|| keys.clone())
    }

    async fn renew(&self, account: &Account, url: &Url, now: i64) {
        let _alone = self.fetching.lock().await;
        {
            let mut known = self.known.lock();
            if known.get(url).is_some_and(|known| now.abs_diff(known.asked) < PAUSE_SECONDS) {
                return;
            }
            known.entry(url.clone()).or_insert(Known { asked: now, keys: None }).asked = now;
        }
        match fetch(account, url).await {
            Ok(keys) => _ = self.known.lock().insert(url.clone(), Known { asked: now, keys: Some((keys, now)) }),
            // Those that are there stay for their time.
            Err(error) => tracing::warn!(account = account.id, %error, "the keys for webhooks cannot be fetched"),
        }
    }
}

fn signed(keys: &Keys, message: &[u8], signature: &[u8]) -> bool {
    keys.iter().any(|key| UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok())
}

async fn fetch(account: &Account, url: &Url) -> Result<Keys, Error> {
    let limits = Limits { max_body_bytes: SET_BYTES, ..account.limits.api };
    let call = Call::get(url.clone()).reach(Reach::Configured).route(account.route.clone()).limits(limits);
    let answer = account.egress.send(call).await.map_err(|error| wire::of_question(&error))?;
    if !answer.status.is_success() {
        return Err(wire::Refusal::read(account, answer).await.plain());
    }
    let body = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
    let set: KeySet = wire::read_json(&body)?;
    let keys: Keys = set.keys.iter().filter_map(key).take(MOST_KEYS).collect();
    if keys.is_empty() { Err(Error::new(Class::ProviderError, "the key set has no Ed25519 key")) } else { Ok(keys) }
}

/// `{"kty": "OKP", "crv": "Ed25519", "x": base64url}`; keys of any other kind are not for us.
fn key(key: &Value) -> Option<[u8; KEY_BYTES]> {
    if key["kty"] != "OKP" || key["crv"] != "Ed25519" {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(key["x"].as_str()?.trim_end_matches('=')).ok()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    const START: i64 = 1_800_000_000;
    const DAY: i64 = 24 * 3600;
    const MESSAGE: &[u8] = b"a webhook";

    fn pair(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    /// A vendor that shows the key of a seed; seed 0 is no key at all.
    struct Shown {
        url: Url,
        seed: Arc<Mutex<u8>>,
        fetches: Arc<AtomicUsize>,
    }

    impl Shown {
        async fn new(seed: u8) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}/keys", listener.local_addr().unwrap()).parse().unwrap();
            let shown = Self { url, seed: Arc::new(Mutex::new(seed)), fetches: Arc::default() };
            let (seed, fetches) = (shown.seed.clone(), shown.fetches.clone());
            tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    fetches.fetch_add(1, Ordering::SeqCst);
                    let x = URL_SAFE_NO_PAD.encode(pair(*seed.lock()).public_key());
                    let kind = if *seed.lock() == 0 { "RSA" } else { "OKP" };
                    let body = format!(r#"{{"keys":[{{"kty":"EC"}},{{"kty":"{kind}","crv":"Ed25519","x":"{x}"}}]}}"#);
                    _ = stream.read(&mut [0; 4096]).await;
                    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                    _ = stream.write_all((head + &body).as_bytes()).await;
                }
            });
            shown
        }

        fn show(&self, seed: u8) {
            *self.seed.lock() = seed;
        }

        fn fetches(&self) -> usize {
            self.fetches.load(Ordering::SeqCst)
        }
    }

    async fn verify(keyring: &Keyring, shown: &Shown, seed: u8, now: i64) -> Result<(), WebhookError> {
        let account = Account {
            id: "test".to_owned(),
            base_url: shown.url.clone(),
            key: None,
            webhook_secret: None,
            webhook_keys_url: Some(shown.url.clone()),
            callback: None,
            egress: egress::Egress::new(egress::Options::new("test")).unwrap(),
            route: egress::Route::Direct,
            limits: crate::CallLimits::default(),
        };
        keyring.verify(&account, &shown.url, MESSAGE, pair(seed).sign(MESSAGE).as_ref(), now).await
    }

    #[tokio::test]
    async fn keys_are_believed_for_a_day() {
        let (keyring, shown) = (Keyring::default(), Shown::new(1).await);
        assert_eq!(verify(&keyring, &shown, 1, START).await, Ok(()));
        shown.show(2);
        assert_eq!(verify(&keyring, &shown, 1, START + DAY - 1).await, Ok(()));
        assert_eq!(shown.fetches(), 1);
        assert_eq!(verify(&keyring, &shown, 1, START + DAY).await, Err(WebhookError::BadSignature));
        assert_eq!(shown.fetches(), 2);
    }

    #[tokio::test]
    async fn exchanged_keys_are_fetched_at_most_once_a_minute() {
        let (keyring, shown) = (Keyring::default(), Shown::new(1).await);
        assert_eq!(verify(&keyring, &shown, 1, START).await, Ok(()));
        shown.show(2);
        for second in 0..60 {
            assert_eq!(verify(&keyring, &shown, 2, START + second).await, Err(WebhookError::BadSignature));
        }
        assert_eq!(shown.fetches(), 1);
        assert_eq!(verify(&keyring, &shown, 2, START + 60).await, Ok(()));
        assert_eq!(shown.fetches(), 2);
    }

    #[tokio::test]
    async fn old_keys_outlive_a_fetch_that_fails_but_not_their_day() {
        let (keyring, shown) = (Keyring::default(), Shown::new(1).await);
        assert_eq!(verify(&keyring, &shown, 1, START).await, Ok(()));
        shown.show(0);
        assert_eq!(verify(&keyring, &shown, 2, START + 60).await, Err(WebhookError::BadSignature));
        assert_eq!(verify(&keyring, &shown, 1, START + 61).await, Ok(()));
        assert_eq!(verify(&keyring, &shown, 1, START + DAY).await, Err(WebhookError::KeysUnavailable));
    }

    #[tokio::test]
    async fn many_webhooks_at_once_fetch_the_keys_once() {
        let (keyring, shown) = (Keyring::default(), Shown::new(1).await);
        let all = (0..20).map(|_| verify(&keyring, &shown, 1, START));
        assert!(futures::future::join_all(all).await.into_iter().all(|result| result.is_ok()));
        assert_eq!(shown.fetches(), 1);
    }
}
