//! Webhooks signed as Standard Webhooks say: an HMAC-SHA256 over id, time and body.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::answer::Prediction;
use crate::account::Account;
use crate::secret::Secret;
use crate::webhook::{Delivered, WebhookCall, WebhookError};

/// Signatures that are looked at: two while a secret is exchanged, and room.
const MOST_SIGNATURES: usize = 8;
/// Longest id of a delivery; real ones have some thirty letters.
const ID_CHARS: usize = 256;

/// Checks the signature and reads which prediction it is about.
pub fn verify(account: &Account, call: &WebhookCall<'_>) -> Result<Delivered, WebhookError> {
    let key = key(account.webhook_secret.as_ref().ok_or(WebhookError::NoSecret)?)?;
    let header = |name| call.header(name).ok_or(WebhookError::Malformed);
    let (id, stamp, signatures) = (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
    if id.is_empty() || id.len() > ID_CHARS {
        return Err(WebhookError::Malformed);
    }
    call.check_time(stamp.parse().map_err(|_| WebhookError::Malformed)?)?;
    let versions = signatures.split_ascii_whitespace().take(MOST_SIGNATURES);
    let tags: Vec<_> = versions.filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok()).collect();
    if tags.is_empty() {
        return Err(WebhookError::Malformed);
    }
    let message = [id.as_bytes(), b".", stamp.as_bytes(), b".", call.body].concat();
    // Compared in constant time by the library.
    if !tags.iter().any(|tag| hmac::verify(&key, &message, tag).is_ok()) {
        return Err(WebhookError::BadSignature);
    }
    let prediction: Prediction = serde_json::from_slice(call.body).map_err(|_| WebhookError::Malformed)?;
    let handle = prediction.handle(1).map_err(|_| WebhookError::Malformed)?;
    Ok(Delivered { delivery_id: id.to_owned(), handle_id: handle.id })
}

/// `whsec_` and base64. With an empty key anyone could sign.
fn key(secret: &Secret) -> Result<hmac::Key, WebhookError> {
    let encoded = secret.expose().trim();
    let bytes = STANDARD.decode(encoded.strip_prefix("whsec_").unwrap_or(encoded)).map_err(|_| WebhookError::NoSecret)?;
    if bytes.is_empty() { Err(WebhookError::NoSecret) } else { Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes)) }
}
