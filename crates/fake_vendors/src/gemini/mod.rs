//! Google Gemini: `generateContent` with pictures in and out.

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Kind, Retry, SYNC, Served, Trouble};
use crate::call::Call;
use crate::check::{self, Fields, picture_text};
use crate::fault::{Fault, Phase};
use crate::picture::{Format, Order};
use crate::shop::Shop;

const MODELS: [&str; 8] = [
    "gemini-2.5-flash-image",
    "gemini-3-pro-image",
    "gemini-3-pro-image-preview",
    "gemini-3.1-flash-image",
    "gemini-3.1-flash-image-preview",
    "gemini-3.1-flash-lite-image",
    "gemini-nano-banana-2.1",
    "gemini-3-flash",
];
const RATIOS: [(&str, (u32, u32)); 10] = [
    ("1:1", (1024, 1024)),
    ("2:3", (832, 1248)),
    ("3:2", (1248, 832)),
    ("3:4", (864, 1184)),
    ("4:3", (1184, 864)),
    ("4:5", (896, 1152)),
    ("5:4", (1152, 896)),
    ("9:16", (768, 1344)),
    ("16:9", (1344, 768)),
    ("21:9", (1536, 672)),
];

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    check::header_key(call, "x-goog-api-key", "", shop.key())?;
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("GET", ["v1beta", "models"]) => {
            let models = MODELS.map(|id| json!({ "name": format!("models/{id}"), "supportedGenerationMethods": ["generateContent"] }));
            Ok(Served::plain(Answer::ok(json!({ "models": models }))))
        }
        ("POST", ["v1beta", "models", call_name]) => match call_name.split_once(':') {
            Some((model, "generateContent")) if MODELS.contains(&model) => generate(shop, call, model),
            Some((model, "generateContent")) => {
                Err(Denial::no(Kind::NotFound, format!("models/{model} is not found for API version v1beta")))
            }
            _ => Err(Denial::wrong(Kind::NotFound, format!("no method {call_name}"))),
        },
        _ => Err(Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let (code, status) = match trouble.kind {
        Kind::Invalid | Kind::Policy | Kind::TooLarge => (400, "INVALID_ARGUMENT"),
        Kind::NotFound => (404, "NOT_FOUND"),
        // The vendor calls a bad key an invalid argument.
        Kind::Unauthorized => (400, "INVALID_ARGUMENT"),
        Kind::Forbidden => (403, "PERMISSION_DENIED"),
        Kind::PaymentRequired => (402, "FAILED_PRECONDITION"),
        Kind::Billing => (400, "FAILED_PRECONDITION"),
        Kind::RateLimited | Kind::Quota => (429, "RESOURCE_EXHAUSTED"),
        Kind::Server(503) => (503, "UNAVAILABLE"),
        Kind::Server(504) => (504, "DEADLINE_EXCEEDED"),
        Kind::Server(status) => (status, "INTERNAL"),
    };
    let mut details = Vec::new();
    if trouble.kind == Kind::Unauthorized {
        details
            .push(json!({ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com" }));
    }
    if trouble.kind == Kind::Quota {
        let metric = "generativelanguage.googleapis.com/generate_requests_per_model_per_day";
        let violation = json!({ "quotaMetric": metric, "quotaId": "GenerateRequestsPerDayPerProjectPerModel" });
        details.push(json!({ "@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation] }));
    }
    if let Some(Retry::Seconds(seconds)) = trouble.retry {
        details.push(json!({ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": format!("{seconds}s") }));
    }
    let message =
        if trouble.kind == Kind::Unauthorized { format!("API key not valid. {}", trouble.message) } else { trouble.message.clone() };
    Answer::json(code, json!({ "error": { "code": code, "message": message, "status": status, "details": details } }))
}

fn generate(shop: &Shop, call: &Call, model: &str) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&["contents", "generationConfig", "safetySettings", "systemInstruction", "tools"])?;
    let prompt = contents(&fields)?;
    let order = configured(&fields, &prompt, model)?;
    let faults = shop.faults(&prompt);
    shop.gate(call, &prompt, &faults, Phase::Submit)?;
    let usage = json!({
        "promptTokenCount": 12, "candidatesTokenCount": 1290, "totalTokenCount": 1302,
        "promptTokensDetails": [{ "modality": "TEXT", "tokenCount": 12 }],
        "candidatesTokensDetails": [{ "modality": "IMAGE", "tokenCount": 1290 }],
    });
    let mut body = json!({ "usageMetadata": usage, "modelVersion": model, "responseId": shop.house.id(22) });
    if faults.has(Fault::Refusal) {
        body["promptFeedback"] = json!({ "blockReason": "PROHIBITED_CONTENT" });
    } else if faults.has(Fault::Refusal200) {
        body["candidates"] =
            json!([{ "finishReason": "IMAGE_SAFETY", "finishMessage": "Unable to show the generated image.", "index": 0 }]);
    } else {
        let picture = json!({ "inlineData": { "mimeType": "image/png", "data": shop.base64(&order, &faults) } });
        let text = json!({ "text": "Here it is" });
        // Without modalities a model may talk besides.
        let parts = if fields.has("generationConfig") { json!([picture]) } else { json!([text, picture]) };
        body["candidates"] = json!([{ "content": { "role": "model", "parts": parts }, "finishReason": "STOP", "index": 0 }]);
    }
    Ok(Served::under(Answer::ok(body), &faults, SYNC).items("/candidates/0/content/parts"))
}

/// Checks the turns; gives the text of the last one.
fn contents(fields: &Fields<'_>) -> Result<String, Denial> {
    let turns = fields.get("contents").and_then(Value::as_array).filter(|turns| !turns.is_empty());
    let turns = turns.ok_or_else(|| Denial::field("contents", "must be an array with a turn"))?;
    let mut texts = Vec::new();
    for turn in turns {
        let role = turn.get("role").and_then(Value::as_str);
        if role.is_some_and(|role| role != "user" && role != "model") {
            return Err(Denial::field("contents.role", "must be user or model"));
        }
        let parts = turn.get("parts").and_then(Value::as_array).ok_or_else(|| Denial::field("contents.parts", "must be an array"))?;
        texts.clear();
        for part in parts {
            texts.extend(checked_part(part)?);
        }
    }
    if texts.is_empty() { Err(Denial::field("contents", "the last turn has no text")) } else { Ok(texts.join("\n")) }
}

fn checked_part(part: &Value) -> Result<Option<String>, Denial> {
    let object = part.as_object().ok_or_else(|| Denial::field("contents.parts", "must be objects"))?;
    let wrong = |message: String| Err(Denial::field("contents.parts", message));
    if let Some(other) =
        object.keys().find(|key| !["text", "inlineData", "fileData", "thoughtSignature", "thought"].contains(&key.as_str()))
    {
        return wrong(format!("Unknown name {other:?}"));
    }
    if let Some(text) = part.get("text") {
        return text.as_str().map(|text| Some(text.to_owned())).ok_or_else(|| Denial::field("text", "must be a string"));
    }
    if let Some(inline) = part.get("inlineData") {
        let mime = inline["mimeType"].as_str().unwrap_or_default();
        let data = inline["data"].as_str().unwrap_or_default();
        if data.starts_with("data:") {
            return wrong("inlineData.data is a data URL where base64 is expected".to_owned());
        }
        let facts = picture_text("inlineData", data, true)?;
        return if facts.is_some_and(|facts| facts.mime == mime) { Ok(None) } else { wrong(format!("inlineData is not {mime:?}")) };
    }
    if part["fileData"]["fileUri"].is_string() { Ok(None) } else { wrong("a part holds nothing".to_owned()) }
}

fn configured(fields: &Fields<'_>, prompt: &str, model: &str) -> Result<Order, Denial> {
    let default = || Order::new(prompt, 0, (1024, 1024), Format::Png);
    let Some(config) = fields.inside("generationConfig")? else { return Ok(default()) };
    config.only(&["responseModalities", "imageConfig", "seed", "candidateCount", "temperature", "topP", "topK", "maxOutputTokens"])?;
    if config.int("candidateCount", 1, 1)?.is_none() && config.has("candidateCount") {
        return Err(Denial::field("candidateCount", "Multiple candidates is not enabled for this model"));
    }
    if let Some(modalities) = config.get("responseModalities") {
        let known = modalities.as_array().is_some_and(|list| list.iter().all(|one| one == "IMAGE" || one == "TEXT"));
        if !known || !modalities.to_string().contains("IMAGE") {
            return Err(Denial::field("responseModalities", "must hold IMAGE"));
        }
    }
    let seed = config.int("seed", i64::from(i32::MIN), i64::from(i32::MAX))?.unwrap_or(0).unsigned_abs();
    let Some(image) = config.inside("imageConfig")? else { return Ok(Order { seed, ..default() }) };
    image.only(&["aspectRatio", "imageSize"])?;
    let ratio = image.one_of("aspectRatio", &RATIOS.map(|(ratio, _)| ratio))?.unwrap_or("1:1");
    let tier = image.one_of("imageSize", &["1K", "2K", "4K"])?;
    if tier.is_some() && model == "gemini-2.5-flash-image" {
        return Err(Denial::field("imageSize", "is not supported by this model"));
    }
    let times = match tier {
        Some("4K") => 4,
        Some("2K") => 2,
        _ => 1,
    };
    let (width, height) = RATIOS.iter().find(|(known, _)| *known == ratio).map_or((1024, 1024), |(_, size)| *size);
    Ok(Order::new(prompt, seed, (width * times, height * times), Format::Png))
}
