//! What a vendor delivers: pictures, or links to them, and what it counted.

use std::io;

use bytes::Bytes;
use egress::{Answer, Call};
use image::DynamicImage;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use url::Url;

use crate::account::Account;
use crate::error::{Began, Class, Error};

/// The end of a request that went well, at least in part.
#[derive(Debug, Default)]
pub struct Delivery {
    /// The pictures, in the vendor's order.
    pub outputs: Vec<Output>,
    /// Pictures that the vendor itself says did not come out, with the reason of the first.
    pub refused: Option<Error>,
    /// What the vendor counted.
    pub usage: Usage,
}

/// One picture.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its bytes, or where they are.
    pub source: Source,
    /// The seed it was made with.
    pub seed: Option<u32>,
    /// The words the vendor made of ours.
    pub revised_prompt: Option<String>,
}

/// Where a picture's bytes are.
#[derive(Debug, Clone)]
pub enum Source {
    /// Here. Not verified: may be anything.
    Bytes(Bytes),
    /// At a public address, for a short while.
    Link(Url),
    /// At an address of the account's own server that only the provider knows how to ask.
    Kept(String),
    /// Here, as the pixels that an engine of the caller's own process made: never encoded, nothing to fetch.
    Pixels(Box<DynamicImage>),
}

impl Output {
    /// A picture that is here.
    #[must_use]
    pub const fn bytes(bytes: Bytes) -> Self {
        Self { source: Source::Bytes(bytes), seed: None, revised_prompt: None }
    }

    /// A picture that was made here.
    #[must_use]
    pub fn pixels(image: DynamicImage) -> Self {
        Self { source: Source::Pixels(Box::new(image)), seed: None, revised_prompt: None }
    }

    /// A picture behind a link.
    #[must_use]
    pub const fn link(url: Url) -> Self {
        Self { source: Source::Link(url), seed: None, revised_prompt: None }
    }

    /// A picture behind a link as the vendor wrote it.
    ///
    /// # Errors
    /// [`Class::ProviderError`], [`Began::Lost`] for what is no address.
    pub fn linked(text: &str) -> Result<Self, Error> {
        let bad = |_| Error::new(Class::ProviderError, "a picture is behind something that is no address").began(Began::Lost);
        Url::parse(text).map(Self::link).map_err(bad)
    }
}

/// What a vendor counted. Everything is checked to be plausible: a negative or absurd number is no number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Usage {
    /// Pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub images: Option<u32>,
    /// Tokens of the words sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_text_tokens: Option<u64>,
    /// Tokens of the pictures sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_image_tokens: Option<u64>,
    /// Tokens of what was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// Megapixels sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_megapixels: Option<f64>,
    /// Megapixels made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_megapixels: Option<f64>,
    /// Seconds of computing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// The vendor's own credits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits: Option<f64>,
}

/// A number of tokens above this is no number: a picture of the largest model takes some ten thousand.
const MOST_TOKENS: u64 = 100_000_000;
/// Credits, megapixels or seconds above this are no number either.
const MOST_OF_ANYTHING: f64 = 1e6;

/// A number of pictures above this is no number: the most that a vendor makes in one call are some fifteen.
const MOST_STATED_PICTURES: u64 = 100;

impl Usage {
    /// A number of tokens as a vendor states it; none when it is no plausible number.
    #[must_use]
    pub fn tokens(stated: &Value) -> Option<u64> {
        stated.as_u64().filter(|tokens| *tokens <= MOST_TOKENS)
    }

    /// Credits, megapixels or seconds as a vendor states them; none when it is no plausible number.
    #[must_use]
    pub fn amount(stated: &Value) -> Option<f64> {
        stated.as_f64().filter(|amount| (0.0..=MOST_OF_ANYTHING).contains(amount))
    }

    /// A number of pictures as a vendor states it; none when it is no plausible number.
    #[must_use]
    pub fn pictures(stated: &Value) -> Option<u32> {
        stated.as_u64().filter(|pictures| *pictures <= MOST_STATED_PICTURES).and_then(|pictures| u32::try_from(pictures).ok())
    }

    /// Adds the tokens of another answer to the same request.
    pub fn add_tokens(&mut self, more: &Self) {
        let add = |mine: Option<u64>, other: Option<u64>| mine.into_iter().chain(other).reduce(u64::saturating_add);
        self.input_text_tokens = add(self.input_text_tokens, more.input_text_tokens);
        self.input_image_tokens = add(self.input_image_tokens, more.input_image_tokens);
        self.output_tokens = add(self.output_tokens, more.output_tokens);
    }
}

impl Delivery {
    /// What came out of a request for `count` pictures, in the vendor's order. More than were asked for are left out:
    /// nobody ordered or priced them.
    ///
    /// # Errors
    /// When not a single picture came out: the reason of the first, or [`Class::EmptyResult`].
    pub fn collect(pictures: impl IntoIterator<Item = Result<Output, Error>>, count: u32) -> Result<Self, Error> {
        let mut delivery = Self::default();
        for picture in pictures.into_iter().take(count as usize) {
            match picture {
                Ok(output) => delivery.outputs.push(output),
                Err(error) => _ = delivery.refused.get_or_insert(error),
            }
        }
        if !delivery.outputs.is_empty() {
            return Ok(delivery);
        }
        Err(delivery.refused.unwrap_or_else(|| Error::new(Class::EmptyResult, "a good answer without a picture").began(Began::Ended)))
    }
}

/// Largest picture taken from a vendor: a 16-megapixel PNG of noise is 48 MiB.
pub const MAX_PICTURE_BYTES: u64 = 64 << 20;

/// Takes the bytes of an output.
pub type Sink = dyn AsyncWrite + Send + Unpin;

/// Downloads an output without credentials, each hop of the link checked to be public.
pub async fn fetch(account: &Account, output: &Output, into: &mut Sink) -> Result<(), Error> {
    match &output.source {
        Source::Bytes(bytes) => write(bytes, into).await.map_err(|error| crate::http::of_fetch(&egress::Error::Write(error))),
        Source::Kept(_) | Source::Pixels(_) => {
            Err(Error::new(Class::ProviderError, "a picture without its own way to fetch it").began(Began::Lost))
        }
        Source::Link(url) => {
            let answer = account
                .egress
                .download(url, &account.route, &account.limits.download)
                .await
                .map_err(|error| crate::http::of_fetch(&error))?;
            match answer.status.as_u16() {
                200..=299 => copy(answer, into).await,
                403 | 404 | 410 => Err(Error::new(Class::Expired, "the link to the result is dead").began(Began::Lost)),
                status => Err(Error::new(Class::Network, format!("the link to the result answered {status}")).began(Began::Lost)),
            }
        }
    }
}

/// Fetches a picture that the account's own server keeps, by a call to that server with its key.
///
/// # Errors
/// [`Class::Expired`] when it is gone; [`Class::ProviderError`] when the server sends elsewhere. All [`Began::Lost`].
pub async fn fetch_kept(account: &Account, call: Call, into: &mut Sink) -> Result<(), Error> {
    let call = call.limits(account.limits.download);
    let answer = account.egress.send(call).await.map_err(|error| crate::http::of_fetch(&error))?;
    let failed = |class, message: String| Err(Error::new(class, message).began(Began::Lost));
    match answer.status.as_u16() {
        200..=299 => copy(answer, into).await,
        404 | 410 => failed(Class::Expired, "the server does not have the picture any more".to_owned()),
        300..=399 => failed(Class::ProviderError, "the server sends elsewhere for a picture of its own".to_owned()),
        status => failed(Class::Network, format!("the address of the picture answered {status}")),
    }
}

async fn copy(answer: Answer, mut into: &mut Sink) -> Result<(), Error> {
    answer.copy_to(&mut into).await.map(drop).map_err(|error| crate::http::of_fetch(&error))
}

async fn write(bytes: &[u8], into: &mut Sink) -> io::Result<()> {
    into.write_all(bytes).await?;
    into.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Result<Output, Error> {
        Ok(Output::bytes(Bytes::from_static(b"x")))
    }

    fn broken(message: &str) -> Result<Output, Error> {
        Err(Error::new(Class::ProviderError, message).began(Began::Ended))
    }

    #[test]
    fn a_part_is_delivered_with_the_reason_of_the_first_that_is_missing() {
        let delivery = Delivery::collect([broken("first"), picture(), broken("second")], 3).unwrap();
        assert_eq!((delivery.outputs.len(), delivery.refused.unwrap().message.as_str()), (1, "first"));
        assert_eq!(Delivery::collect([picture(), picture(), picture()], 2).unwrap().outputs.len(), 2);
    }

    #[test]
    fn no_picture_at_all_is_a_failure() {
        assert_eq!(Delivery::collect([broken("first")], 1).unwrap_err().message, "first");
        let error = Delivery::collect([], 1).unwrap_err();
        assert_eq!((error.class, error.began), (Class::EmptyResult, Began::Ended));
    }

    #[test]
    fn only_plausible_numbers_count() {
        let tokens = |text: &str| Usage::tokens(&serde_json::from_str(text).unwrap());
        assert_eq!(tokens("1056"), Some(1056));
        for nonsense in ["-1", "1.5", "1e300", "99999999999", "null", "\"7\"", "{}"] {
            assert_eq!(tokens(nonsense), None, "{nonsense}");
        }
        let amount = |text: &str| Usage::amount(&serde_json::from_str(text).unwrap());
        assert_eq!((amount("3.5"), amount("0"), amount("7")), (Some(3.5), Some(0.0), Some(7.0)));
        for nonsense in ["-0.9", "-1", "1e9", "1e300", "null", "\"7\"", "{}"] {
            assert_eq!(amount(nonsense), None, "{nonsense}");
        }
    }
}
