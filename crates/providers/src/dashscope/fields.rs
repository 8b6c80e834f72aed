//! The request in the words of a protocol: `{"model","input","parameters"}`.

use serde_json::{Map, Value, json};

use super::imageedit;
use super::protocol::Protocol;
use crate::error::Error;
use crate::instruction::{instruction, pictures};
use crate::request::ImageRequest;

/// Pictures that an instruction takes.
const MOST_PICTURES: usize = 3;

/// The body of the paid call.
///
/// # Errors
/// [`crate::Class::InvalidRequest`] for what the protocol has no word for. Nothing was sent.
pub async fn body(protocol: Protocol, request: &ImageRequest) -> Result<Value, Error> {
    let vocabulary = protocol.vocabulary();
    vocabulary.check(request)?;
    let mut parameters = parameters(request, vocabulary.seed(request)?);
    let input = match protocol {
        Protocol::Messages | Protocol::MessagesTask => {
            with_negative_prompt(&mut parameters, request);
            let pictures = pictures(request, MOST_PICTURES).await?;
            let images = pictures.iter().map(|picture| json!({ "image": picture.data_url() }));
            let content: Vec<Value> = images.chain([json!({ "text": instruction(request) })]).collect();
            json!({ "messages": [{ "role": "user", "content": content }] })
        }
        Protocol::Text2Image => {
            let mut input = words(request);
            with_negative_prompt(&mut input, request);
            input.into()
        }
        Protocol::Image2Image => {
            let mut input = words(request);
            with_negative_prompt(&mut input, request);
            let pictures = pictures(request, MOST_PICTURES).await?;
            if pictures.is_empty() {
                return Err(vocabulary.unsupported("words without a picture, in this protocol"));
            }
            input.insert("images".to_owned(), pictures.iter().map(crate::Picture::data_url).collect());
            input.into()
        }
        Protocol::ImageEdit => imageedit::input(request, &mut parameters).await?,
    };
    Ok(json!({ "model": request.model.wire_id, "input": input, "parameters": parameters }))
}

/// What the operator allowed or fixed comes first, so that it can replace nothing of ours.
fn parameters(request: &ImageRequest, seed: Option<i32>) -> Map<String, Value> {
    let mut parameters = request.settings.extra.clone();
    parameters.extend(request.model.options.get("fields").and_then(Value::as_object).cloned().unwrap_or_default());
    // Some models make four when they are not told.
    parameters.insert("n".to_owned(), json!(request.count));
    if let Some(size) = &request.size {
        parameters.insert("size".to_owned(), json!(format!("{}*{}", size.width, size.height)));
    }
    if let Some(seed) = seed {
        parameters.insert("seed".to_owned(), json!(seed));
    }
    parameters
}

fn words(request: &ImageRequest) -> Map<String, Value> {
    Map::from_iter([("prompt".to_owned(), json!(instruction(request)))])
}

/// It stands beside the prompt in the older protocols and among the parameters of messages.
fn with_negative_prompt(beside: &mut Map<String, Value>, request: &ImageRequest) {
    if let Some(negative) = &request.negative_prompt {
        beside.insert("negative_prompt".to_owned(), json!(negative));
    }
}
