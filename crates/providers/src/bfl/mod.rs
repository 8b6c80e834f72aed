//! Black Forest Labs' FLUX models, `https://api.bfl.ai` and its regional hosts. Sources: the vendor's reference of
//! FLUX.2 and of errors, its integration notes of 2026-02, and for older models clients of 2026.
//!
//! A model's `wire_id` is its path below `v1`: `flux-2-pro`. [`crate::Model::options`] that it knows: `family` (which
//! fields the model takes, one of those in `families.rs`; `flux2` when absent) and `fields` (an object, sent as it is
//! with every request, such as `{"raw": true}` or `{"prompt_upsampling": true}`).

mod answer;
mod families;
mod fields;
mod link;
mod refusal;
mod webhook;

use std::time::Duration;

use egress::{Call, Credential};
use http::{HeaderName, Method};
use serde_json::Value;

use crate::account::Account;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::provider::{Abilities, Handle, ImageProvider, Progress, Submitted, Watch};
use crate::request::ImageRequest;
use crate::webhook::{Delivered, WebhookCall, WebhookError};

/// The vendor's advice is 0.5 to 2 s. What it has just taken it may not know at once, so the first question waits too.
const POLL_FLOOR: Duration = Duration::from_secs(1);
/// Results are gone after ten minutes.
const POLL_CEILING: Duration = Duration::from_secs(5);

/// The FLUX models.
#[derive(Debug)]
pub struct Bfl;

#[async_trait::async_trait]
impl ImageProvider for Bfl {
    fn abilities(&self) -> Abilities {
        Abilities { asynchronous: true, webhooks: true, poll_floor: POLL_FLOOR, poll_ceiling: POLL_CEILING, ..Abilities::AT_ONCE }
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, _watch: &Watch) -> Result<Submitted, Error> {
        order(account, request).await.map(Submitted::Accepted)
    }

    async fn poll(&self, account: &Account, handle: &Handle, _watch: &Watch) -> Result<Progress, Error> {
        ask(account, handle).await
    }

    async fn check(&self, account: &Account) -> Result<String, Error> {
        credits(account).await
    }

    async fn verify_webhook(&self, account: &Account, call: &WebhookCall<'_>) -> Result<Delivered, WebhookError> {
        webhook::verify(account, call)
    }
}

async fn order(account: &Account, request: &ImageRequest) -> Result<Handle, Error> {
    let mut fields = fields::fields(request).await?;
    fields.extend(webhook::fields(account));
    let call =
        account.call(Method::POST, &format!("v1/{}", request.model.wire_id)).json(&fields).map_err(|error| wire::of_submit(&error))?;
    let answer = account.egress.send(with_key(account, call)?).await.map_err(|error| wire::of_submit(&error))?;
    if !answer.status.is_success() {
        return Err(refusal::refused(&wire::Refusal::read(account, answer).await));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    let handle = answer::accepted(account, &body)?;
    tracing::debug!(account = account.id, request = request.request_id, id = handle.id, "taken");
    Ok(handle)
}

async fn ask(account: &Account, handle: &Handle) -> Result<Progress, Error> {
    let call = link::status_call(account, handle)?;
    let answer = account.egress.send(with_key(account, call)?).await.map_err(|error| wire::of_question(&error))?;
    match answer.status.as_u16() {
        200..=299 => {
            let body = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
            answer::progress(handle, &body)
        }
        404 | 410 => Err(Error::new(Class::Expired, "the vendor does not know the task").began(Began::Ended)),
        _ => Err(refusal::refused(&wire::Refusal::read(account, answer).await).began(Began::No)),
    }
}

/// The balance: free, and refused without a good key.
async fn credits(account: &Account) -> Result<String, Error> {
    let call = with_key(account, account.call(Method::GET, "v1/credits"))?;
    let answer = account.egress.send(call).await.map_err(|error| wire::of_question(&error))?;
    if !answer.status.is_success() {
        let error = refusal::refused(&wire::Refusal::read(account, answer).await);
        return Err(wire::of_check(error, "no credits there: the address must end before /v1"));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
    let stated: Value = wire::read_json(&body).map_err(|error| error.began(Began::No))?;
    match stated["credits"].as_f64() {
        Some(credits) => Ok(format!("Black Forest Labs with {credits} credits left")),
        None => Err(Error::new(Class::InvalidRequest, "what answered states no credits: is it the vendor's address?")),
    }
}

/// The call with the key, for its own host: the account's, or one that [`link`] has checked.
fn with_key(account: &Account, call: Call) -> Result<Call, Error> {
    account.need_key()?;
    let Some(key) = &account.key else { return Ok(call) };
    let host = call.url.host_str().unwrap_or_default();
    let credential = Credential::new(HeaderName::from_static("x-key"), key.expose(), host);
    Ok(call.credential(credential.map_err(|error| Error::new(Class::Auth, error.to_string()))?))
}
