//! Pictures inside JSON.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde::Deserialize;

use crate::delivery::MAX_PICTURE_BYTES;
use crate::error::{Began, Class, Error};

/// Servers in other languages leave the padding out, or the last bits in.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// A picture as base64, perhaps as a data URL, that stays where it was read: the largest are some 20 MB, and a field of
/// this type does not copy them. The field needs `#[serde(borrow)]`.
#[derive(Debug, Deserialize)]
pub struct Encoded<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> From<&'a str> for Encoded<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl Encoded<'_> {
    /// Whether it is the empty text, which some servers write for "none".
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes of the file. Not verified: they may be anything.
    ///
    /// # Errors
    /// [`Class::ProviderError`], [`Began::Lost`] for what is no base64, and for more than [`MAX_PICTURE_BYTES`].
    pub fn decode(&self) -> Result<Bytes, Error> {
        let bad = |why| Error::new(Class::ProviderError, format!("a picture of the answer {why}")).began(Began::Lost);
        let text = match self.0.strip_prefix("data:") {
            Some(rest) => rest.split_once(";base64,").ok_or_else(|| bad("is a data URL without base64"))?.1,
            None => &self.0,
        };
        if text.len() as u64 / 4 * 3 > MAX_PICTURE_BYTES {
            return Err(bad("is too large"));
        }
        LENIENT.decode(text.trim()).map(Bytes::from).map_err(|_| bad("is no base64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(json: &str) -> Result<Bytes, Error> {
        serde_json::from_str::<Encoded<'_>>(json).unwrap().decode()
    }

    #[test]
    fn the_forms_in_which_servers_write_base64() {
        for text in [r#""AAEC_w""#, r#""data:image/png,AAEC""#, r#""AA!!""#] {
            let error = decode(text).unwrap_err();
            assert_eq!((error.class, error.began), (Class::ProviderError, Began::Lost), "{text}");
        }
        for text in [r#""AAEC/w==""#, r#""AAEC\/w==""#, r#""AAEC/w""#, r#""data:image/png;base64,AAEC/w==""#, r#""AAEC/w==\n""#] {
            assert_eq!(decode(text).unwrap().as_ref(), [0, 1, 2, 255], "{text}");
        }
    }

    #[test]
    fn a_plain_text_is_not_copied() {
        let json = br#"{"picture":"AAEC"}"#.to_vec();
        #[derive(Deserialize)]
        struct Item<'a> {
            #[serde(borrow)]
            picture: Option<Encoded<'a>>,
        }
        let item: Item<'_> = serde_json::from_slice(&json).unwrap();
        assert!(matches!(item.picture, Some(Encoded(Cow::Borrowed(_)))));
    }
}
