//! The queue.

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Kind, POLL, RESULT, SUBMIT, Served};
use crate::call::Call;
use crate::check::{Fields, picture_text};
use crate::fault::{Fault, Phase};
use crate::picture::{Format, Order};
use crate::shop::Shop;
use crate::tasks::{Stage, State, Task};

const SIZES: [(&str, (u32, u32)); 6] = [
    ("square_hd", (1024, 1024)),
    ("square", (512, 512)),
    ("portrait_4_3", (768, 1024)),
    ("portrait_16_9", (576, 1024)),
    ("landscape_4_3", (1024, 768)),
    ("landscape_16_9", (1024, 576)),
];

/// The id of no request, asked about by those who only want to know whether their key is right.
const NO_REQUEST: &str = "00000000-0000-0000-0000-000000000000";

pub(super) fn submit(shop: &Shop, call: &Call, app: &str) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    let (prompt, orders) = read(&fields)?;
    for (name, allowed) in [("x-fal-queue-priority", &["normal", "low"][..]), ("x-fal-no-retry", &["1"])] {
        if call.header(name).is_some_and(|value| !allowed.contains(&value)) {
            return Err(Denial::field(name, format!("must be one of {allowed:?}")));
        }
    }
    let faults = shop.faults(&prompt);
    shop.gate(call, &prompt, &faults, Phase::Submit)?;
    let id = shop.house.id(32);
    let mut task = Task::new(shop, id.clone(), &prompt, &faults, orders);
    let by_data = fields.bool("sync_mode")?.unwrap_or(false);
    if !by_data {
        task = task.linked(shop);
    }
    let base = format!("{}/{app}/requests/{id}", shop.origin());
    task.detail = json!({ "base": base });
    task.hook = call.query("fal_webhook").map(str::to_owned);
    shop.open(task.clone());
    shop.announce(&task);
    let mut body = json!({
        "status": "IN_QUEUE",
        "request_id": id,
        "response_url": base,
        "status_url": format!("{base}/status"),
        "cancel_url": format!("{base}/cancel"),
        "queue_position": 0,
    });
    if task.hook.is_some() {
        body["gateway_request_id"] = id.into();
    }
    Ok(Served::under(Answer::ok(body), &faults, SUBMIT))
}

/// Inputs differ by model; what picture models share is checked.
fn read(fields: &Fields<'_>) -> Result<(String, Vec<Order>), Denial> {
    let prompt = fields.text("prompt", 100_000)?.unwrap_or_default();
    fields.text("negative_prompt", 100_000)?;
    let count = fields.int("num_images", 1, 4)?.unwrap_or(1).unsigned_abs();
    let seed = fields.int("seed", 0, i64::MAX)?.unwrap_or(6_252_023).unsigned_abs();
    fields.int("num_inference_steps", 1, 100)?;
    fields.number("guidance_scale", 0.0, 30.0)?;
    fields.number("strength", 0.0, 1.0)?;
    fields.bool("enable_safety_checker")?;
    let format = fields.one_of("output_format", &["png", "jpeg", "webp"])?.unwrap_or("jpeg");
    let image = fields.picture("image_url", false)?;
    let mask = fields.picture("mask_url", false)?;
    if let (Some(image), Some(mask)) = (&image, &mask)
        && image.size() != mask.size()
    {
        return Err(Denial::field("mask_url", "its size is not that of the image"));
    }
    for url in fields.get("image_urls").and_then(Value::as_array).into_iter().flatten() {
        picture_text("image_urls", url.as_str().unwrap_or_default(), false)?;
    }
    let wanted = match fields.get("image_size") {
        None => (1024, 768),
        Some(Value::Object(_)) => {
            let inside = fields.inside("image_size")?.ok_or_else(|| Denial::field("image_size", "is empty"))?;
            inside.only(&["width", "height"])?;
            let side = |name| inside.int(name, 64, 14_142).map(|side| u32::try_from(side.unwrap_or(512)).unwrap_or(512));
            (side("width")?, side("height")?)
        }
        Some(_) => {
            let name = fields.one_of("image_size", &SIZES.map(|(name, _)| name))?;
            SIZES.iter().find(|(known, _)| Some(*known) == name).map_or((1024, 768), |(_, size)| *size)
        }
    };
    let kind = Format::named(format).unwrap_or(Format::Jpeg);
    Ok((prompt.to_owned(), (0..count).map(|index| Order::new(prompt, seed + index, wanted, kind)).collect()))
}

pub(super) fn status(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    if id == NO_REQUEST {
        return Err(Denial::no(Kind::NotFound, "Request not found"));
    }
    let (task, stage) = shop.ask(id).ok_or_else(|| Denial::wrong(Kind::NotFound, "Request not found"))?;
    shop.gate(call, &task.prompt, &task.faults, Phase::Poll)?;
    let word = match stage {
        Stage::Lost => return Err(Denial::no(Kind::NotFound, "Request not found")),
        Stage::Queued => "IN_QUEUE",
        Stage::Running => "IN_PROGRESS",
        Stage::Strange => "DAYDREAMING",
        Stage::Done | Stage::Failed | Stage::Refused | Stage::Cancelled => "COMPLETED",
    };
    let mut body = json!({ "status": word, "request_id": id, "response_url": task.detail["base"] });
    match stage {
        Stage::Queued => body["queue_position"] = 0.into(),
        Stage::Failed => {
            body["error"] = "Runner crashed".into();
            body["error_type"] = "runner_server_error".into();
        }
        Stage::Done | Stage::Refused => body["metrics"] = json!({ "inference_time": 1.9 }),
        _ => {}
    }
    if call.query("logs") == Some("1") {
        body["logs"] = json!([{ "message": "50%", "level": "INFO", "source": "USER", "timestamp": "2026-11-01T10:00:00Z" }]);
    }
    let status = if word == "COMPLETED" { 200 } else { 202 };
    Ok(Served::under(Answer::json(status, body), &task.faults, POLL))
}

pub(super) fn result(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    let (task, stage) = shop.look(id).ok_or_else(|| Denial::wrong(Kind::NotFound, "Request not found"))?;
    shop.gate(call, &task.prompt, &task.faults, Phase::Result)?;
    if task.faults.has(Fault::Refusal) && stage == Stage::Refused {
        return Err(Denial::no(
            Kind::Policy,
            "The content could not be processed because it contained material flagged by a content checker.",
        ));
    }
    match stage {
        Stage::Lost => Err(Denial::no(Kind::NotFound, "Request not found")),
        Stage::Failed => Err(Denial::no(Kind::Server(500), "Runner crashed")),
        Stage::Cancelled => Err(Denial::no(Kind::Server(499), "Request was cancelled by the client.")),
        Stage::Done | Stage::Refused => Ok(Served::under(Answer::ok(output(shop, &task)), &task.faults, RESULT).items("/images")),
        Stage::Queued | Stage::Running | Stage::Strange => Err(Denial::no(Kind::Server(400), "Request is still in progress")),
    }
}

/// The model's output.
pub(super) fn output(shop: &Shop, task: &Task) -> Value {
    let images = task.orders.iter().enumerate().map(|(index, order)| {
        let url = task
            .links
            .get(index)
            .cloned()
            .unwrap_or_else(|| format!("data:{};base64,{}", order.format.mime(), shop.base64(order, &task.faults)));
        json!({ "url": url, "width": order.width, "height": order.height, "content_type": order.format.mime() })
    });
    let flagged = task.faults.has(Fault::Refusal200);
    json!({
        "images": images.collect::<Vec<_>>(),
        "seed": task.orders.first().map(|order| order.seed),
        "timings": { "inference": 1.9 },
        "has_nsfw_concepts": vec![flagged; task.orders.len()],
        "prompt": task.prompt,
    })
}

pub(super) fn cancel(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    let (task, _) = shop.look(id).ok_or_else(|| Denial::wrong(Kind::NotFound, "NOT_FOUND"))?;
    shop.gate(call, &task.prompt, &task.faults, Phase::Cancel)?;
    let (status, word) = match shop.end(id, State::Cancelled) {
        Some(Stage::Queued) => (200, "OK"),
        Some(Stage::Running | Stage::Strange) => (202, "CANCELLATION_REQUESTED"),
        Some(Stage::Lost) | None => (404, "NOT_FOUND"),
        Some(_) => (400, "ALREADY_COMPLETED"),
    };
    Ok(Served::under(Answer::json(status, json!({ "status": word })), &task.faults, &[Phase::Cancel]))
}
