//! Zhipu, abroad Z.ai: CogView and GLM-Image, from words alone. Sources: zai-sdk 0.2.3, the vendor's page on images.
//!
//! [`crate::Model::options`] that it knows: `task` (the model is asked by task and polled) and `fields` (an object, sent
//! as it is with every request, such as `{"watermark_enabled": false}`, which only some accounts may).

mod answer;
mod fields;
mod refusal;

use std::time::Duration;

use egress::Call;
use http::Method;
use serde_json::Value;

use crate::account::Account;
use crate::coded::Coded;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::models;
use crate::provider::{Abilities, Handle, ImageProvider, Progress, Submitted, Watch};
use crate::request::ImageRequest;

/// The vendor's platform in China or abroad.
#[derive(Debug)]
pub struct Zhipu;

#[async_trait::async_trait]
impl ImageProvider for Zhipu {
    fn abilities(&self) -> Abilities {
        Abilities {
            asynchronous: true,
            // The asynchronous model takes about twenty seconds.
            poll_floor: Duration::from_secs(2),
            poll_ceiling: Duration::from_secs(10),
            ..Abilities::AT_ONCE
        }
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, _watch: &Watch) -> Result<Submitted, Error> {
        make(account, request).await
    }

    async fn poll(&self, account: &Account, handle: &Handle, _watch: &Watch) -> Result<Progress, Error> {
        ask(account, handle).await
    }

    /// The list of models is that of the vendor's chat API, at the same address.
    async fn check(&self, account: &Account) -> Result<String, Error> {
        let call = with_key(account, account.call(Method::GET, "models"))?;
        let refused = |refusal: &wire::Refusal| Coded::refusal(refusal, refusal::meaning);
        models::check(account, call, "Zhipu", "/api/paas/v4", refused).await
    }
}

async fn make(account: &Account, request: &ImageRequest) -> Result<Submitted, Error> {
    let fields = fields::fields(request)?;
    let by_task = request.model.flag("task");
    let path = if by_task { "async/images/generations" } else { "images/generations" };
    let mut call = account.call(Method::POST, path).json(&fields).map_err(|error| wire::of_submit(&error))?;
    if !by_task {
        call = call.limits(account.limits.links());
    }
    let answer = account.egress.send(with_key(account, call)?).await.map_err(|error| wire::of_submit(&error))?;
    if !answer.status.is_success() {
        return Err(Coded::refusal(&wire::Refusal::read(account, answer).await, refusal::meaning));
    }
    let bytes = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    let body: Value = wire::read_json(&bytes)?;
    if by_task {
        return answer::accepted(&body).map(Submitted::Accepted);
    }
    answer::pictures(&body, "data").map(|delivery| Submitted::Done(Box::new(delivery)))
}

async fn ask(account: &Account, handle: &Handle) -> Result<Progress, Error> {
    let call = account.call(Method::GET, &format!("async-result/{}", handle.path_id()?));
    let answer = account.egress.send(with_key(account, call)?).await.map_err(|error| wire::of_question(&error))?;
    if !answer.status.is_success() {
        let error = Coded::refusal(&wire::Refusal::read(account, answer).await, refusal::meaning);
        return Err(match error.class {
            // There is nothing in the question but the id.
            Class::InvalidRequest | Class::ModelUnavailable => Error { class: Class::Expired, ..error }.began(Began::Ended),
            _ => error.began(Began::No),
        });
    }
    let bytes = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
    let body: Value = wire::read_json(&bytes).map_err(|error| error.began(Began::No))?;
    answer::progress(&body)
}

fn with_key(account: &Account, call: Call) -> Result<Call, Error> {
    account.need_key()?;
    account.with_bearer(call)
}
