//! Alibaba DashScope (Model Studio): the Wan and Qwen families. Sources: its SDK 2.0.2, the Model Studio pages of 2026
//! and the code of other clients.
//!
//! [`crate::Model::options`] that it knows: `protocol` (how the model is spoken to: `messages`, which is the default,
//! `messages_task`, `text2image`, `image2image` or `imageedit`) and `fields` (an object, sent as it is inside
//! `parameters`, such as `{"prompt_extend": false}`).

mod answer;
mod fields;
mod imageedit;
mod protocol;
mod refusal;

use std::time::Duration;

use egress::Call;
use http::{HeaderName, HeaderValue, Method};
use serde_json::Value;

use crate::account::Account;
use crate::coded::Coded;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::provider::{Abilities, Cancelled, Handle, ImageProvider, Progress, Submitted, Watch};
use crate::request::ImageRequest;
use protocol::Protocol;

/// DashScope in all its protocols.
#[derive(Debug)]
pub struct DashScope;

const ASYNC: HeaderName = HeaderName::from_static("x-dashscope-async");
const TASKS: &str = "api/v1/tasks";

#[async_trait::async_trait]
impl ImageProvider for DashScope {
    fn abilities(&self) -> Abilities {
        Abilities {
            asynchronous: true,
            cancel: true,
            poll_floor: Duration::from_secs(1),
            poll_ceiling: Duration::from_secs(8),
            ..Abilities::AT_ONCE
        }
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, _watch: &Watch) -> Result<Submitted, Error> {
        make(account, request).await
    }

    async fn poll(&self, account: &Account, handle: &Handle, _watch: &Watch) -> Result<Progress, Error> {
        ask(account, handle).await
    }

    async fn cancel(&self, account: &Account, handle: &Handle) -> Result<Cancelled, Error> {
        stop(account, handle).await
    }

    async fn check(&self, account: &Account) -> Result<String, Error> {
        tasks(account).await
    }
}

async fn make(account: &Account, request: &ImageRequest) -> Result<Submitted, Error> {
    let protocol = Protocol::of(&request.model)?;
    let body = fields::body(protocol, request).await?;
    let mut call = account.call(Method::POST, protocol.path()).json(&body).map_err(|error| wire::of_submit(&error))?;
    call = if protocol.by_task() { call.header(ASYNC, HeaderValue::from_static("enable")) } else { call.limits(account.limits.links()) };
    let answer = account.egress.send(with_key(account, call)?).await.map_err(|error| wire::of_submit(&error))?;
    if !answer.status.is_success() {
        return Err(Coded::refusal(&wire::Refusal::read(account, answer).await, refusal::meaning));
    }
    let bytes = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    let body: Value = wire::read_json(&bytes)?;
    tracing::debug!(account = account.id, request = request.request_id, request_id = body["request_id"].as_str(), "answered");
    if protocol.by_task() {
        return answer::accepted(&body, request.count).map(Submitted::Accepted);
    }
    answer::pictures(&body, request.count).map(|delivery| Submitted::Done(Box::new(delivery)))
}

async fn ask(account: &Account, handle: &Handle) -> Result<Progress, Error> {
    let call = account.call(Method::GET, &format!("{TASKS}/{}", handle.path_id()?));
    let body = question(account, call).await?;
    answer::progress(&body, handle.count)
}

/// Works only while the task waits; refused with 400 when it runs or has ended.
async fn stop(account: &Account, handle: &Handle) -> Result<Cancelled, Error> {
    let call = account.call(Method::POST, &format!("{TASKS}/{}/cancel", handle.path_id()?));
    let error = match question(account, call).await {
        Ok(_) => return Ok(Cancelled::Stopped),
        Err(error) => error,
    };
    match error.class {
        Class::ModelUnavailable => Ok(Cancelled::TooLate), // 404: it is not there any more.
        Class::InvalidRequest => match ask(account, handle).await {
            Ok(Progress::Queued { .. } | Progress::Running { .. }) => Ok(Cancelled::Asked),
            Ok(Progress::Done(_)) => Ok(Cancelled::TooLate),
            Err(error) if error.class == Class::Cancelled => Ok(Cancelled::Stopped),
            Err(error) if error.began == Began::Ended => Ok(Cancelled::TooLate),
            Err(error) => Err(error),
        },
        _ => Err(error),
    }
}

/// The list of the account's tasks: free, and refused without a good key.
async fn tasks(account: &Account) -> Result<String, Error> {
    let mut call = account.call(Method::GET, TASKS);
    call.url.query_pairs_mut().extend_pairs([("page_no", "1"), ("page_size", "1")]);
    let body = question(account, call).await.map_err(|error| match error.class {
        Class::Auth => error.reworded(|message| format!("the key was refused, or is of another region ({message})")),
        Class::ModelUnavailable => Error::new(Class::InvalidRequest, "no tasks there: is the address that of the region, without a path?"),
        _ => error,
    })?;
    if body.get("request_id").is_none() || Coded::of(&body).is_some() {
        return Err(Error::new(
            Class::InvalidRequest,
            "what answered is not DashScope: is the address that of the region, without a path?",
        ));
    }
    Ok(match body["total"].as_u64() {
        Some(total) => format!("DashScope, with {total} tasks of the account"),
        None => "DashScope".to_owned(),
    })
}

/// Sends what costs nothing. An error is one of this question only.
async fn question(account: &Account, call: Call) -> Result<Value, Error> {
    let answer = account.egress.send(with_key(account, call)?).await.map_err(|error| wire::of_question(&error))?;
    if !answer.status.is_success() {
        return Err(Coded::refusal(&wire::Refusal::read(account, answer).await, refusal::meaning).began(Began::No));
    }
    let bytes = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
    wire::read_json(&bytes).map_err(|error| error.began(Began::No))
}

fn with_key(account: &Account, call: Call) -> Result<Call, Error> {
    account.need_key()?;
    account.with_bearer(call)
}
