//! What the history says of a prompt that has ended.

use serde_json::Value;
use url::form_urlencoded;

use crate::account::Account;
use crate::delivery::{Delivery, Output, Source};
use crate::error::{Began, Class, Error};
use crate::provider::Progress;

/// What says where a file is.
pub const PLACE: [&str; 3] = ["filename", "subfolder", "type"];

/// Reads `{"prompt":[…],"outputs":{…},"status":{"status_str","completed","messages"}}`.
///
/// # Errors
/// The failure of the prompt, [`Began::Ended`].
pub fn read(account: &Account, entry: &Value) -> Result<Progress, Error> {
    match entry["status"]["status_str"].as_str() {
        // Old servers have no status, and only what went well has an entry there.
        Some("success") | None => collect(entry).map(|delivery| Progress::Done(Box::new(delivery))),
        Some("error") => Err(failure(&entry["status"]["messages"])),
        Some(other) => {
            tracing::debug!(account = account.id, status = other, "an unknown state of a prompt");
            Ok(Progress::Running { fraction: None })
        }
    }
}

fn collect(entry: &Value) -> Result<Delivery, Error> {
    let outputs = entry["outputs"].as_object().into_iter().flat_map(|nodes| nodes.values());
    let images: Vec<&Value> = outputs.flat_map(|node| node["images"].as_array().into_iter().flatten()).collect();
    // What nodes only show while they work is no result, unless there is no other.
    let is_result = |image: &&&Value| image["type"] == "output";
    let results: Vec<&Value> = images.iter().filter(is_result).copied().collect();
    let pictures = if results.is_empty() { images } else { results };
    let requested = &entry["prompt"][3]["requested"];
    // We always say how many; whoever did not cannot have asked for more than one.
    let count = requested["count"].as_u64().and_then(|count| u32::try_from(count).ok()).unwrap_or(1);
    let seed = requested["seed"].as_u64().and_then(|seed| u32::try_from(seed).ok());
    let mut delivery = Delivery::collect(pictures.into_iter().map(picture), count)?;
    // The others of a batch cannot be made again from it alone.
    delivery.outputs.iter_mut().take(1).for_each(|output| output.seed = seed);
    Ok(delivery)
}

/// `{"filename":"…","subfolder":"…","type":"output"}`.
fn picture(image: &Value) -> Result<Output, Error> {
    if image["filename"].as_str().is_none_or(str::is_empty) {
        return Err(Error::new(Class::ProviderError, "a picture of the answer has no name").began(Began::Lost));
    }
    let pairs = PLACE.iter().filter_map(|name| Some((name, image[name].as_str()?)));
    let place = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    Ok(Output { source: Source::Kept(place), seed: None, revised_prompt: None })
}

/// The last message `["execution_error", {…}]` or `["execution_interrupted", {…}]` says which it was.
fn failure(messages: &Value) -> Error {
    let messages = messages.as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |name: &str| messages.iter().rev().find(|message| message[0] == name).map(|message| &message[1]);
    if let Some(error) = of("execution_error") {
        let text = |name: &str| error[name].as_str().unwrap_or_default();
        // A picture that cannot be read is the user's.
        let class = if text("node_type").starts_with("LoadImage") { Class::InvalidRequest } else { Class::ProviderError };
        let message = format!("{} in {}: {}", text("exception_type"), text("node_type"), text("exception_message"));
        return Error::new(class, message).code(text("exception_type")).began(Began::Ended);
    }
    if of("execution_interrupted").is_some() {
        return Error::new(Class::Cancelled, "it was interrupted").began(Began::Ended);
    }
    Error::new(Class::ProviderError, "it failed without saying why").began(Began::Ended)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn failed(messages: &Value) -> (Class, Began) {
        let error = failure(messages);
        (error.class, error.began)
    }

    #[test]
    fn the_last_message_says_why_it_failed() {
        let error = |node: &str| json!(["execution_error", { "node_type": node, "exception_type": "X", "exception_message": "m" }]);
        let start = json!(["execution_start", { "prompt_id": "p" }]);
        assert_eq!(failed(&json!([start, error("KSampler")])), (Class::ProviderError, Began::Ended));
        assert_eq!(failed(&json!([start, error("LoadImage")])), (Class::InvalidRequest, Began::Ended));
        assert_eq!(failed(&json!([start, ["execution_interrupted", {}]])), (Class::Cancelled, Began::Ended));
        assert_eq!(failed(&Value::Null), (Class::ProviderError, Began::Ended));
    }

    #[test]
    fn what_is_shown_on_the_way_is_a_result_only_when_there_is_no_other() {
        let image = |name: &str, kind: &str| json!({ "filename": name, "subfolder": "a b", "type": kind });
        let prompt = json!([1, "p", {}, { "requested": { "count": 3, "seed": 7 } }]);
        let entry = |images: Value| json!({ "prompt": prompt, "outputs": { "9": { "images": images } } });
        let places = |images: Value| -> Vec<String> {
            let outputs = collect(&entry(images)).unwrap().outputs;
            let place = |output: Output| if let Source::Kept(place) = output.source { place } else { String::new() };
            outputs.into_iter().map(place).collect()
        };
        let both = json!([image("t.png", "temp"), image("o.png", "output")]);
        assert_eq!(places(both), ["filename=o.png&subfolder=a+b&type=output"]);
        assert_eq!(places(json!([image("t.png", "temp")])), ["filename=t.png&subfolder=a+b&type=temp"]);
        assert_eq!(collect(&entry(json!(null))).unwrap_err().class, Class::EmptyResult);
    }
}
