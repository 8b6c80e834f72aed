//! The request in the vendor's words: one turn of words and pictures, and how to answer it.

use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::instruction::{IN_WORDS, instruction, pictures};
use crate::request::ImageRequest;
use crate::vocabulary::Vocabulary;

/// What the models can be asked for. One picture in each call: more candidates than one are refused for pictures.
const VOCABULARY: Vocabulary =
    Vocabulary { vendor: "Gemini", tasks: IN_WORDS, parameters: &["images", "references", "style_image", "size", "seed", "safety_level"] };

/// Pictures that the largest model goes by.
const MOST_PICTURES: usize = 14;

/// The categories whose threshold can be set.
const HARMS: [&str; 4] =
    ["HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH", "HARM_CATEGORY_SEXUALLY_EXPLICIT", "HARM_CATEGORY_DANGEROUS_CONTENT"];

/// The body of the paid call.
///
/// # Errors
/// [`crate::Class::InvalidRequest`] for what the vendor has no word for. Nothing was sent.
pub async fn body(request: &ImageRequest) -> Result<Map<String, Value>, Error> {
    VOCABULARY.check(request)?;
    let pictures = pictures(request, MOST_PICTURES).await?;
    let inline = pictures.iter().map(|picture| json!({ "inlineData": { "mimeType": picture.mime, "data": picture.base64() } }));
    let parts: Vec<Value> = std::iter::once(json!({ "text": instruction(request) })).chain(inline).collect();
    // What the operator allowed or fixed comes first, so that it can replace nothing of ours.
    let mut body = request.model.options.get("fields").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut config = request.settings.extra.clone();
    if let Some(Value::Object(fixed)) = body.remove("generationConfig") {
        config.extend(fixed);
    }
    // Without it a model may answer with words alone.
    config.insert("responseModalities".to_owned(), json!(["IMAGE"]));
    config.extend(image_config(request)?.map(|image| ("imageConfig".to_owned(), image)));
    config.extend(VOCABULARY.seed(request)?.map(|seed| ("seed".to_owned(), json!(seed))));
    body.insert("contents".to_owned(), json!([{ "role": "user", "parts": parts }]));
    body.insert("generationConfig".to_owned(), config.into());
    if let Some(level) = request.settings.safety_level {
        let setting = |category: &str| json!({ "category": category, "threshold": threshold(level) });
        body.insert("safetySettings".to_owned(), HARMS.map(setting).into_iter().collect());
    }
    Ok(body)
}

/// The ratio, and the tier where the model has tiers. There is no size in pixels.
fn image_config(request: &ImageRequest) -> Result<Option<Value>, Error> {
    let Some(size) = &request.size else { return Ok(None) };
    let ratio = size.ratio.as_ref().ok_or_else(|| VOCABULARY.unsupported("a size that is no ratio"))?;
    let mut image = json!({ "aspectRatio": ratio });
    if let Some(tier) = &size.tier {
        // The vendor takes only the capital letter.
        image["imageSize"] = tier.to_uppercase().into();
    }
    Ok(Some(image))
}

/// From strict to lax; the vendor knows four steps.
const fn threshold(level: u32) -> &'static str {
    match level {
        0 => "BLOCK_LOW_AND_ABOVE",
        1 | 2 => "BLOCK_MEDIUM_AND_ABOVE",
        3 | 4 => "BLOCK_ONLY_HIGH",
        _ => "BLOCK_NONE",
    }
}
