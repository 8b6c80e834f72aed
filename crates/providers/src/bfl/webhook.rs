//! Webhooks: `X-BFL-Signature: sha256=<hex HMAC-SHA256 of the body>`, by the vendor's integration notes of 2026-02. The
//! signature has no time of its own, so an old call cannot be told from a late one; it is only a hint to ask.

use aws_lc_rs::hmac;
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::secret::Secret;
use crate::webhook::{Delivered, WebhookCall, WebhookError};

/// The fields that ask for a call when the request has ended. Without a secret nothing that comes could be checked, so
/// none is asked for; polling finds the end all the same.
pub fn fields(account: &Account) -> Map<String, Value> {
    let mut fields = Map::new();
    if let (Some(url), Some(secret)) = (&account.callback, secret(account)) {
        fields.insert("webhook_url".to_owned(), json!(url.as_str()));
        fields.insert("webhook_secret".to_owned(), json!(secret));
    }
    fields
}

/// Checks a call and reads which request it is about.
pub fn verify(account: &Account, call: &WebhookCall<'_>) -> Result<Delivered, WebhookError> {
    let secret = secret(account).ok_or(WebhookError::NoSecret)?;
    let header = call.header("x-bfl-signature").and_then(|header| header.strip_prefix("sha256=")).ok_or(WebhookError::Malformed)?;
    let mut signature = [0; 32];
    hex::decode_to_slice(header, &mut signature).map_err(|_| WebhookError::Malformed)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    // Compared in constant time by the library.
    hmac::verify(&key, call.body, &signature).map_err(|_| WebhookError::BadSignature)?;
    let body: Value = serde_json::from_slice(call.body).map_err(|_| WebhookError::Malformed)?;
    let handle_id = body["id"].as_str().filter(|id| !id.is_empty()).ok_or(WebhookError::Malformed)?;
    // Deliveries have no id. The same body again is a repetition.
    Ok(Delivered { delivery_id: hex::encode(signature), handle_id: handle_id.to_owned() })
}

fn secret(account: &Account) -> Option<&str> {
    account.webhook_secret.as_ref().map(Secret::expose).filter(|secret| !secret.is_empty())
}
