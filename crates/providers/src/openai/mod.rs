//! The OpenAI Images API, and the servers that imitate it. What differs between them is a [`Dialect`]; the adapter is
//! one. Sources: OpenAI's spec and SDK (2026-08), the documentation of each server named at its dialect.
//!
//! [`crate::Model::wire_id`] is the model's name; without one, a server of one's own is asked for the first that it lists.
//! [`crate::Model::options`] that it knows: `fields` (an object, sent as it is with every request, such as
//! `{"input_fidelity": "high"}`) and `rename` (an object from a wire name of the dialect to this model's own, such as
//! `{"guidance_scale": "cfg"}`).

mod answer;
pub mod chat;
mod dialect;
mod fields;
mod pictures;
mod refusal;
mod stream;

use egress::Call;
use http::Method;

pub use dialect::Dialect;

use crate::account::Account;
use crate::delivery::{self, Delivery, Output, Sink, Source};
use crate::error::{Began, Error};
use crate::http as wire;
use crate::models;
use crate::provider::{Abilities, ImageProvider, Submitted, Watch};
use crate::request::{ImageRequest, Model};

/// The Images API in one dialect.
#[derive(Debug)]
pub struct OpenAi(
    /// How the server differs from OpenAI's own.
    pub &'static Dialect,
);

#[async_trait::async_trait]
impl ImageProvider for OpenAi {
    fn abilities(&self) -> Abilities {
        Abilities { previews: self.0.streams, ..Abilities::AT_ONCE }
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, watch: &Watch) -> Result<Submitted, Error> {
        self.make(&rooted(account), request, watch).await.map(Submitted::done)
    }

    async fn fetch(&self, account: &Account, output: &Output, into: &mut Sink) -> Result<(), Error> {
        let Source::Kept(url) = &output.source else { return delivery::fetch(account, output, into).await };
        self.kept(&rooted(account), url, into).await.map_err(|error| error.began(Began::Lost))
    }

    async fn check(&self, account: &Account) -> Result<String, Error> {
        let account = &rooted(account);
        let call = self.with_key(account, account.call(Method::GET, "models"))?;
        models::check(account, call, self.0.name, "/v1", |refusal| refusal::refused(self.0, refusal)).await
    }
}

/// The account with the path under which every server of this family has its interface, where its address is only a host: that
/// is how servers of one's own name themselves (`http://127.0.0.1:1234`).
fn rooted(account: &Account) -> Account {
    let mut account = account.clone();
    if account.base_url.path() == "/" {
        account.base_url.set_path("/v1");
    }
    account
}

impl OpenAi {
    async fn make(&self, account: &Account, request: &ImageRequest, watch: &Watch) -> Result<Delivery, Error> {
        let named = if request.model.wire_id.is_empty() { Some(self.with_first_model(account, request).await?) } else { None };
        let request = named.as_ref().unwrap_or(request);
        let call = self.with_key(account, pictures::call(self.0, account, request).await?)?;
        let call = call.limits(account.limits.generation_of(request.count));
        let answer = account.egress.send(call).await.map_err(|error| wire::of_submit(&error))?;
        // The vendor asks for it with every question about a request.
        let request_id = answer.headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
        tracing::debug!(account = account.id, request = request.request_id, request_id, status = answer.status.as_u16(), "answered");
        if !answer.status.is_success() {
            return Err(refusal::refused(self.0, &wire::Refusal::read(account, answer).await));
        }
        if wire::is_stream(&answer) {
            return stream::read(self.0, account, request, watch, answer).await;
        }
        let body = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
        answer::read(self.0, account, request, &body)
    }

    /// The request with the first model that the server lists.
    async fn with_first_model(&self, account: &Account, request: &ImageRequest) -> Result<ImageRequest, Error> {
        let call = self.with_key(account, account.call(Method::GET, "models"))?;
        let first = models::first(account, call, "/v1", |refusal| refusal::refused(self.0, refusal)).await?;
        let model = Model { wire_id: first, ..request.model.clone() };
        Ok(ImageRequest { model, ..request.clone() })
    }

    fn with_key(&self, account: &Account, call: Call) -> Result<Call, Error> {
        if self.0.needs_key {
            account.need_key()?;
        }
        account.with_bearer(call)
    }

    /// A picture on the server's own disk: its address begins like the account's, so the key may go there.
    async fn kept(&self, account: &Account, url: &str, into: &mut Sink) -> Result<(), Error> {
        let call = Call { url: account.own(url)?, ..account.call(Method::GET, "") };
        delivery::fetch_kept(account, self.with_key(account, call)?, into).await
    }
}
