//! The answer of an operation: a picture, or the id under which it will be.

use serde::Deserialize;
use serde_json::Value;

use super::refusal;
use crate::delivery::{Delivery, Output};
use crate::encoded::Encoded;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::provider::Handle;

/// `{"image","finish_reason","seed"}`, or `{"id"}`, or with 200 an error all the same.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    image: Option<Encoded<'a>>,
    #[serde(default)]
    finish_reason: Option<String>,
    #[serde(default)]
    seed: Value,
    #[serde(default)]
    id: Value,
    #[serde(default)]
    name: Value,
}

/// What an answer says.
pub enum Said {
    /// The picture is here.
    Delivered(Box<Delivery>),
    /// It will be under an id.
    Accepted(Handle),
}

/// Reads the body of a 200.
///
/// # Errors
/// [`Class::ProviderError`] with [`Began::Unknown`] when it cannot be read; otherwise [`Began::Ended`].
pub fn read(body: &[u8]) -> Result<Said, Error> {
    let answer: Answer<'_> = wire::read_json(body)?;
    let image = answer.image.filter(|image| !image.is_empty());
    match answer.finish_reason.as_deref() {
        // The picture comes all the same, blurred.
        Some(reason @ "CONTENT_FILTERED") => {
            let error = Error::new(Class::ContentPolicyOutput, "the picture was filtered and is blurred");
            return Err(error.code(reason).began(Began::Ended));
        }
        Some(reason @ "ERROR") => return Err(Error::new(Class::ProviderError, "no picture came out").code(reason).began(Began::Ended)),
        Some("SUCCESS") => {}
        Some(reason) => tracing::warn!(reason, "unknown reason to finish"),
        None if image.is_some() => {}
        None if answer.name.is_string() => return Err(refusal::failed(body)),
        None => {
            let neither = || Error::new(Class::ProviderError, "the answer holds neither a picture nor an id").began(Began::Unknown);
            return Handle::checked(answer.id.as_str().ok_or_else(neither)?).map(Said::Accepted);
        }
    }
    let output = image.map(|image| {
        let seed = answer.seed.as_u64().and_then(|seed| u32::try_from(seed).ok());
        Ok(Output { seed, ..Output::bytes(image.decode()?) })
    });
    Delivery::collect(output, 1).map(|delivery| Said::Delivered(Box::new(delivery)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(body: &str) -> (Class, Began) {
        match read(body.as_bytes()) {
            Err(error) => (error.class, error.began),
            Ok(_) => panic!("{body} is no failure"),
        }
    }

    #[test]
    fn a_good_status_does_not_make_a_good_answer() {
        let (ended, unknown) = (Began::Ended, Began::Unknown);
        let filtered = r#"{"image":"AAEC","finish_reason":"CONTENT_FILTERED","seed":1}"#;
        assert_eq!(failure(filtered), (Class::ContentPolicyOutput, ended));
        assert_eq!(failure(r#"{"image":"AAEC","finish_reason":"ERROR"}"#), (Class::ProviderError, ended));
        assert_eq!(failure(r#"{"image":"","finish_reason":"SUCCESS"}"#), (Class::EmptyResult, ended));
        assert_eq!(failure(r#"{"id":"a1","name":"internal_error","errors":["x"]}"#), (Class::ProviderError, ended));
        assert_eq!(failure(r#"{"id":"a1","name":"content_moderation","errors":["x"]}"#), (Class::ContentPolicyOutput, ended));
        assert_eq!(failure(r#"{"id":"../v1/user"}"#), (Class::ProviderError, unknown));
        assert_eq!(failure("{}"), (Class::ProviderError, unknown));
    }

    #[test]
    fn a_picture_needs_no_known_reason_and_an_id_no_known_length() {
        for body in [r#"{"image":"AAEC","finish_reason":"DONE","seed":"x"}"#, r#"{"image":"AAEC"}"#] {
            assert!(matches!(read(body.as_bytes()), Ok(Said::Delivered(delivery)) if delivery.outputs.len() == 1), "{body}");
        }
        assert!(matches!(read(br#"{"id":"a6dc"}"#), Ok(Said::Accepted(handle)) if handle.id == "a6dc"));
    }
}
