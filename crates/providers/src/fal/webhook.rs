//! Webhooks signed with Ed25519 over request id, user id, time and the hash of the body.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;

use super::keys::Keyring;
use crate::account::Account;
use crate::webhook::{Delivered, WebhookCall, WebhookError};

/// Longest id that is believed; real ones have 36 letters.
const ID_CHARS: usize = 256;

/// The part of the body that matters; a repetition by the vendor has another `gateway_request_id`.
#[derive(Deserialize)]
struct Body {
    request_id: String,
}

/// Checks the signature and reads which request it is about. Whose account signed it is not looked at: the id is one
/// of our own requests or it is nobody's, and all that follows is a question with our own key.
pub async fn verify(keyring: &Keyring, account: &Account, call: &WebhookCall<'_>) -> Result<Delivered, WebhookError> {
    let url = account.webhook_keys_url.as_ref().ok_or(WebhookError::NoSecret)?;
    let header = |name| {
        let value = call.header(name).filter(|value| (1..=ID_CHARS).contains(&value.len()) && !value.contains('\n'));
        value.ok_or(WebhookError::Malformed)
    };
    let (request_id, user_id) = (header("x-fal-webhook-request-id")?, header("x-fal-webhook-user-id")?);
    let (stamp, signature) = (header("x-fal-webhook-timestamp")?, header("x-fal-webhook-signature")?);
    let signature = hex::decode(signature).map_err(|_| WebhookError::Malformed)?;
    call.check_time(stamp.parse().map_err(|_| WebhookError::Malformed)?)?;
    let hash = hex::encode(digest(&SHA256, call.body));
    let message = format!("{request_id}\n{user_id}\n{stamp}\n{hash}");
    keyring.verify(account, url, message.as_bytes(), &signature, call.now).await?;
    let body: Body = serde_json::from_slice(call.body).map_err(|_| WebhookError::Malformed)?;
    if body.request_id.is_empty() || body.request_id.len() > ID_CHARS {
        return Err(WebhookError::Malformed);
    }
    Ok(Delivered { delivery_id: request_id.to_owned(), handle_id: body.request_id })
}
