//! fal: models behind one queue, `https://queue.fal.run`. Sources: the vendor's Python and JavaScript clients (2026-08),
//! its pages on queue, webhooks and errors (2026), and how public verifiers of its webhooks agree.
//!
//! [`crate::Model::wire_id`] is the endpoint, `fal-ai/flux/dev`; [`crate::Model::inputs`] says how the model calls its
//! fields. [`crate::Model::options`] that it knows: `fields` (an object, sent as it is in every input).
//! [`Account::webhook_keys_url`] is the address of the vendor's key set, `/.well-known/jwks.json` on its REST host.

mod answer;
mod keys;
mod refusal;
mod webhook;

use std::time::Duration;

use egress::{Answer, Call, Credential};
use http::Method;
use http::header::AUTHORIZATION;
use serde::de::DeserializeOwned;
use serde_json::json;
use url::Url;

use crate::account::Account;
use crate::delivery::Delivery;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::inputs::{Piece, fill, place};
use crate::provider::{Abilities, Cancelled, Handle, ImageProvider, Progress, Submitted, Watch};
use crate::request::ImageRequest;
use crate::webhook::{Delivered, WebhookCall, WebhookError};
use answer::{Status, Taken};
use keys::Keyring;

/// A request that surely does not exist, on the vendor's best-known app. Asking for it costs nothing, and is refused
/// with 401 when the key is wrong and with 404 when it is right; there is no call of its own to test a key.
const NO_REQUEST: &str = "fal-ai/flux/requests/00000000-0000-0000-0000-000000000000/status";

/// The queue of fal. It remembers the vendor's public keys, so one value is kept for all accounts.
#[derive(Debug, Default)]
pub struct Fal {
    keyring: Keyring,
}

#[async_trait::async_trait]
impl ImageProvider for Fal {
    fn abilities(&self) -> Abilities {
        Abilities {
            asynchronous: true,
            cancel: true,
            webhooks: true,
            poll_floor: Duration::from_secs(1),
            poll_ceiling: Duration::from_secs(10),
            ..Abilities::AT_ONCE
        }
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, _: &Watch) -> Result<Submitted, Error> {
        begin(account, request).await.map(Submitted::Accepted)
    }

    async fn poll(&self, account: &Account, handle: &Handle, _: &Watch) -> Result<Progress, Error> {
        look(account, handle).await
    }

    async fn cancel(&self, account: &Account, handle: &Handle) -> Result<Cancelled, Error> {
        stop(account, handle).await
    }

    async fn check(&self, account: &Account) -> Result<String, Error> {
        knock(account).await
    }

    async fn verify_webhook(&self, account: &Account, call: &WebhookCall<'_>) -> Result<Delivered, WebhookError> {
        webhook::verify(&self.keyring, account, call).await
    }
}

async fn begin(account: &Account, request: &ImageRequest) -> Result<Handle, Error> {
    account.need_key()?;
    let (mut input, pieces) = fill(request).await?;
    for (path, piece) in pieces {
        let value = match piece {
            Piece::Value(value) => value,
            Piece::Picture(picture) => json!(picture.data_url()),
        };
        place(&mut input, &path, value);
    }
    let mut call = account.call(Method::POST, &request.model.wire_id).json(&input).map_err(|error| wire::of_submit(&error))?;
    if let Some(callback) = &account.callback {
        call.url.query_pairs_mut().append_pair("fal_webhook", callback.as_str());
    }
    let answer = account.egress.send(with_key(account, call)?).await.map_err(|error| wire::of_submit(&error))?;
    if !answer.status.is_success() {
        return Err(refusal::of_submit(&wire::Refusal::read(account, answer).await));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    let taken: Taken = wire::read_json(&body)?;
    tracing::debug!(account = account.id, request = request.request_id, taken = taken.request_id, "answered");
    taken.handle(account, request.count)
}

/// How it stands; once it has ended, with the result.
async fn look(account: &Account, handle: &Handle) -> Result<Progress, Error> {
    let mut url = linked(account, handle.status_url.as_deref())?;
    url.query_pairs_mut().append_pair("logs", "1");
    let call = Call { url, ..account.call(Method::GET, "") };
    let status: Status = read(ask(account, call).await?).await?;
    match status.progress(account)? {
        Some(progress) => Ok(progress),
        None => result(account, handle, &status).await.map(|delivery| Progress::Done(Box::new(delivery))),
    }
}

/// The model's output, or what it failed with: a request that failed is completed as well.
async fn result(account: &Account, handle: &Handle, status: &Status) -> Result<Delivery, Error> {
    let url = linked(account, handle.result_url.as_deref())?;
    // An operator's fields may ask for pictures inside the answer.
    let call = Call { url, ..account.call(Method::GET, "") }.limits(account.limits.generation_of(handle.count));
    let answer = send(account, call).await?;
    if !answer.status.is_success() {
        return Err(refusal::of_result(&wire::Refusal::read(account, answer).await));
    }
    answer::delivery(&read(answer).await?, status, handle.count)
}

async fn stop(account: &Account, handle: &Handle) -> Result<Cancelled, Error> {
    let url = linked(account, handle.cancel_url.as_deref())?;
    let answer = send(account, Call { url, ..account.call(Method::PUT, "") }).await?;
    // Its word is in the body, whatever the status.
    let refusal = wire::Refusal::read(account, answer).await;
    match refusal.json()["status"].as_str().unwrap_or_default() {
        "OK" => Ok(Cancelled::Stopped),
        "CANCELLATION_REQUESTED" => Ok(Cancelled::Asked),
        "ALREADY_COMPLETED" => Ok(Cancelled::TooLate),
        "NOT_FOUND" => Err(refusal::unknown_request()),
        _ if refusal.status == 404 => Err(refusal::unknown_request()),
        _ => Err(refusal::of_question(&refusal)),
    }
}

async fn knock(account: &Account) -> Result<String, Error> {
    account.need_key()?;
    let answer = send(account, account.call(Method::GET, NO_REQUEST)).await?;
    let refusal = wire::Refusal::read(account, answer).await;
    if refusal.status == 404 && refusal.json()["detail"].is_string() {
        return Ok("the queue of fal, which takes the key".to_owned());
    }
    let error = refusal::of_question(&refusal);
    Err(match error.class {
        Class::Auth => error.reworded(|message| format!("the key was refused ({message})")),
        Class::ProviderBilling => error,
        _ if refusal.status < 500 && refusal.status != 429 => Error::new(Class::InvalidRequest, "what answered is not the queue of fal"),
        _ => error,
    })
}

/// A link of the handle, when it leads to the account's own server.
fn linked(account: &Account, link: Option<&str>) -> Result<Url, Error> {
    account.own(link.unwrap_or_default())
}

/// `Authorization: Key …`, the vendor's own scheme.
fn with_key(account: &Account, call: Call) -> Result<Call, Error> {
    let Some(key) = &account.key else { return Ok(call) };
    let host = account.base_url.host_str().unwrap_or_default();
    let credential = Credential::new(AUTHORIZATION, &format!("Key {}", key.expose()), host);
    credential.map(|credential| call.credential(credential)).map_err(|error| Error::new(Class::Auth, error.to_string()))
}

async fn send(account: &Account, call: Call) -> Result<Answer, Error> {
    account.egress.send(with_key(account, call)?).await.map_err(|error| wire::of_question(&error))
}

/// A question about a request.
///
/// # Errors
/// [`Class::Expired`] with [`Began::Ended`] for one that is not known any more; all others are about the question only.
async fn ask(account: &Account, call: Call) -> Result<Answer, Error> {
    let answer = send(account, call).await?;
    match answer.status.as_u16() {
        200..=299 => Ok(answer),
        404 | 410 => Err(refusal::unknown_request()),
        _ => Err(refusal::of_question(&wire::Refusal::read(account, answer).await)),
    }
}

async fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, Error> {
    let body = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
    wire::read_json(&body).map_err(|error| error.began(Began::No))
}
