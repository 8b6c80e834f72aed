//! The answer that holds all pictures.

use serde::Deserialize;
use serde_json::Value;

use super::refusal::{self, Said};
use crate::delivery::{Delivery, Output};
use crate::encoded::Encoded;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::request::ImageRequest;

/// `{"images":["…"],"info":"{…}"}` of a generation, `{"image":"…","html_info":"…"}` of an enlargement.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    images: Option<Vec<Encoded<'a>>>,
    #[serde(borrow, default)]
    image: Option<Encoded<'a>>,
    /// JSON inside a text; empty on servers that only imitate it.
    #[serde(default)]
    info: Value,
    #[serde(default)]
    html_info: Value,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    detail: Value,
    #[serde(default)]
    errors: Value,
}

/// Reads the body of a 200. What follows the pictures that were asked for are maps of extensions, not pictures.
///
/// # Errors
/// [`Class::ProviderError`] with [`Began::Unknown`] when it cannot be read, or is not the server's own; otherwise [`Began::Ended`].
pub fn read(request: &ImageRequest, body: &[u8]) -> Result<Delivery, Error> {
    let answer: Answer<'_> = wire::read_json(body)?;
    let pictures: Vec<Encoded<'_>> = answer.images.unwrap_or_default().into_iter().chain(answer.image).collect();
    if pictures.is_empty() {
        if let Some(said) = Said::of_parts(&answer.error, &answer.detail, &answer.errors) {
            return Err(refusal::failed(&said));
        }
        if answer.info.is_null() && answer.html_info.is_null() {
            let message = "the answer has nothing that this server's answers have";
            return Err(Error::new(Class::ProviderError, message).began(Began::Unknown));
        }
    }
    let info: Value = answer.info.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let outputs = pictures.into_iter().enumerate().map(|(index, encoded)| {
        if encoded.is_empty() {
            return Err(Error::new(Class::EmptyResult, "a picture of the answer is not there").began(Began::Ended));
        }
        let seed = info["all_seeds"][index].as_u64().and_then(|seed| u32::try_from(seed).ok());
        Ok(Output { seed, ..Output::bytes(encoded.decode()?) })
    });
    Delivery::collect(outputs, request.count)
}
