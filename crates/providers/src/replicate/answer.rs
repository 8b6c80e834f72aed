//! A prediction as the vendor tells of it.

use serde::Deserialize;
use serde_json::Value;

use super::refusal;
use crate::account::Account;
use crate::delivery::{Delivery, Output, Usage};
use crate::encoded::Encoded;
use crate::error::{Began, Class, Error};
use crate::percent;
use crate::provider::{Cancelled, Handle, Progress};

/// The parts of a prediction that matter. An error that came with a success has the last two.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Prediction {
    /// Its id.
    pub id: String,
    status: Value,
    output: Value,
    logs: Value,
    metrics: Value,
    data_removed: Value,
    /// Why it failed.
    pub error: Value,
    /// What is wrong, where it is no prediction.
    pub detail: Value,
}

impl Prediction {
    /// Where it is found again: it was made for `count` pictures.
    ///
    /// # Errors
    /// As [`Handle::path_id`].
    pub fn handle(&self, count: u32) -> Result<Handle, Error> {
        Ok(Handle { count, ..Handle::checked(&self.id)? })
    }

    /// How it stands.
    ///
    /// # Errors
    /// Its own failure, [`Began::Ended`].
    pub fn progress(&self, account: &Account, count: u32) -> Result<Progress, Error> {
        let ended = |class, why| Err(Error::new(class, why).began(Began::Ended));
        match self.status.as_str().unwrap_or_default() {
            "starting" => Ok(Progress::Queued { position: None }),
            "processing" => Ok(Progress::Running { fraction: self.logs.as_str().and_then(percent::last) }),
            "succeeded" => self.delivery(count).map(|delivery| Progress::Done(Box::new(delivery))),
            "failed" => Err(refusal::failed(&self.error)),
            "canceled" => ended(Class::Cancelled, "the prediction was cancelled"),
            "aborted" => ended(Class::Timeout, "the prediction was aborted before it ran"),
            other => {
                tracing::warn!(account = account.id, prediction = self.id, status = other, "unknown state of a prediction");
                Ok(Progress::Running { fraction: None })
            }
        }
    }

    /// What a request to stop led to.
    pub fn cancelled(&self) -> Cancelled {
        match self.status.as_str().unwrap_or_default() {
            "canceled" | "aborted" => Cancelled::Stopped,
            "succeeded" | "failed" => Cancelled::TooLate,
            _ => Cancelled::Asked,
        }
    }

    fn delivery(&self, count: u32) -> Result<Delivery, Error> {
        let mut pictures = Vec::new();
        collect(&self.output, &mut pictures);
        if pictures.is_empty() && self.data_removed == Value::Bool(true) {
            return Err(Error::new(Class::Expired, "the vendor has removed the result").began(Began::Ended));
        }
        let mut delivery = Delivery::collect(pictures, count)?;
        delivery.usage = Usage { seconds: Usage::amount(&self.metrics["predict_time"]), ..Usage::default() };
        Ok(delivery)
    }
}

/// Every address in the output, whose shape is the model's own: a text, a list, an object.
fn collect(output: &Value, pictures: &mut Vec<Result<Output, Error>>) {
    match output {
        Value::String(text) if text.starts_with("data:") => pictures.push(Encoded::from(text.as_str()).decode().map(Output::bytes)),
        Value::String(text)
            if text.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())) =>
        {
            pictures.push(Output::linked(text));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, pictures)),
        Value::Object(fields) => fields.values().for_each(|item| collect(item, pictures)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::delivery::Source;

    fn delivery(output: Value, count: u32) -> Result<Delivery, Error> {
        Prediction { output, ..Prediction::default() }.delivery(count)
    }

    #[test]
    fn addresses_are_found_whatever_the_shape_of_the_output() {
        let link = "https://replicate.delivery/x/out-0.webp";
        for output in [json!(link), json!([link]), json!({ "caption": "a cat: grey", "images": [{ "url": link }], "seed": 7 })] {
            let delivery = delivery(output, 2).unwrap();
            assert!(matches!(&delivery.outputs[..], [Output { source: Source::Link(url), .. }] if url.as_str() == link));
        }
        let inline = delivery(json!(["data:image/png;base64,AAEC"]), 1).unwrap();
        assert!(matches!(&inline.outputs[0].source, Source::Bytes(bytes) if bytes.as_ref() == [0, 1, 2]));
        assert_eq!(delivery(json!([link, link, link]), 2).unwrap().outputs.len(), 2);
        assert_eq!(delivery(json!("a text"), 1).unwrap_err().class, Class::EmptyResult);
    }

    #[test]
    fn a_result_that_was_removed_has_expired() {
        let removed = Prediction { data_removed: json!(true), ..Prediction::default() };
        assert_eq!(removed.delivery(1).unwrap_err().class, Class::Expired);
    }
}
