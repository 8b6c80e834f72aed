//! Zhipu: pictures at once, and `glm-image` by task.

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, END, Kind, POLL, SUBMIT, SYNC, Served, Trouble};
use crate::call::Call;
use crate::check::{self, Fields, size};
use crate::fault::{Fault, Phase};
use crate::picture::{Format, Order};
use crate::shop::{Shop, now};
use crate::tasks::{Stage, Task};

const MODELS: [&str; 4] = ["glm-image", "cogview-4-250304", "cogview-4", "cogview-3-flash"];

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    check::authorization(call, "Bearer", shop.key())?;
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("POST", ["api", "paas", "v4", "images", "generations"]) => generate(shop, call, false),
        ("POST", ["api", "paas", "v4", "async", "images", "generations"]) => generate(shop, call, true),
        ("GET", ["api", "paas", "v4", "async-result", id]) => poll(shop, call, id),
        // Of the chat API at the same address; clients of 2026 test keys with it.
        ("GET", ["api", "paas", "v4", "models"]) => {
            let models = MODELS.map(|id| json!({ "id": id, "object": "model" }));
            Ok(Served::plain(Answer::ok(json!({ "object": "list", "data": models }))))
        }
        _ => Err(Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let (status, code) = match trouble.kind {
        Kind::Invalid | Kind::TooLarge => (400, "1214"),
        Kind::NotFound => (400, "1211"),
        Kind::Unauthorized => (401, "1002"),
        Kind::Forbidden => (403, "1220"),
        Kind::PaymentRequired => (402, "1113"),
        Kind::Billing | Kind::Quota => (429, "1113"),
        Kind::RateLimited => (429, "1302"),
        Kind::Policy => (400, "1301"),
        Kind::Server(status) => (status, "500"),
    };
    Answer::json(status, json!({ "error": { "code": code, "message": trouble.message } }))
}

fn generate(shop: &Shop, call: &Call, by_task: bool) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&["model", "prompt", "size", "quality", "watermark_enabled", "user_id", "request_id"])?;
    let model = fields.required("model", 100)?;
    if !MODELS.contains(&model) {
        return Err(Denial::no(Kind::NotFound, format!("模型不存在: {model}")));
    }
    let glm = model == "glm-image";
    if by_task && !glm {
        return Err(Denial::field("model", "only glm-image is asynchronous"));
    }
    let prompt = fields.required("prompt", 20_000)?;
    fields.one_of("quality", if glm { &["hd"] } else { &["hd", "standard"] })?;
    fields.bool("watermark_enabled")?;
    let user = fields.text("user_id", 128)?;
    if user.is_some_and(|user| user.len() < 6) {
        return Err(Denial::field("user_id", "has 6 to 128 characters"));
    }
    let order = Order::new(prompt, 0, wanted(fields.text("size", 20)?, glm)?, Format::Png);
    let faults = shop.faults(prompt);
    shop.gate(call, prompt, &faults, Phase::Submit)?;
    shop.refuse(&faults)?;
    let request_id = fields.text("request_id", 100)?.map_or_else(|| shop.house.id(20), str::to_owned);
    if by_task {
        let id = shop.house.id(24);
        let mut task = Task::new(shop, id.clone(), prompt, &faults, vec![order]).linked(shop);
        task.detail = json!({ "model": model, "request_id": request_id });
        shop.open(task);
        let body = json!({ "id": id, "model": model, "request_id": request_id, "task_status": "PROCESSING" });
        return Ok(Served::under(Answer::ok(body), &faults, SUBMIT));
    }
    if faults.has(Fault::Refusal200) {
        let body = json!({ "created": now(), "data": [], "content_filter": [{ "role": "assistant", "level": 0 }] });
        return Ok(Served::under(Answer::ok(body), &faults, SYNC));
    }
    let items: Value = json!([{ "url": shop.publish(order, &faults, 0) }]);
    let body = json!({ "created": now(), "id": request_id, "data": items, "content_filter": [{ "role": "assistant", "level": 3 }] });
    Ok(Served::under(Answer::ok(body), &faults, SYNC).items("/data"))
}

fn wanted(text: Option<&str>, glm: bool) -> Result<(u32, u32), Denial> {
    let Some(text) = text else { return Ok(if glm { (1280, 1280) } else { (1024, 1024) }) };
    let (width, height) = size(text, 'x').ok_or_else(|| Denial::field("size", format!("{text:?} is no size")))?;
    let (least, step, most_pixels) = if glm { (1024, 32, 1 << 22) } else { (512, 16, 1 << 21) };
    let side = |side: u32| (least..=2048).contains(&side) && side.is_multiple_of(step);
    if !side(width) || !side(height) || u64::from(width) * u64::from(height) > most_pixels {
        return Err(Denial::field("size", format!("{text} is outside the limits of the model")));
    }
    Ok((width, height))
}

fn poll(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    let (task, stage) = shop.ask(id).ok_or_else(|| Denial::wrong(Kind::NotFound, "任务不存在"))?;
    shop.gate(call, &task.prompt, &task.faults, Phase::Poll)?;
    let word = match stage {
        Stage::Lost => return Err(Denial::no(Kind::NotFound, "任务不存在")),
        Stage::Queued | Stage::Running | Stage::Cancelled => "PROCESSING",
        Stage::Done => "SUCCESS",
        Stage::Failed | Stage::Refused => "FAIL",
        Stage::Strange => "SLEEPING",
    };
    let mut body = json!({ "id": id, "model": task.detail["model"], "request_id": task.detail["request_id"], "task_status": word });
    if stage == Stage::Done {
        body["image_result"] = task.links.iter().map(|link| json!({ "url": link })).collect();
    }
    if stage == Stage::Refused {
        body["content_filter"] = json!([{ "role": "assistant", "level": 0 }]);
        body["error"] = json!({ "code": "1301", "message": "系统检测到输入或生成内容可能包含不安全或敏感内容" });
    }
    let phases = if stage == Stage::Done { END } else { POLL };
    Ok(Served::under(Answer::ok(body), &task.faults, phases).items("/image_result"))
}
