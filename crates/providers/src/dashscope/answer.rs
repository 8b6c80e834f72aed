//! Answers: pictures, a task, or how a task stands. A 200 can be any of these or a failure.

use serde_json::Value;

use super::refusal::meaning;
use crate::coded::Coded;
use crate::delivery::{Delivery, Output, Usage};
use crate::error::{Began, Class, Error};
use crate::provider::{Handle, Progress};

/// The task of an answer to a submit, for `count` pictures.
///
/// # Errors
/// The failure that the answer tells of, or [`Began::Unknown`] when it tells of nothing.
pub fn accepted(body: &Value, count: u32) -> Result<Handle, Error> {
    if let Some(id) = body["output"]["task_id"].as_str() {
        return Ok(Handle { count, ..Handle::checked(id)? });
    }
    Err(failure(body))
}

/// The pictures of an answer to a request for `count`.
///
/// # Errors
/// [`Began::Ended`] when there are none, [`Began::Unknown`] when the answer is not the vendor's.
pub fn pictures(body: &Value, count: u32) -> Result<Delivery, Error> {
    let output = &body["output"];
    let pictures: Vec<_> = in_messages(output).chain(in_results(output)).collect();
    if !output.is_object() || (pictures.is_empty() && Coded::of(body).is_some()) {
        return Err(failure(body));
    }
    let mut delivery = Delivery::collect(pictures, count)?;
    delivery.usage = usage(&body["usage"]);
    Ok(delivery)
}

/// How a task for `count` pictures stands.
///
/// # Errors
/// [`Began::Ended`] when it failed, [`Began::No`] when the answer says nothing about it.
pub fn progress(body: &Value, count: u32) -> Result<Progress, Error> {
    let output = &body["output"];
    let ended = |class, why: &str| Err(Error::new(class, why).began(Began::Ended));
    match output["task_status"].as_str() {
        Some("PENDING") => Ok(Progress::Queued { position: None }),
        Some("RUNNING" | "SUSPENDED") => Ok(Progress::Running { fraction: None }),
        Some("SUCCEEDED") => pictures(body, count).map(|delivery| Progress::Done(Box::new(delivery))),
        Some("FAILED") => match Coded::of(output) {
            Some(said) => Err(said.failed(meaning)),
            None => ended(Class::ProviderError, "the task failed without a reason"),
        },
        Some("CANCELED") => ended(Class::Cancelled, "the task was cancelled"),
        // It does not exist, or is more than a day old.
        Some("UNKNOWN") => ended(Class::Expired, "the vendor does not know the task any more"),
        Some(other) => {
            tracing::debug!(status = other, "unknown status of a task");
            Ok(Progress::Running { fraction: None })
        }
        None => Err(failure(body).began(Began::No)),
    }
}

/// `choices[].message.content[].image`. Texts between them are the model's talk.
fn in_messages(output: &Value) -> impl Iterator<Item = Result<Output, Error>> {
    let contents = items(&output["choices"]).map(|choice| &choice["message"]["content"]);
    contents.flat_map(items).filter_map(|part| part["image"].as_str()).map(Output::linked)
}

/// `results[]`: a link each, or why there is none.
fn in_results(output: &Value) -> impl Iterator<Item = Result<Output, Error>> {
    items(&output["results"]).map(|item| match (item["url"].as_str(), Coded::of(item)) {
        (Some(url), _) => {
            let revised_prompt = item["actual_prompt"].as_str().filter(|prompt| !prompt.is_empty()).map(str::to_owned);
            Ok(Output { revised_prompt, ..Output::linked(url)? })
        }
        (None, Some(said)) => Err(said.failed(meaning)),
        (None, None) => Err(Error::new(Class::EmptyResult, "a picture of the answer is not there").began(Began::Ended)),
    })
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// The names differ between models.
fn usage(stated: &Value) -> Usage {
    let images = ["image_count", "output_image_count"].iter().find_map(|name| Usage::pictures(&stated[name]));
    Usage { images, ..Usage::default() }
}

/// What a 200 without a result means.
fn failure(body: &Value) -> Error {
    match Coded::of(body) {
        Some(said) => said.failed(meaning),
        None => Error::new(Class::ProviderError, "the answer is not one of this vendor").began(Began::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_picture_can_fail_inside_a_task_that_succeeded() {
        let body = json!({
            "output": {
                "task_status": "SUCCEEDED", "task_metrics": { "TOTAL": 2, "SUCCEEDED": 1, "FAILED": 1 },
                "results": [{ "code": "DataInspectionFailed", "message": "m" }, { "url": "https://a.example/b.png", "actual_prompt": "p" }],
            },
            "usage": { "image_count": 1 },
        });
        let Progress::Done(delivery) = progress(&body, 2).unwrap() else { panic!("not done") };
        let refused = delivery.refused.unwrap();
        assert_eq!((refused.class, refused.began), (Class::ContentPolicyOutput, Began::Ended));
        assert_eq!((delivery.outputs[0].revised_prompt.as_deref(), delivery.usage.images), (Some("p"), Some(1)));
    }

    #[test]
    fn texts_among_the_pictures_are_no_pictures() {
        let content = json!([{ "text": "rewritten" }, { "image": "https://a.example/b.png" }, { "image": "https://a.example/c.png" }]);
        let body = json!({ "output": { "choices": [{ "message": { "content": content } }] }, "usage": { "output_image_count": 2 } });
        let delivery = pictures(&body, 4).unwrap();
        assert_eq!((delivery.outputs.len(), delivery.usage.images), (2, Some(2)));
    }

    #[test]
    fn states_of_a_task() {
        let end = |output| progress(&json!({ "output": output }), 1).map(|_| ()).map_err(|error| (error.class, error.began));
        assert_eq!(end(json!({ "task_status": "CANCELED" })), Err((Class::Cancelled, Began::Ended)));
        assert_eq!(end(json!({ "task_status": "UNKNOWN" })), Err((Class::Expired, Began::Ended)));
        assert_eq!(end(json!({ "task_status": "FAILED" })), Err((Class::ProviderError, Began::Ended)));
        assert_eq!(end(json!({})), Err((Class::ProviderError, Began::No)));
        assert_eq!(end(json!({ "task_status": "SUSPENDED" })), Ok(()));
        assert_eq!(accepted(&json!({ "output": { "task_id": "../../x" } }), 1).unwrap_err().began, Began::Unknown);
    }
}
