//! Volcengine Ark, abroad BytePlus ModelArk: the Seedream family. One path makes and edits. Sources: its SDK (commit
//! b5be43b), its pages on errors and parameters of 2026, and the code of other clients.
//!
//! [`crate::Model::options`] that it knows: `fields` (an object, sent as it is with every request, such as
//! `{"watermark": false}`: unless told so, the vendor paints a visible mark) and `groups` (the model makes several
//! related pictures in one call, and streams them).

mod answer;
mod fields;
mod refusal;
mod stream;

use http::{HeaderName, HeaderValue, Method};

use crate::account::Account;
use crate::coded::Coded;
use crate::delivery::Delivery;
use crate::error::Error;
use crate::http as wire;
use crate::models;
use crate::provider::{Abilities, ImageProvider, Submitted, Watch};
use crate::request::ImageRequest;

/// Ark.
#[derive(Debug)]
pub struct Volcengine;

const GENERATIONS: &str = "images/generations";
/// Our own id of the call, for questions to the vendor.
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-client-request-id");

#[async_trait::async_trait]
impl ImageProvider for Volcengine {
    fn abilities(&self) -> Abilities {
        Abilities::AT_ONCE
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, _watch: &Watch) -> Result<Submitted, Error> {
        make(account, request).await.map(Submitted::done)
    }

    /// The list of models is that of the vendor's chat API, at the same address.
    async fn check(&self, account: &Account) -> Result<String, Error> {
        account.need_key()?;
        let call = account.with_bearer(account.call(Method::GET, "models"))?;
        let refused = |refusal: &wire::Refusal| Coded::refusal(refusal, refusal::meaning);
        models::check(account, call, "Volcengine", "/api/v3", refused).await
    }
}

async fn make(account: &Account, request: &ImageRequest) -> Result<Delivery, Error> {
    account.need_key()?;
    let fields = fields::fields(request).await?;
    let mut call = account.call(Method::POST, GENERATIONS).json(&fields).map_err(|error| wire::of_submit(&error))?;
    if let Ok(id) = HeaderValue::from_str(&request.request_id) {
        call = call.header(CLIENT_REQUEST_ID, id);
    }
    let call = account.with_bearer(call)?.limits(account.limits.generation_of(request.count));
    let answer = account.egress.send(call).await.map_err(|error| wire::of_submit(&error))?;
    // The vendor asks for it with every question about a request.
    let request_id = answer.headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::debug!(account = account.id, request = request.request_id, request_id, status = answer.status.as_u16(), "answered");
    if !answer.status.is_success() {
        return Err(Coded::refusal(&wire::Refusal::read(account, answer).await, refusal::meaning));
    }
    if wire::is_stream(&answer) {
        return stream::read(request, answer).await;
    }
    let body = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    answer::read(request, &body)
}
