//! Webhooks with Ed25519, and the key set that verifies them.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::queue;
use crate::fault::Fault;
use crate::hooks::{Letter, News, Sealed, Signing};
use crate::recorder::sha256;
use crate::shop::Shop;
use crate::tasks::Task;

const SEED: [u8; 32] = [7; 32];
const OTHER_SEED: [u8; 32] = [8; 32];
const USER_ID: &str = "fake-user";

fn pair(seed: [u8; 32]) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are a seed")
}

/// The public keys; the second one is in use, as after a rotation.
pub(super) fn key_set() -> Value {
    let key = |seed| json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(pair(seed).public_key()) });
    json!({ "keys": [key([9; 32]), key(SEED)] })
}

pub(crate) fn seal(shop: &Shop, task: &Task, letter: &Letter) -> Sealed {
    let failed = letter.news == News::Flipped || task.faults.has(Fault::TaskFailed);
    let refused = task.faults.has(Fault::Refusal);
    let body = if failed || refused {
        let kind = if refused { "content_policy_violation" } else { "internal_server_error" };
        json!({
            "request_id": task.id, "gateway_request_id": task.id, "status": "ERROR", "error": "Invalid status code: 422",
            "payload": { "detail": [{ "loc": ["body", "prompt"], "msg": "failed", "type": kind }] },
        })
    } else {
        json!({ "request_id": task.id, "gateway_request_id": task.id, "status": "OK", "payload": queue::output(shop, task) })
    };
    let body = body.to_string();
    let message = format!("{}\n{USER_ID}\n{}\n{}", task.id, letter.timestamp, sha256(body.as_bytes()));
    let mut headers = vec![
        ("x-fal-webhook-request-id", task.id.clone()),
        ("x-fal-webhook-user-id", USER_ID.to_owned()),
        ("x-fal-webhook-timestamp", letter.timestamp.to_string()),
    ];
    let sign = |seed| hex::encode(pair(seed).sign(message.as_bytes()));
    let signature = match letter.signing {
        Signing::Right => Some(sign(SEED)),
        Signing::Wrong => Some(sign(OTHER_SEED)),
        Signing::EmptyKey => Some(String::new()),
        Signing::Missing => None,
    };
    headers.extend(signature.map(|signature| ("x-fal-webhook-signature", signature)));
    (headers, body.into_bytes())
}
