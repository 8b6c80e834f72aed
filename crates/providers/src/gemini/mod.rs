//! Google Gemini: `generateContent` with pictures in and out. Sources: google-genai (Python) 3.4.0, the code of other
//! clients of 2026.
//!
//! [`crate::Model::options`] that it knows: `fields` (an object, sent as it is with every request, such as
//! `{"systemInstruction": {…}}`; what stands in its `generationConfig` goes into ours).

mod answer;
mod fields;
mod refusal;

use http::{HeaderName, Method};

use crate::account::Account;
use crate::delivery::Delivery;
use crate::error::Error;
use crate::http as wire;
use crate::models;
use crate::provider::{Abilities, ImageProvider, Submitted, Watch};
use crate::request::ImageRequest;

/// The Developer API.
#[derive(Debug)]
pub struct Gemini;

const KEY: HeaderName = HeaderName::from_static("x-goog-api-key");

#[async_trait::async_trait]
impl ImageProvider for Gemini {
    fn abilities(&self) -> Abilities {
        Abilities::AT_ONCE
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, _watch: &Watch) -> Result<Submitted, Error> {
        make(account, request).await.map(Submitted::done)
    }

    async fn check(&self, account: &Account) -> Result<String, Error> {
        account.need_key()?;
        let call = account.with_key_in(KEY, account.call(Method::GET, "models"))?;
        models::check(account, call, "Gemini", "/v1beta", refusal::refused).await
    }
}

async fn make(account: &Account, request: &ImageRequest) -> Result<Delivery, Error> {
    account.need_key()?;
    let body = fields::body(request).await?;
    let path = format!("models/{}:generateContent", request.model.wire_id);
    let call = account.call(Method::POST, &path).json(&body).map_err(|error| wire::of_submit(&error))?;
    let call = account.with_key_in(KEY, call)?.limits(account.limits.generation_of(request.count));
    let answer = account.egress.send(call).await.map_err(|error| wire::of_submit(&error))?;
    if !answer.status.is_success() {
        return Err(refusal::refused(&wire::Refusal::read(account, answer).await));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    answer::read(account, request, &body)
}
