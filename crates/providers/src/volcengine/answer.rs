//! The answer that holds all pictures at once. Each of them may be an error instead, inside a 200.

use serde::Deserialize;
use serde_json::Value;

use super::refusal::meaning;
use crate::coded::Coded;
use crate::delivery::{Delivery, Output, Usage};
use crate::encoded::Encoded;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::request::ImageRequest;

/// `{"model","created","data":[{"b64_json","size"}],"usage":{…}}`.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    data: Option<Vec<Item<'a>>>,
    #[serde(default)]
    model: Value,
    #[serde(default)]
    usage: Value,
    #[serde(default)]
    error: Value,
}

/// A picture, or why there is none.
#[derive(Deserialize)]
pub struct Item<'a> {
    /// The file.
    #[serde(borrow, default)]
    pub b64_json: Option<Encoded<'a>>,
    /// Where it is, for a day.
    #[serde(default)]
    pub url: Option<String>,
    /// `{"code","message"}`.
    #[serde(default)]
    pub error: Value,
}

/// Reads the body of a 200.
///
/// # Errors
/// [`Began::Unknown`] when it is not the vendor's; otherwise [`Began::Ended`].
pub fn read(request: &ImageRequest, body: &[u8]) -> Result<Delivery, Error> {
    let answer: Answer<'_> = wire::read_json(body)?;
    let items = answer.data.unwrap_or_default();
    if items.is_empty() {
        if let Some(said) = Coded::of(&answer.error) {
            return Err(said.failed(meaning));
        }
        if answer.model.is_null() && answer.usage.is_null() {
            return Err(Error::new(Class::ProviderError, "the answer is not one of this vendor").began(Began::Unknown));
        }
    }
    let mut delivery = Delivery::collect(items.into_iter().map(Item::output), request.count)?;
    delivery.usage = usage(&answer.usage);
    Ok(delivery)
}

impl Item<'_> {
    /// The picture, or where it is.
    ///
    /// # Errors
    /// Why there is none, [`Began::Ended`].
    pub fn output(self) -> Result<Output, Error> {
        if let Some(said) = Coded::of(&self.error) {
            return Err(said.failed(meaning));
        }
        match (self.b64_json.filter(|encoded| !encoded.is_empty()), self.url) {
            (Some(encoded), _) => encoded.decode().map(Output::bytes),
            (None, Some(url)) => Output::linked(&url),
            (None, None) => Err(Error::new(Class::EmptyResult, "a picture of the answer is not there").began(Began::Ended)),
        }
    }
}

/// Only pictures that came out are counted, and charged.
pub fn usage(stated: &Value) -> Usage {
    Usage {
        images: Usage::pictures(&stated["generated_images"]),
        output_tokens: Usage::tokens(&stated["output_tokens"]),
        ..Usage::default()
    }
}
