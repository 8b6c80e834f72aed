//! The answer that comes as events, one for each finished picture. "Partial" means one of several here, not a preview.

use egress::Answer;
use serde::Deserialize;
use serde_json::Value;

use super::answer::{Item, usage};
use super::refusal::meaning;
use crate::coded::Coded;
use crate::delivery::{Delivery, Output, Usage};
use crate::encoded::Encoded;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::request::ImageRequest;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(borrow, default)]
    b64_json: Option<Encoded<'a>>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    usage: Value,
}

/// What the stream brought so far.
#[derive(Default)]
struct Sofar {
    pictures: Vec<Result<Output, Error>>,
    usage: Usage,
    completed: bool,
}

/// Reads events until the vendor says that it is done, or the stream closes.
///
/// # Errors
/// [`Began::Unknown`] when it broke off or closed before a picture, [`Began::Ended`] when the vendor says what failed. Once one
/// picture is here the failure is that of the others, in [`Delivery::refused`].
pub async fn read(request: &ImageRequest, answer: Answer) -> Result<Delivery, Error> {
    let mut events = answer.sse();
    let mut sofar = Sofar::default();
    let broken = loop {
        match events.next().await {
            Ok(Some(event)) if event.data.trim() == "[DONE]" => break None,
            Ok(Some(event)) => {
                if let Err(error) = sofar.take(&event.data) {
                    break Some(error);
                }
                if sofar.completed {
                    break None;
                }
            }
            // A request under way costs, and whoever closed its stream need not have been the vendor.
            Ok(None) => break Some(Error::new(Class::ProviderError, "the stream closed before its end").began(Began::Unknown)),
            Err(error) => break Some(wire::of_submit(&error)),
        }
    };
    if let Some(error) = broken {
        if !sofar.pictures.iter().any(Result::is_ok) {
            return Err(error);
        }
        sofar.pictures.push(Err(error));
    }
    let mut delivery = Delivery::collect(sofar.pictures, request.count)?;
    delivery.usage = sofar.usage;
    Ok(delivery)
}

impl Sofar {
    /// Takes one event.
    ///
    /// # Errors
    /// The failure of the whole request that it tells of.
    fn take(&mut self, data: &str) -> Result<(), Error> {
        let event: Event<'_> = wire::read_json(data.as_bytes())?;
        match event.kind.rsplit('.').next().unwrap_or_default() {
            "partial_succeeded" | "partial_failed" => {
                let item = Item { b64_json: event.b64_json, url: event.url, error: event.error };
                self.pictures.push(item.output());
            }
            "completed" => {
                self.usage = usage(&event.usage);
                self.completed = true;
            }
            kind => match Coded::of(&event.error) {
                Some(said) => return Err(said.failed(meaning)),
                None => tracing::debug!(kind, "unknown event"),
            },
        }
        Ok(())
    }
}
