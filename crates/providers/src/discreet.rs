//! What no adapter can forget: nothing that leaves one says the account's key or where its vendor calls, should the vendor
//! have repeated it.

use std::sync::Arc;

use crate::account::Account;
use crate::delivery::{Delivery, Output, Sink};
use crate::error::Error;
use crate::provider::{Abilities, Cancelled, Handle, ImageProvider, Progress, Submitted, Watch};
use crate::request::ImageRequest;
use crate::webhook::{Delivered, WebhookCall, WebhookError};

/// An adapter whose errors are without the key.
pub struct Discreet(pub Arc<dyn ImageProvider>);

#[async_trait::async_trait]
impl ImageProvider for Discreet {
    fn abilities(&self) -> Abilities {
        self.0.abilities()
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, watch: &Watch) -> Result<Submitted, Error> {
        match self.0.submit(account, request, watch).await {
            Ok(Submitted::Done(delivery)) => Ok(Submitted::Done(concealed(account, delivery))),
            other => other.map_err(|error| account.conceal(error)),
        }
    }

    async fn poll(&self, account: &Account, handle: &Handle, watch: &Watch) -> Result<Progress, Error> {
        match self.0.poll(account, handle, watch).await {
            Ok(Progress::Done(delivery)) => Ok(Progress::Done(concealed(account, delivery))),
            other => other.map_err(|error| account.conceal(error)),
        }
    }

    async fn fetch(&self, account: &Account, output: &Output, into: &mut Sink) -> Result<(), Error> {
        self.0.fetch(account, output, into).await.map_err(|error| account.conceal(error))
    }

    async fn cancel(&self, account: &Account, handle: &Handle) -> Result<Cancelled, Error> {
        self.0.cancel(account, handle).await.map_err(|error| account.conceal(error))
    }

    async fn look_up(&self, account: &Account, request_id: &str) -> Result<Option<Handle>, Error> {
        self.0.look_up(account, request_id).await.map_err(|error| account.conceal(error))
    }

    async fn check(&self, account: &Account) -> Result<String, Error> {
        let checked = self.0.check(account).await;
        checked.map(|text| account.without_key(text)).map_err(|error| account.conceal(error))
    }

    async fn verify_webhook(&self, account: &Account, call: &WebhookCall<'_>) -> Result<Delivered, WebhookError> {
        self.0.verify_webhook(account, call).await
    }
}

fn concealed(account: &Account, mut delivery: Box<Delivery>) -> Box<Delivery> {
    delivery.refused = delivery.refused.map(|error| account.conceal(error));
    delivery
}
