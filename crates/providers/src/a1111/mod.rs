//! AUTOMATIC1111 and Forge, `http://127.0.0.1:7860`, started with `--api`. A generation blocks until it is done; beside
//! it the server is asked how far it is. Nothing of the server is ever set: model and everything else go along with the
//! request. Sources: `modules/api` of AUTOMATIC1111 008a8e7 and Forge dfdcbab.
//!
//! [`crate::Model::wire_id`] is the checkpoint's title, empty for the one that is loaded; for enlarging the upscaler's name. [`crate::Model::options`] that
//! it knows: `fields` (an object, sent as it is with every request, such as `{"distilled_cfg_scale": 3.5}`; its
//! `override_settings` are joined with ours) and `rename` (an object from a field of ours to this model's own, such as
//! `{"cfg_scale": "distilled_cfg_scale"}`).

mod answer;
mod fields;
mod progress;
mod refusal;

use std::pin::pin;

use egress::{Call, Credential};
use http::Method;
use serde_json::Value;

use crate::account::Account;
use crate::delivery::Delivery;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::provider::{Abilities, Cancelled, Handle, ImageProvider, Submitted, Watch};
use crate::request::{ImageRequest, TaskType};

/// The `sdapi` of AUTOMATIC1111.
#[derive(Debug)]
pub struct A1111;

#[async_trait::async_trait]
impl ImageProvider for A1111 {
    fn abilities(&self) -> Abilities {
        Abilities { cancel: true, previews: true, ..Abilities::AT_ONCE }
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, watch: &Watch) -> Result<Submitted, Error> {
        make(account, request, watch).await.map(Submitted::done)
    }

    async fn cancel(&self, account: &Account, handle: &Handle) -> Result<Cancelled, Error> {
        interrupt(account, &handle.id).await
    }

    async fn check(&self, account: &Account) -> Result<String, Error> {
        models(account).await
    }
}

async fn make(account: &Account, request: &ImageRequest, watch: &Watch) -> Result<Delivery, Error> {
    let call = with_key(account, fields::call(account, request).await?)?;
    let mut work = pin!(answered(account, request, call));
    if request.task_type == TaskType::Upscale {
        return work.await; // It has no progress.
    }
    let delivery = tokio::select! {
        biased;
        delivery = &mut work => delivery,
        () = progress::follow(account, request, watch) => work.await,
    }?;
    if progress::was_interrupted(account).await {
        let message = "it was interrupted, so that what came is unfinished";
        return Err(Error::new(Class::Cancelled, message).began(Began::Ended));
    }
    Ok(delivery)
}

async fn answered(account: &Account, request: &ImageRequest, call: Call) -> Result<Delivery, Error> {
    let call = call.limits(account.limits.generation_of(request.count));
    let answer = account.egress.send(call).await.map_err(|error| wire::of_submit(&error))?;
    if !answer.status.is_success() {
        return Err(refusal::refused(&wire::Refusal::read(account, answer).await));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    answer::read(request, &body)
}

/// Stops a call that is still open; the handle is [`ImageRequest::request_id`]. The server's interrupt stops whatever
/// runs, whoever owns it, so it is sent only while the server says that ours does. What waits cannot be taken back.
async fn interrupt(account: &Account, request_id: &str) -> Result<Cancelled, Error> {
    let state = progress::state(account, request_id, None).await?;
    if state.queued {
        return Ok(Cancelled::Unsupported);
    }
    if !state.active {
        return Ok(Cancelled::TooLate);
    }
    let call = with_key(account, account.call(Method::POST, "sdapi/v1/interrupt"))?;
    let answer = account.egress.send(call).await.map_err(|error| wire::of_question(&error))?;
    if answer.status.is_success() { Ok(Cancelled::Asked) } else { Err(refusal::refused(&wire::Refusal::read(account, answer).await)) }
}

/// `--api-auth` is HTTP Basic.
fn with_key(account: &Account, call: Call) -> Result<Call, Error> {
    let Some(key) = &account.key else { return Ok(call) };
    let wrong = |why: String| Error::new(Class::Auth, why);
    let (user, password) = key.expose().split_once(':').ok_or_else(|| wrong("the key must be user:password".to_owned()))?;
    let host = account.base_url.host_str().unwrap_or_default();
    Ok(call.credential(Credential::basic(user, password, host).map_err(|error| wrong(error.to_string()))?))
}

/// The list of checkpoints: free, and refused without a good key.
async fn models(account: &Account) -> Result<String, Error> {
    let call = with_key(account, account.call(Method::GET, "sdapi/v1/sd-models"))?;
    let answer = account.egress.send(call).await.map_err(|error| wire::of_question(&error))?;
    if !answer.status.is_success() {
        let error = refusal::refused(&wire::Refusal::read(account, answer).await);
        return Err(wire::of_check(error, "no list of checkpoints there: does the server run with --api?"));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
    let list: Value = wire::read_json(&body).map_err(|error| error.began(Began::No))?;
    let Some(models) = list.as_array() else {
        return Err(Error::new(Class::InvalidRequest, "what answered has no list of checkpoints: is it AUTOMATIC1111 or Forge?"));
    };
    let first = models.first().and_then(|model| model["title"].as_str()).unwrap_or("none");
    Ok(format!("AUTOMATIC1111 or Forge with {} checkpoints, the first is {first}", models.len()))
}
