//! The answer that holds all pictures at once.

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::dialect::Dialect;
use super::refusal::{self, Said};
use crate::account::Account;
use crate::delivery::{Delivery, Output, Source, Usage};
use crate::encoded::Encoded;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::request::ImageRequest;

/// `{"data":[{"b64_json"}],"usage":{…}}`; SiliconFlow says `images`, and some answer an error with 200.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    data: Option<Vec<Item<'a>>>,
    #[serde(borrow, default)]
    images: Option<Vec<Item<'a>>>,
    #[serde(default)]
    usage: Value,
    #[serde(default)]
    seed: Value,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    code: Value,
    #[serde(default)]
    message: Value,
}

/// A picture, in either form.
#[derive(Deserialize)]
pub struct Item<'a> {
    /// The file.
    #[serde(borrow, default)]
    pub b64_json: Option<Encoded<'a>>,
    /// Where it is, on servers that keep it.
    #[serde(default)]
    pub url: Option<String>,
    /// The words the server made of ours.
    #[serde(default)]
    pub revised_prompt: Option<String>,
}

/// Reads the body of a 200.
///
/// # Errors
/// [`Class::ProviderError`] with [`Began::Unknown`] when it cannot be read; otherwise [`Began::Ended`].
pub fn read(dialect: &Dialect, account: &Account, request: &ImageRequest, body: &[u8]) -> Result<Delivery, Error> {
    let answer: Answer<'_> = wire::read_json(body)?;
    let items = answer.data.filter(|data| !data.is_empty()).or(answer.images).unwrap_or_default();
    if items.is_empty()
        && let Some(said) = Said::of_parts(&answer.error, &answer.code, &answer.message)
    {
        return Err(refusal::failed(dialect, &said));
    }
    let mut delivery = Delivery::collect(items.into_iter().map(|item| item.output(account)), request.count)?;
    delivery.usage = usage(&answer.usage);
    // It belongs to the first; how those of the others follow from it is not documented.
    let seed = answer.seed.as_u64().and_then(|seed| u32::try_from(seed).ok());
    delivery.outputs.iter_mut().take(1).for_each(|output| output.seed = seed);
    Ok(delivery)
}

impl Item<'_> {
    /// The picture, or where it is.
    ///
    /// # Errors
    /// When there is neither.
    pub fn output(self, account: &Account) -> Result<Output, Error> {
        let bad = |class, began, why| Error::new(class, format!("a picture of the answer {why}")).began(began);
        let mut output = match (self.b64_json.filter(|encoded| !encoded.is_empty()), self.url) {
            (Some(encoded), _) => Output::bytes(encoded.decode()?),
            (None, Some(url)) => {
                let url = Url::parse(&url).map_err(|_| bad(Class::ProviderError, Began::Lost, "is behind something that is no address"))?;
                located(account, url)
            }
            (None, None) => return Err(bad(Class::EmptyResult, Began::Ended, "is not there")),
        };
        output.revised_prompt = self.revised_prompt.filter(|prompt| !prompt.is_empty());
        Ok(output)
    }
}

/// A link to the very server that was asked may be private; any other one must be public.
fn located(account: &Account, url: Url) -> Output {
    if url.origin() == account.base_url.origin() {
        return Output { source: Source::Kept(url.into()), seed: None, revised_prompt: None };
    }
    Output::link(url)
}

/// Tokens; an output of none is a server that does not count.
pub fn usage(stated: &Value) -> Usage {
    let Some(output_tokens) = Usage::tokens(&stated["output_tokens"]).filter(|tokens| *tokens > 0) else { return Usage::default() };
    let details = &stated["input_tokens_details"];
    Usage {
        // Without details the pictures sent are counted as words, which cost less.
        input_text_tokens: Usage::tokens(&details["text_tokens"]).or_else(|| Usage::tokens(&stated["input_tokens"])),
        input_image_tokens: Usage::tokens(&details["image_tokens"]),
        output_tokens: Some(output_tokens),
        ..Usage::default()
    }
}
