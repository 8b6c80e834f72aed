//! Stability AI's image services, `https://api.stability.ai` with paths under `v2beta`. Sources: the vendor's OpenAPI
//! document of 2025-06; for style transfer, clients of 2026.
//!
//! A model's `wire_id` is a path below `v2beta/stable-image`: `generate/core`, `edit/erase`, `upscale/creative`.
//! [`crate::Model::options`] that it knows: `fields` (an object, sent as it is with every request, such as
//! `{"model": "sd3.5-medium"}` for `generate/sd3` or `{"grow_mask": 8}`).

mod answer;
mod fields;
mod operations;
mod pictures;
mod refusal;

use std::time::Duration;

use egress::Call;
use http::header::ACCEPT;
use http::{HeaderName, HeaderValue, Method};
use serde_json::Value;

use crate::account::Account;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::provider::{Abilities, Handle, ImageProvider, Progress, Submitted, Watch};
use crate::request::ImageRequest;
use answer::Said;

/// The vendor wants no id asked about more often.
const POLL_FLOOR: Duration = Duration::from_secs(10);
/// Results are kept for 24 hours, so this is only for who waits.
const POLL_CEILING: Duration = Duration::from_secs(30);
const BALANCE: &str = "v1/user/balance";

/// The v2beta services.
#[derive(Debug)]
pub struct Stability;

#[async_trait::async_trait]
impl ImageProvider for Stability {
    fn abilities(&self) -> Abilities {
        Abilities { asynchronous: true, poll_floor: POLL_FLOOR, poll_ceiling: POLL_CEILING, ..Abilities::AT_ONCE }
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, _watch: &Watch) -> Result<Submitted, Error> {
        make(account, request).await
    }

    async fn poll(&self, account: &Account, handle: &Handle, _watch: &Watch) -> Result<Progress, Error> {
        ask(account, handle).await
    }

    async fn check(&self, account: &Account) -> Result<String, Error> {
        balance(account).await
    }
}

async fn make(account: &Account, request: &ImageRequest) -> Result<Submitted, Error> {
    let operation = operations::of(request)?;
    let fields = fields::fields(operation, request)?;
    let form = pictures::form(operation, request, &fields).await?;
    let mut call = call(account, Method::POST, &format!("v2beta/stable-image/{}", operation.path))?.form(form);
    if let Some(user) = &request.end_user {
        let user = HeaderValue::from_str(user).map_err(|_| Error::new(Class::InvalidRequest, "no header can hold the end user's name"))?;
        call = call.header(HeaderName::from_static("stability-client-user-id"), user);
    }
    let call = call.limits(account.limits.generation);
    let answer = account.egress.send(call).await.map_err(|error| wire::of_submit(&error))?;
    let request_id = answer.headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::debug!(account = account.id, request = request.request_id, request_id, status = answer.status.as_u16(), "answered");
    if !answer.status.is_success() {
        return Err(refusal::refused(&wire::Refusal::read(account, answer).await));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    // Which operations answer with an id has changed before, so the answer says it and no table.
    match answer::read(&body)? {
        Said::Delivered(delivery) => Ok(Submitted::Done(delivery)),
        Said::Accepted(handle) => Ok(Submitted::Accepted(handle)),
    }
}

async fn ask(account: &Account, handle: &Handle) -> Result<Progress, Error> {
    let call = call(account, Method::GET, &format!("v2beta/results/{}", handle.path_id()?))?.limits(account.limits.generation);
    let answer = account.egress.send(call).await.map_err(|error| wire::of_question(&error))?;
    match answer.status.as_u16() {
        202 => Ok(Progress::Running { fraction: None }),
        200..=299 => {
            let body = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
            match answer::read(&body) {
                Ok(Said::Delivered(delivery)) => Ok(Progress::Done(delivery)),
                Ok(Said::Accepted(_)) => Ok(Progress::Running { fraction: None }),
                // What cannot be understood may be an answer of somebody between; asking again costs nothing.
                Err(error) if error.began == Began::Unknown => Err(error.began(Began::No)),
                Err(error) => Err(error),
            }
        }
        _ => Err(refusal::of_question(&wire::Refusal::read(account, answer).await)),
    }
}

/// The balance: free, and refused without a good key.
async fn balance(account: &Account) -> Result<String, Error> {
    let answer = account.egress.send(call(account, Method::GET, BALANCE)?).await.map_err(|error| wire::of_question(&error))?;
    if !answer.status.is_success() {
        let error = refusal::refused(&wire::Refusal::read(account, answer).await);
        return Err(wire::of_check(error, "no balance there: is it Stability's address?"));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
    let stated: Value = wire::read_json(&body).map_err(|error| error.began(Began::No))?;
    match stated["credits"].as_f64() {
        Some(credits) => Ok(format!("Stability AI with {credits} credits left")),
        None => Err(Error::new(Class::InvalidRequest, "what answered states no credits: is it Stability's address?")),
    }
}

/// A call with the key. Older set-ups end the address in `/v1`, under which only the balance lives, so the version is
/// taken off.
fn call(account: &Account, method: Method, path: &str) -> Result<Call, Error> {
    account.need_key()?;
    let base = account.base_url.path().trim_end_matches('/');
    let root = ["/v1", "/v2beta"].iter().find_map(|version| base.strip_suffix(version)).unwrap_or(base).trim_end_matches('/');
    let mut call = account.call(method, path);
    call.url.set_path(&format!("{root}/{path}"));
    account.with_bearer(call.header(ACCEPT, HeaderValue::from_static("application/json")))
}
