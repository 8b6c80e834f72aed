//! The request in the vendor's words.

use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::request::{ImageRequest, Quality, TaskType};
use crate::vocabulary::Vocabulary;

/// What the models can be asked for, one picture in each call. Whether one takes a choice of quality says the
/// catalogue.
const VOCABULARY: Vocabulary = Vocabulary { vendor: "Zhipu", tasks: &[TaskType::TextToImage], parameters: &["size", "quality"] };

/// The fields of the paid call.
///
/// # Errors
/// [`crate::Class::InvalidRequest`] for what the vendor has no word for. Nothing was sent.
pub fn fields(request: &ImageRequest) -> Result<Map<String, Value>, Error> {
    VOCABULARY.check(request)?;
    // What the operator allowed or fixed comes first, so that it can replace nothing of ours.
    let mut fields = request.settings.extra.clone();
    fields.extend(request.model.options.get("fields").and_then(Value::as_object).cloned().unwrap_or_default());
    let all = [
        ("model", Some(json!(request.model.wire_id))),
        ("prompt", Some(json!(request.prompt))),
        ("size", request.size.as_ref().map(|size| json!(format!("{}x{}", size.width, size.height)))),
        ("quality", request.settings.quality.map(|quality| json!(quality_word(quality)))),
        ("user_id", request.end_user.as_ref().map(|user| json!(user))),
        ("request_id", Some(json!(request.request_id))),
    ];
    fields.extend(all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Ok(fields)
}

/// The vendor knows two steps.
const fn quality_word(quality: Quality) -> &'static str {
    match quality {
        Quality::Draft | Quality::Standard => "standard",
        Quality::High | Quality::Max => "hd",
    }
}
