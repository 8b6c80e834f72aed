//! Sending events, signed as Stripe signs.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::House;
use crate::bank::now;

/// The header `Stripe-Signature` of a body, signed at a time (Unix seconds).
#[must_use]
pub fn sign(secret: &str, time: i64, body: &str) -> String {
    sign_all(&[secret], time, body)
}

/// The same with several secrets, as while one takes the place of another.
#[must_use]
pub fn sign_all(secrets: &[&str], time: i64, body: &str) -> String {
    let mut header = format!("t={time}");
    for secret in secrets {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { continue };
        let mac = mac.chain_update(format!("{time}.{body}"));
        header.push_str(&format!(",v1={}", hex::encode(mac.finalize().into_bytes())));
    }
    header
}

/// Sends what happened since `sent` events to the address of the options, and once more what was not taken.
pub(crate) fn deliver(house: &Arc<House>, sent: usize) {
    let Some((url, secret)) = house.options.webhook.clone() else { return };
    let events: Vec<String> = house.bank.lock().events[sent..].to_vec();
    tokio::task::spawn_blocking(move || {
        for body in events {
            for _ in 0..3 {
                let header = sign(&secret, now(), &body);
                let sent = ureq::post(&url).header("stripe-signature", &header).content_type("application/json").send(&body);
                if sent.is_ok() {
                    break;
                }
            }
        }
    });
}
