//! Volcengine Ark: Seedream, one path for generations and edits, streams, errors of single pictures.

mod fields;

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Kind, SYNC, Served, Trouble};
use crate::call::Call;
use crate::check;
use crate::fault::{Fault, Faults, Phase};
use crate::shop::{Shop, now};

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    check::authorization(call, "Bearer", shop.key())?;
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("POST", ["api", "v3", "images", "generations"]) => generate(shop, call),
        // Of the chat API at the same address; clients of 2026 test keys with it.
        ("GET", ["api", "v3", "models"]) => {
            let models = json!({ "object": "list", "data": [{ "id": "doubao-seedream-4-0-250828", "object": "model" }] });
            Ok(Served::plain(Answer::ok(models)))
        }
        _ => Err(Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let (status, code, kind) = match trouble.kind {
        Kind::Invalid | Kind::TooLarge => (400, "InvalidParameter", "BadRequest"),
        Kind::NotFound => (404, "InvalidEndpointOrModel.NotFound", "NotFound"),
        Kind::Unauthorized => (401, "AuthenticationError", "Unauthorized"),
        Kind::Forbidden => (403, "AccessDenied", "Forbidden"),
        Kind::PaymentRequired => (402, "AccountOverdueError", "Forbidden"),
        Kind::Billing => (403, "AccountOverdueError", "Forbidden"),
        Kind::RateLimited => (429, "ModelAccountIpmRateLimitExceeded", "TooManyRequests"),
        Kind::Quota => (429, "QuotaExceeded", "TooManyRequests"),
        Kind::Policy => (400, "InputTextSensitiveContentDetected", "BadRequest"),
        Kind::Server(status) => (status, "InternalServiceError", "InternalServerError"),
    };
    let message = format!("{} Request id: 021790000000", trouble.message);
    Answer::json(
        status,
        json!({ "error": { "code": code, "message": message, "param": trouble.param.clone().unwrap_or_default(), "type": kind } }),
    )
}

fn generate(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let read = check::Fields::of(call.object()?);
    let wish = fields::read(&read)?;
    let prompt = wish.orders[0].prompt.clone();
    let faults = shop.faults(&prompt);
    shop.gate(call, &prompt, &faults, Phase::Submit)?;
    shop.refuse(&faults)?;
    if wish.stream {
        return Ok(Served::under(Answer::events(events(shop, &wish, &faults)), &faults, SYNC));
    }
    let items: Vec<Value> = (0..wish.orders.len()).map(|index| item(shop, &wish, &faults, index)).collect();
    let body = json!({ "model": wish.model, "created": now(), "data": items, "usage": usage(&items) });
    Ok(Served::under(Answer::ok(body), &faults, SYNC).items("/data"))
}

/// One picture, or the error that stands in its place.
fn item(shop: &Shop, wish: &fields::Wish, faults: &Faults, index: usize) -> Value {
    if faults.has(Fault::Refusal200) {
        let message = "The request failed because the output image may contain sensitive information.";
        return json!({ "error": { "code": "OutputImageSensitiveContentDetected", "message": message } });
    }
    let order = wish.orders[index].clone();
    let size = format!("{}x{}", order.width, order.height);
    let mut item = shop.item(order, faults, index, wish.as_link);
    item["size"] = size.into();
    item
}

fn usage(items: &[Value]) -> Value {
    let made = items.iter().filter(|item| item.get("error").is_none()).count();
    json!({ "generated_images": made, "output_tokens": 16_384 * made, "total_tokens": 16_384 * made, "tool_usage": { "web_search": 0 } })
}

/// Here "partial" means one of several, finished.
fn events(shop: &Shop, wish: &fields::Wish, faults: &Faults) -> Vec<(&'static str, Value)> {
    let mut events = Vec::new();
    let mut items = Vec::new();
    for index in 0..wish.orders.len() {
        let item = item(shop, wish, faults, index);
        items.push(item.clone());
        let failed = item.get("error").is_some();
        let name = if failed { "image_generation.partial_failed" } else { "image_generation.partial_succeeded" };
        let mut data = json!({ "type": name, "model": wish.model, "created": now(), "image_index": index });
        if let (Value::Object(data), Value::Object(item)) = (&mut data, item) {
            data.extend(item);
        }
        events.push((name, data));
    }
    let completed = "image_generation.completed";
    events.push((completed, json!({ "type": completed, "model": wish.model, "created": now(), "usage": usage(&items) })));
    events.push(("", json!("[DONE]")));
    events
}
