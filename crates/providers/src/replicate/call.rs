//! The call that asks for a prediction, and the uploads before it.

use egress::{Call, Form};
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Map, Value, json};

use super::refusal;
use crate::account::Account;
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::inputs::{Piece, fill, place};
use crate::request::{ImageRequest, Model, Picture};

/// Larger pictures are uploaded first. The vendor says 256 kB and not which.
const DATA_URL_BYTES: usize = 256_000;
/// Longest wait that the vendor offers, in seconds.
const LONGEST_WAIT: u64 = 60;
/// What stands before the name of a deployment.
const DEPLOYMENT: &str = "deployments/";

/// The paid call, without the key. Large pictures are uploaded for it.
///
/// # Errors
/// [`Class::InvalidRequest`] for what the model has no name for, or whatever an upload failed with; [`Began::No`] always.
pub async fn submit(account: &Account, request: &ImageRequest) -> Result<Call, Error> {
    let wait = wait(&request.model)?;
    let (mut input, pieces) = fill(request).await?;
    for (path, piece) in pieces {
        let value = match piece {
            Piece::Value(value) => value,
            Piece::Picture(picture) => json!(sendable(account, &picture).await?),
        };
        place(&mut input, &path, value);
    }
    let mut body = Map::new();
    let path = if request.model.wire_id.starts_with(DEPLOYMENT) {
        format!("{}/predictions", request.model.wire_id)
    } else {
        body.insert("version".to_owned(), json!(request.model.wire_id));
        "predictions".to_owned()
    };
    body.insert("input".to_owned(), Value::Object(input));
    if let Some(callback) = &account.callback {
        body.insert("webhook".to_owned(), json!(callback.as_str()));
        body.insert("webhook_events_filter".to_owned(), json!(["completed"]));
    }
    let call = account.call(Method::POST, &path).json(&body).map_err(|error| wire::of_submit(&error))?;
    let Some(wait) = wait else { return Ok(call) };
    Ok(call.header(HeaderName::from_static("prefer"), wait).limits(account.limits.generation_of(request.count)))
}

/// `Prefer: wait=N`, where the model has the option `wait`.
fn wait(model: &Model) -> Result<Option<HeaderValue>, Error> {
    let Some(seconds) = model.options.get("wait") else { return Ok(None) };
    let header = seconds.as_u64().filter(|seconds| (1..=LONGEST_WAIT).contains(seconds));
    let header = header.and_then(|seconds| HeaderValue::from_str(&format!("wait={seconds}")).ok());
    header
        .map(Some)
        .ok_or_else(|| Error::new(Class::InvalidRequest, format!("the model's option wait is {seconds}, not 1 to {LONGEST_WAIT}")))
}

/// The picture as a text: a data URL, or the address of an upload.
async fn sendable(account: &Account, picture: &Picture) -> Result<String, Error> {
    if picture.bytes.len() <= DATA_URL_BYTES {
        return Ok(picture.data_url());
    }
    // The paid request follows only when all uploads are there: whatever happens here, it has not begun.
    upload(account, picture).await.map_err(|error| error.began(Began::No))
}

/// Uploads a picture; the vendor deletes it by itself after a while.
async fn upload(account: &Account, picture: &Picture) -> Result<String, Error> {
    let form = Form::new().file("content", &picture.file_name("image"), picture.mime, picture.bytes.clone());
    // Some ten megabytes on a slow line take longer than a question may.
    let limits = account.limits.generation;
    let call = account.call(Method::POST, "files").form(form.map_err(|error| wire::of_submit(&error))?).limits(limits);
    let answer = account.egress.send(account.with_bearer(call)?).await.map_err(|error| wire::of_submit(&error))?;
    if !answer.status.is_success() {
        return Err(refusal::of_question(&wire::Refusal::read(account, answer).await));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_submit(&error))?;
    let uploaded: Value = wire::read_json(&body)?;
    let address = uploaded["urls"]["get"].as_str().map(str::to_owned);
    address.ok_or_else(|| Error::new(Class::ProviderError, "the answer to an upload has no address"))
}
