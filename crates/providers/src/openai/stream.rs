//! The answer that comes as events: partial pictures, then whole ones.

use egress::Answer;
use serde::Deserialize;
use serde_json::Value;

use super::answer::{Item, usage};
use super::dialect::Dialect;
use super::refusal::{self, Said};
use crate::account::Account;
use crate::delivery::{Delivery, Output, Usage};
use crate::encoded::Encoded;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::provider::{Update, Watch};
use crate::request::ImageRequest;

/// `image_generation.partial_image` and so on; edits say `image_edit`.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    usage: Value,
    #[serde(default)]
    error: Value,
    #[serde(borrow, default)]
    b64_json: Option<Encoded<'a>>,
    #[serde(default)]
    url: Option<String>,
}

/// What the stream brought so far.
#[derive(Default)]
struct Sofar {
    pictures: Vec<Result<Output, Error>>,
    usage: Usage,
}

/// Reads events until all pictures are here or the stream closes.
///
/// # Errors
/// [`Began::Unknown`] when it broke off or closed without a picture, [`Began::Ended`] when it said what failed. Once one
/// picture is here the failure is that of the others, in [`Delivery::refused`].
pub async fn read(dialect: &Dialect, account: &Account, request: &ImageRequest, watch: &Watch, answer: Answer) -> Result<Delivery, Error> {
    let mut events = answer.sse();
    let mut sofar = Sofar::default();
    let broken = loop {
        if sofar.pictures.len() >= request.count as usize {
            break None;
        }
        match events.next().await {
            Ok(Some(event)) if event.data.trim() == "[DONE]" => break None,
            Ok(Some(event)) => {
                if let Err(error) = sofar.take(dialect, account, watch, &event.data) {
                    break Some(error);
                }
            }
            Ok(None) => break None,
            Err(error) => break Some(wire::of_submit(&error)),
        }
    };
    // A request under way costs, and whoever closed its stream need not have been the vendor.
    let closed = || Error::new(Class::ProviderError, "the stream closed without a picture").began(Began::Unknown);
    if sofar.pictures.is_empty() {
        return Err(broken.unwrap_or_else(closed));
    }
    sofar.pictures.extend(broken.map(Err));
    let mut delivery = Delivery::collect(sofar.pictures, request.count)?;
    delivery.usage = sofar.usage;
    Ok(delivery)
}

impl Sofar {
    /// Takes one event.
    ///
    /// # Errors
    /// The failure that it tells of.
    fn take(&mut self, dialect: &Dialect, account: &Account, watch: &Watch, data: &str) -> Result<(), Error> {
        let event: Event<'_> = wire::read_json(data.as_bytes())?;
        match event.kind.rsplit('.').next().unwrap_or_default() {
            // A preview that cannot be read is no loss.
            "partial_image" => {
                if let Some(Ok(bytes)) = event.b64_json.map(|encoded| encoded.decode()) {
                    // Only the count of finished pictures says to which one a preview belongs.
                    watch.update(Update::Preview { picture: u32::try_from(self.pictures.len()).unwrap_or(u32::MAX), bytes });
                }
            }
            "completed" => {
                self.usage.add_tokens(&usage(&event.usage));
                let item = Item { b64_json: event.b64_json, url: event.url, revised_prompt: None };
                self.pictures.push(item.output(account));
            }
            _ => match Said::of_parts(&event.error, &Value::Null, &Value::Null) {
                Some(said) => return Err(refusal::failed(dialect, &said)),
                None => tracing::debug!(account = account.id, kind = event.kind, "unknown event"),
            },
        }
        Ok(())
    }
}
