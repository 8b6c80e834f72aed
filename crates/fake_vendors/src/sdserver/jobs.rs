//! The native jobs of sd-server.

use serde_json::{Value, json};

use super::checked_prompt;
use crate::answer::{Answer, Denial, END, Kind, POLL, SUBMIT, Served};
use crate::call::Call;
use crate::check::Fields;
use crate::fault::Phase;
use crate::picture::{Format, Order};
use crate::shop::{Shop, now};
use crate::tasks::{Stage, State, Task};

const FIELDS: [&str; 21] = [
    "prompt",
    "negative_prompt",
    "width",
    "height",
    "seed",
    "batch_count",
    "strength",
    "clip_skip",
    "init_image",
    "ref_images",
    "mask_image",
    "control_image",
    "ip_adapter_image",
    "control_strength",
    "sample_params",
    "lora",
    "hires",
    "vae_tiling_params",
    "output_format",
    "output_compression",
    "auto_resize_ref_image",
];

pub(super) fn route(shop: &Shop, call: &Call, method: &str, path: &[&str]) -> Result<Served, Denial> {
    match (method, path) {
        ("GET", ["capabilities"]) => Ok(Served::plain(Answer::ok(capabilities()))),
        ("POST", ["img_gen"]) => submit(shop, call),
        ("GET", ["jobs", id]) => poll(shop, call, id),
        ("POST", ["jobs", id, "cancel"]) => cancel(shop, id),
        _ => Err(Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))),
    }
}

fn capabilities() -> Value {
    json!({
        "model": "sd-cpp-local",
        "supported_modes": ["img_gen"],
        "defaults_by_mode": { "img_gen": { "width": 512, "height": 512, "sample_steps": 20 } },
        "features_by_mode": { "img_gen": {
            "init_image": true, "mask_image": true, "ref_images": true, "lora": true, "hires": true,
            "cancel_queued": true, "cancel_generating": false,
        } },
        "samplers": ["euler", "euler_a"],
        "schedulers": ["discrete", "karras"],
        "upscalers": [],
        "loras": [],
        "limits": { "min_width": 64, "max_width": 4096, "min_height": 64, "max_height": 4096, "max_batch_count": 8, "max_queue_size": 64 },
    })
}

fn submit(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&FIELDS)?;
    let prompt = checked_prompt(&fields)?;
    let side = |name| fields.int(name, 64, 4096).map(|side| u32::try_from(side.unwrap_or(512)).unwrap_or(512));
    let wanted = (side("width")?, side("height")?);
    let seed = fields.int("seed", -1, i64::from(u32::MAX))?.unwrap_or(-1).unsigned_abs();
    let count = fields.int("batch_count", 1, 8)?.unwrap_or(1).unsigned_abs();
    fields.number("strength", 0.0, 1.0)?;
    let image = fields.picture("init_image", true)?;
    let mask = fields.picture("mask_image", true)?;
    if let (Some(image), Some(mask)) = (&image, &mask)
        && image.size() != mask.size()
    {
        return Err(Denial::field("mask_image", "its size is not that of the image"));
    }
    let format = fields.one_of("output_format", &["png", "jpeg", "webp"])?.unwrap_or("png");
    let faults = shop.faults(prompt);
    shop.gate(call, prompt, &faults, Phase::Submit)?;
    let kind = Format::named(format).unwrap_or(Format::Png);
    let orders = (0..count).map(|index| Order::new(prompt, seed + index, wanted, kind)).collect();
    let id = shop.house.id(16);
    let mut task = Task::new(shop, id.clone(), prompt, &faults, orders);
    task.detail = json!({ "created": now(), "output_format": format });
    shop.open(task);
    let body = json!({ "id": id, "kind": "img_gen", "status": "queued", "created": now(), "poll_url": format!("/sdcpp/v1/jobs/{id}") });
    Ok(Served::under(Answer::json(202, body), &faults, SUBMIT))
}

fn poll(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    let (task, stage) = shop.ask(id).ok_or_else(|| Denial::wrong(Kind::NotFound, "job not found"))?;
    shop.gate(call, &task.prompt, &task.faults, Phase::Poll)?;
    let status = match stage {
        Stage::Lost => return Err(Denial::no(Kind::Server(410), "job expired")),
        Stage::Queued => "queued",
        Stage::Running => "generating",
        Stage::Done | Stage::Refused => "completed",
        Stage::Failed => "failed",
        Stage::Cancelled => "cancelled",
        Stage::Strange => "pondering",
    };
    let mut body = json!({
        "id": id, "kind": "img_gen", "status": status, "created": task.detail["created"], "started": now(), "completed": null,
        "queue_position": 0, "result": null, "error": null,
    });
    if stage == Stage::Failed {
        body["error"] = json!({ "code": "generation_failed", "message": "ggml: out of memory" });
    }
    if status != "completed" {
        return Ok(Served::under(Answer::ok(body), &task.faults, POLL));
    }
    let images: Vec<Value> = task
        .orders
        .iter()
        .enumerate()
        .map(|(index, order)| {
            let mut item = shop.item(order.clone(), &task.faults, index, false);
            item["index"] = index.into();
            item
        })
        .collect();
    body["completed"] = now().into();
    body["result"] = json!({ "output_format": task.detail["output_format"], "images": images });
    Ok(Served::under(Answer::ok(body), &task.faults, END).items("/result/images"))
}

/// Only what waits can be taken back.
fn cancel(shop: &Shop, id: &str) -> Result<Served, Denial> {
    let (task, stage) = shop.look(id).ok_or_else(|| Denial::wrong(Kind::NotFound, "job not found"))?;
    if task.polls > 0 && stage == Stage::Running {
        return Err(Denial::no(Kind::Server(409), "job is generating and cannot be cancelled"));
    }
    shop.end(id, State::Cancelled);
    Ok(Served::plain(Answer::ok(json!({ "id": id, "kind": "img_gen", "status": "cancelled" }))))
}
