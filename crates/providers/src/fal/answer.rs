//! What the queue and the models answer.

use serde::Deserialize;
use serde_json::Value;

use super::refusal;
use crate::account::Account;
use crate::delivery::{Delivery, Output, Usage};
use crate::encoded::Encoded;
use crate::error::{Began, Class, Error};
use crate::percent;
use crate::provider::{Handle, Progress};

/// The answer to a submit. An error that came with a success has only the last two.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Taken {
    /// The id of the request.
    pub request_id: String,
    status_url: Option<String>,
    response_url: Option<String>,
    cancel_url: Option<String>,
    detail: Value,
    error_type: Value,
}

/// How a request stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Status {
    status: Value,
    queue_position: Value,
    logs: Value,
    metrics: Value,
    error: Value,
    error_type: Value,
}

impl Taken {
    /// Where the request is found again. Its links are not built but taken as they are, so they are looked at now.
    ///
    /// # Errors
    /// [`Began::Unknown`] without an id or the links that it takes to follow it; [`Began::Ended`] for an error.
    pub fn handle(self, account: &Account, count: u32) -> Result<Handle, Error> {
        if self.request_id.is_empty() {
            let nothing = || Error::new(Class::ProviderError, "an answer without the id of a request").began(Began::Unknown);
            return Err(refusal::of_words(&self.detail, &self.error_type).unwrap_or_else(nothing));
        }
        for link in [&self.status_url, &self.response_url] {
            account.own(link.as_deref().unwrap_or_default()).map_err(|error| error.began(Began::Unknown))?;
        }
        let Self { request_id: id, status_url, response_url: result_url, cancel_url, .. } = self;
        Ok(Handle { id, count, status_url, result_url, cancel_url, usage: None })
    }
}

impl Status {
    /// How it stands; nothing when it is completed and the result says more.
    ///
    /// # Errors
    /// The failure of the vendor's machines, [`Began::Ended`]. That of a model is told by its result.
    pub fn progress(&self, account: &Account) -> Result<Option<Progress>, Error> {
        match self.status.as_str().unwrap_or_default() {
            "IN_QUEUE" => {
                let position = self.queue_position.as_u64().and_then(|position| u32::try_from(position).ok());
                Ok(Some(Progress::Queued { position }))
            }
            "IN_PROGRESS" => Ok(Some(Progress::Running { fraction: self.fraction() })),
            "COMPLETED" => refusal::of_machines(&self.error, &self.error_type).map_or(Ok(None), Err),
            other => {
                tracing::warn!(account = account.id, status = other, "unknown state of a request");
                Ok(Some(Progress::Running { fraction: None }))
            }
        }
    }

    fn fraction(&self) -> Option<f32> {
        let lines = self.logs.as_array()?.iter().rev();
        lines.filter_map(|line| line["message"].as_str()).find_map(percent::last)
    }
}

/// The pictures of a model's output: `images`, `image`, or whatever in it has an address and is no other kind of file.
///
/// # Errors
/// [`Began::Ended`] when there is none, or none that content rules let through.
pub fn delivery(output: &Value, status: &Status, count: u32) -> Result<Delivery, Error> {
    let mut files = Vec::new();
    match (&output["images"], &output["image"]) {
        (Value::Array(images), _) if !images.is_empty() => files.extend(images),
        (_, image @ (Value::Object(_) | Value::String(_))) => files.push(image),
        (Value::Null, Value::Null) if output.get("images").is_none() => find(output, &mut files),
        _ => {}
    }
    let pictures =
        files.into_iter().enumerate().map(|(index, file)| if blackened(output, index) { Err(refusal::blackened()) } else { picture(file) });
    let mut delivery = Delivery::collect(pictures, count)?;
    let seconds = Usage::amount(&status.metrics["inference_time"]).or_else(|| Usage::amount(&output["timings"]["inference"]));
    delivery.usage = Usage { seconds, ..Usage::default() };
    // It belongs to the first; how those of the others follow from it is not documented.
    if !blackened(output, 0) {
        let seed = output["seed"].as_u64().and_then(|seed| u32::try_from(seed).ok());
        delivery.outputs.iter_mut().take(1).for_each(|picture| picture.seed = seed);
    }
    Ok(delivery)
}

/// Objects with an address, at any depth.
fn find<'a>(output: &'a Value, files: &mut Vec<&'a Value>) {
    match output {
        Value::Object(fields) if output["url"].is_string() => {
            let kind = fields.get("content_type").and_then(Value::as_str);
            if kind.is_none_or(|kind| kind.starts_with("image/")) {
                files.push(output);
            }
        }
        Value::Object(fields) => fields.values().for_each(|value| find(value, files)),
        Value::Array(items) => items.iter().for_each(|value| find(value, files)),
        _ => {}
    }
}

/// Whether the model painted this picture black because of its content.
fn blackened(output: &Value, index: usize) -> bool {
    ["has_nsfw_concepts", "nsfw_content_detected"].iter().any(|name| match &output[name] {
        Value::Array(flags) => flags.get(index) == Some(&Value::Bool(true)),
        flag => *flag == Value::Bool(true),
    })
}

/// `{"url", "content_type", …}`, or the address alone.
fn picture(file: &Value) -> Result<Output, Error> {
    let address = file["url"].as_str().or_else(|| file.as_str()).filter(|address| !address.is_empty());
    match address {
        None => Err(Error::new(Class::EmptyResult, "a picture of the answer is not there").began(Began::Ended)),
        Some(data) if data.starts_with("data:") => Encoded::from(data).decode().map(Output::bytes),
        Some(link) => Output::linked(link),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn links(output: &Value) -> usize {
        delivery(output, &Status::default(), 4).map_or(0, |delivery| delivery.outputs.len())
    }

    #[test]
    fn pictures_are_found_in_the_outputs_of_many_models() {
        let file = json!({ "url": "https://v3.fal.media/files/x.png", "content_type": "image/png" });
        assert_eq!(links(&json!({ "images": [file, file] })), 2);
        assert_eq!(links(&json!({ "image": file, "mask_image": file })), 1);
        assert_eq!(links(&json!({ "output": { "result": file }, "model": { "url": "https://x", "content_type": "model/gltf" } })), 1);
        assert_eq!(links(&json!({ "images": null })), 0);
        assert_eq!(links(&json!({ "images": [{ "url": "data:image/png;base64,AAEC" }] })), 1);
    }

    #[test]
    fn a_black_picture_is_a_refusal_and_the_others_are_delivered() {
        let file = json!({ "url": "https://v3.fal.media/files/x.png" });
        let output = json!({ "images": [file, file], "has_nsfw_concepts": [true, false], "seed": 7 });
        let delivery = delivery(&output, &Status::default(), 2).unwrap();
        assert_eq!((delivery.outputs.len(), delivery.outputs[0].seed), (1, None));
        assert_eq!(delivery.refused.unwrap().class, Class::ContentPolicyOutput);
    }

    #[test]
    fn the_newest_line_of_the_log_tells_how_far_it_is() {
        let status: Status =
            serde_json::from_value(json!({ "status": "IN_PROGRESS", "logs": [{ "message": "25%" }, { "message": "75%" }, {}] })).unwrap();
        assert_eq!(status.fraction(), Some(0.75));
    }
}
