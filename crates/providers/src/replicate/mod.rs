//! Replicate: predictions of models that others published, `https://api.replicate.com/v1`. Sources: the vendor's
//! JavaScript and Python clients (2025-12) and its pages on predictions, limits and webhooks (2026).
//!
//! [`crate::Model::wire_id`] is `owner/model` for an official model, `owner/model:version` or the version alone for any
//! other, and `deployments/owner/name` for a deployment of one's own. [`crate::Model::inputs`] says how the model calls
//! its fields. [`crate::Model::options`] that it knows: `fields` (an object, sent as it is in every input) and `wait`
//! (seconds from 1 to 60 that the submit may wait for the end). While it waits nobody has the prediction's id, so that
//! it is for models that need a second or two.

mod answer;
mod call;
mod refusal;
mod webhook;

use std::time::Duration;

use egress::Call;
use http::Method;
use serde_json::Value;

use crate::account::Account;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::provider::{Abilities, Cancelled, Handle, ImageProvider, Progress, Submitted, Watch};
use crate::request::ImageRequest;
use crate::webhook::{Delivered, WebhookCall, WebhookError};
use answer::Prediction;

/// The predictions of Replicate.
#[derive(Debug)]
pub struct Replicate;

#[async_trait::async_trait]
impl ImageProvider for Replicate {
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
        begin(account, request).await
    }

    async fn poll(&self, account: &Account, handle: &Handle, _: &Watch) -> Result<Progress, Error> {
        let call = account.call(Method::GET, &format!("predictions/{}", handle.path_id()?));
        ask(account, call).await?.progress(account, handle.count)
    }

    async fn cancel(&self, account: &Account, handle: &Handle) -> Result<Cancelled, Error> {
        let call = account.call(Method::POST, &format!("predictions/{}/cancel", handle.path_id()?));
        Ok(ask(account, call).await?.cancelled())
    }

    async fn check(&self, account: &Account) -> Result<String, Error> {
        who(account).await
    }

    async fn verify_webhook(&self, account: &Account, call: &WebhookCall<'_>) -> Result<Delivered, WebhookError> {
        webhook::verify(account, call)
    }
}

async fn begin(account: &Account, request: &ImageRequest) -> Result<Submitted, Error> {
    account.need_key()?;
    let call = account.with_bearer(call::submit(account, request).await?)?;
    let answer = account.egress.send(call).await.map_err(|error| wire::of_submit(&error))?;
    if !answer.status.is_success() {
        return Err(refusal::of_submit(&wire::Refusal::read(account, answer).await));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    let prediction: Prediction = wire::read_json(&body)?;
    tracing::debug!(account = account.id, request = request.request_id, prediction = prediction.id, "answered");
    // Whatever else it says, a success without an id may be a prediction that runs.
    let handle = prediction.handle(request.count).map_err(|error| refusal::without_id(&prediction, &error))?;
    match prediction.progress(account, request.count)? {
        Progress::Done(delivery) => Ok(Submitted::Done(delivery)),
        Progress::Queued { .. } | Progress::Running { .. } => Ok(Submitted::Accepted(handle)),
    }
}

/// A question about a prediction.
///
/// # Errors
/// [`Class::Expired`] with [`Began::Ended`] for one that is not known any more; all others are about the question only.
async fn ask(account: &Account, call: Call) -> Result<Prediction, Error> {
    let answer = account.egress.send(account.with_bearer(call)?).await.map_err(|error| wire::of_question(&error))?;
    if matches!(answer.status.as_u16(), 404 | 410) {
        return Err(Error::new(Class::Expired, "the prediction is not known any more").began(Began::Ended));
    }
    if !answer.status.is_success() {
        return Err(refusal::of_question(&wire::Refusal::read(account, answer).await));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
    wire::read_json(&body).map_err(|error| error.began(Began::No))
}

const ELSEWHERE: &str = "what answered is not Replicate: does the address end in /v1?";

/// The account that the key belongs to: free, and refused without a good key.
async fn who(account: &Account) -> Result<String, Error> {
    account.need_key()?;
    let call = account.with_bearer(account.call(Method::GET, "account"))?;
    let answer = account.egress.send(call).await.map_err(|error| wire::of_question(&error))?;
    if !answer.status.is_success() {
        let error = refusal::of_question(&wire::Refusal::read(account, answer).await);
        return Err(wire::of_check(error, ELSEWHERE));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
    let said: Value = wire::read_json(&body).map_err(|error| error.began(Began::No))?;
    let name = said["username"].as_str().ok_or_else(|| Error::new(Class::InvalidRequest, ELSEWHERE))?;
    Ok(format!("Replicate, account {name}"))
}
