//! The answer to a generation or an edit, whole or as a stream.

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Kind, SYNC, Served, Trouble};
use crate::call::Call;
use crate::check::{Fields, size};
use crate::fault::{Fault, Faults, Phase};
use crate::picture::{Format, Order};
use crate::shop::{Shop, now};

/// The side of a partial picture; real ones are as large as the result, which only costs time here.
const PARTIAL_SIDE: u32 = 128;

struct Wish<'a> {
    prompt: &'a str,
    count: u64,
    size: (u32, u32),
    quality: &'a str,
    background: &'a str,
    format: &'a str,
    partials: u64,
    identifier: Option<&'a str>,
}

pub(super) fn answer(shop: &Shop, call: &Call, fields: &Fields<'_>, events: &'static str) -> Result<Served, Denial> {
    let wish = wish(fields)?;
    let faults = shop.faults(wish.prompt);
    shop.gate(call, wish.prompt, &faults, Phase::Submit)?;
    shop.refuse(&faults)?;
    let stream = fields.bool("stream")?.unwrap_or(false);
    if stream {
        return Ok(Served::under(Answer::events(stream_events(shop, &wish, &faults, events)), &faults, SYNC));
    }
    if faults.has(Fault::Refusal200) {
        let refused = Answer { status: 200, ..super::error(&refusal()) };
        return Ok(Served::under(refused, &faults, SYNC));
    }
    let items = (0..wish.count).map(|index| shop.item(order(&wish, index), &faults, usize::try_from(index).unwrap_or(0), false));
    let mut body = json!({ "created": now(), "data": items.collect::<Vec<_>>() });
    describe(&mut body, &wish);
    body["usage"] = usage(wish.count, 0);
    let answer = Answer::ok(body).header("x-ratelimit-remaining-requests", "4999").header("x-ratelimit-reset-requests", "12ms");
    Ok(Served::under(answer, &faults, SYNC).items("/data"))
}

fn wish<'a>(fields: &'a Fields<'_>) -> Result<Wish<'a>, Denial> {
    let wanted = fields.text("size", 20)?.and_then(|text| size(text, 'x'));
    let known = |name, auto| fields.text(name, 100).map(|value| value.filter(|value| *value != "auto").unwrap_or(auto));
    Ok(Wish {
        prompt: fields.required("prompt", 32_000)?,
        count: fields.int("n", 1, 10)?.unwrap_or(1).unsigned_abs(),
        size: wanted.unwrap_or((1024, 1024)),
        quality: known("quality", "medium")?,
        background: known("background", "opaque")?,
        format: known("output_format", "png")?,
        partials: fields.int("partial_images", 0, 3)?.unwrap_or(0).unsigned_abs(),
        identifier: fields.text("safety_identifier", 64)?,
    })
}

fn order(wish: &Wish<'_>, index: u64) -> Order {
    let format = Format::named(wish.format).unwrap_or(Format::Png);
    Order { transparent: wish.background == "transparent", ..Order::new(wish.prompt, index, wish.size, format) }
}

fn describe(body: &mut Value, wish: &Wish<'_>) {
    body["background"] = wish.background.into();
    body["output_format"] = wish.format.into();
    body["quality"] = wish.quality.into();
    body["size"] = format!("{}x{}", wish.size.0, wish.size.1).into();
    if let Some(identifier) = wish.identifier {
        body["safety_identifier"] = identifier.into();
    }
}

fn usage(count: u64, partials: u64) -> Value {
    let output = 1056 * count + 100 * partials;
    json!({
        "input_tokens": 42,
        "output_tokens": output,
        "total_tokens": 42 + output,
        "input_tokens_details": { "text_tokens": 42, "image_tokens": 0 },
        "output_tokens_details": { "image_tokens": output, "text_tokens": 0 },
    })
}

fn stream_events(shop: &Shop, wish: &Wish<'_>, faults: &Faults, prefix: &str) -> Vec<(&'static str, Value)> {
    let (partial, completed) = match prefix {
        "image_edit" => ("image_edit.partial_image", "image_edit.completed"),
        _ => ("image_generation.partial_image", "image_generation.completed"),
    };
    let mut events = Vec::new();
    for index in 0..wish.count {
        for number in 0..wish.partials {
            let small = Order::new(wish.prompt, index + 100 * (number + 1), (PARTIAL_SIDE, PARTIAL_SIDE), Format::Png);
            let picture = shop.base64(&small, &Faults::default());
            let mut data = json!({ "type": partial, "partial_image_index": number, "b64_json": picture, "created_at": now() });
            describe(&mut data, wish);
            events.push((partial, data));
        }
        if faults.has(Fault::Refusal200) {
            let error = match super::error(&refusal()).content {
                crate::answer::Content::Json(body) => body["error"].clone(),
                _ => Value::Null,
            };
            events.push(("error", json!({ "type": "error", "error": error })));
            return events;
        }
        let mut data = shop.item(order(wish, index), faults, usize::try_from(index).unwrap_or(0), false);
        data["type"] = completed.into();
        data["created_at"] = now().into();
        data["usage"] = usage(1, wish.partials);
        describe(&mut data, wish);
        events.push((completed, data));
    }
    events
}

fn refusal() -> Trouble {
    Trouble::new(Kind::Policy, "The generated image was rejected by the safety system. safety_violations=[sexual].")
}
