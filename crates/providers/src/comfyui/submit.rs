//! A request on its way into the queue.

use http::Method;
use serde_json::{Value, json};

use super::template::Template;
use super::{id, pictures, refusal, slots};
use crate::account::Account;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::outpaint;
use crate::provider::Handle;
use crate::request::{ImageRequest, TaskType};

/// Fills the graph, uploads what it needs, and puts it into the queue.
///
/// # Errors
/// [`Began::No`] for all that happens before the last step.
pub async fn submit(account: &Account, request: &ImageRequest) -> Result<Handle, Error> {
    let id = id::prompt_id(&request.request_id);
    let mut template = Template::of(&request.model, request.task_type)?;
    let seed = slots::fill(&mut template, request, &id)?;
    let extended = if request.task_type == TaskType::Outpaint { Some(outpaint::extended(request).await?) } else { None };
    for (slot, picture) in pictures::of(&template, extended.as_ref().unwrap_or(request)).await? {
        let name = pictures::upload(account, &picture).await?;
        template.fill(&slot, &json!(name));
    }
    // What is asked for goes along and comes back with the answer, for nothing is remembered here.
    let asked = json!({ "requested": { "count": request.count, "seed": seed } });
    let body = json!({ "prompt": template.graph, "prompt_id": id, "extra_data": asked });
    let call = account.call(Method::POST, "api/prompt").json(&body).map_err(|error| wire::of_submit(&error))?;
    let answer = account.egress.send(account.with_bearer(call)?).await.map_err(|error| wire::of_submit(&error))?;
    if !answer.status.is_success() {
        return Err(refusal::refused(&template, &wire::Refusal::read(account, answer).await));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    accepted(account, &wire::read_json(&body)?)
}

/// Reads `{"prompt_id":"…","number":1,"node_errors":{}}`.
fn accepted(account: &Account, answer: &Value) -> Result<Handle, Error> {
    let Some(id) = answer["prompt_id"].as_str() else {
        let (message, began) = match answer["error"]["message"].as_str() {
            Some(message) => (message, Began::Ended),
            None => ("an answer without an id", Began::Unknown),
        };
        return Err(Error::new(Class::ProviderError, message).began(began));
    };
    let handle = Handle::checked(id)?;
    if answer["node_errors"].as_object().is_some_and(|errors| !errors.is_empty()) {
        tracing::warn!(account = account.id, prompt = id, "ComfyUI leaves out a part of the workflow");
    }
    Ok(handle)
}
