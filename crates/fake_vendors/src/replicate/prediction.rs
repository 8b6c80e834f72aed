//! Predictions: create, read, list, cancel.

use serde_json::{Value, json};

use super::{input, webhook};
use crate::answer::{Answer, Denial, END, Kind, POLL, SUBMIT, SYNC, Served};
use crate::call::Call;
use crate::check::Fields;
use crate::fault::Phase;
use crate::hooks::News;
use crate::shop::Shop;
use crate::tasks::{Stage, State, Task};

const EVENTS: [&str; 4] = ["start", "output", "logs", "completed"];

/// A new prediction; `model` comes from the path, or from `version` in the body.
pub(super) fn create(shop: &Shop, call: &Call, model: Option<String>) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    let of_path = model.is_some();
    fields.only(if of_path {
        &["input", "webhook", "webhook_events_filter"]
    } else {
        &["version", "input", "webhook", "webhook_events_filter"]
    })?;
    let model = match model {
        Some(model) => model,
        None => checked_version(fields.required("version", 300)?)?,
    };
    let inside = fields.inside("input")?.ok_or_else(|| Denial::field("input", "is required"))?;
    let (prompt, orders) = input::read(&inside)?;
    let hook = checked_hook(&fields)?;
    let wait = waits(call)?;
    let faults = shop.faults(&prompt);
    shop.gate(call, &prompt, &faults, Phase::Submit)?;
    let id = shop.house.id(26);
    let mut task = Task::new(shop, id.clone(), &prompt, &faults, orders).linked(shop);
    task.detail = json!({ "model": model, "input": fields.get("input"), "created_at": webhook::stamp() });
    task.hook = hook;
    shop.open(task.clone());
    shop.announce(&task);
    if wait {
        shop.end(&id, State::Ended);
    }
    let stage = shop.look(&id).map_or(Stage::Queued, |(_, stage)| stage);
    let stage = if wait && stage != Stage::Lost { stage } else { Stage::Queued };
    let ended = matches!(stage, Stage::Done | Stage::Failed | Stage::Refused);
    let status = if wait && !ended { 202 } else { 201 };
    let answer = Answer::json(status, object(shop, &task, stage));
    Ok(Served::under(answer, &faults, if ended { SYNC } else { SUBMIT }).items("/output"))
}

/// `owner/model`, `owner/model:<64 hex>` or `<64 hex>`.
fn checked_version(version: &str) -> Result<String, Denial> {
    let hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let name =
        |text: &str| text.split_once('/').is_some_and(|(owner, model)| !owner.is_empty() && !model.is_empty() && !model.contains('/'));
    let (model, rest) = version.split_once(':').map_or((version, None), |(model, rest)| (model, Some(rest)));
    if hash(version) || (name(model) && rest.is_none_or(hash)) {
        return Ok(model.to_owned());
    }
    Err(Denial::field("version", format!("{version:?} names no model")))
}

fn checked_hook(fields: &Fields<'_>) -> Result<Option<String>, Denial> {
    let hook = fields.text("webhook", 2083)?;
    if hook
        .is_some_and(|hook| !hook.starts_with("https://") && !hook.starts_with("http://127.0.0.1") && !hook.starts_with("http://localhost"))
    {
        return Err(Denial::field("webhook", "must be an HTTPS address"));
    }
    if let Some(filter) = fields.get("webhook_events_filter") {
        let known = |event: &Value| event.as_str().is_some_and(|event| EVENTS.contains(&event));
        if !filter.as_array().is_some_and(|events| events.iter().all(known)) {
            return Err(Denial::field("webhook_events_filter", format!("must be among {EVENTS:?}")));
        }
    }
    Ok(hook.map(str::to_owned))
}

/// `Prefer: wait` or `Prefer: wait=1..60`.
fn waits(call: &Call) -> Result<bool, Denial> {
    let Some(prefer) = call.header("prefer") else { return Ok(false) };
    match prefer.split_once('=') {
        None if prefer == "wait" => Ok(true),
        Some(("wait", seconds)) if seconds.parse().is_ok_and(|seconds: u32| (1..=60).contains(&seconds)) => Ok(true),
        _ => Err(Denial::field("prefer", format!("{prefer:?} is neither wait nor wait=1..60"))),
    }
}

pub(super) fn read(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    let (task, stage) = shop.ask(id).ok_or_else(|| Denial::wrong(Kind::NotFound, "Prediction not found."))?;
    shop.gate(call, &task.prompt, &task.faults, Phase::Poll)?;
    if stage == Stage::Lost {
        return Err(Denial::no(Kind::NotFound, "The requested resource could not be found."));
    }
    let phases = if stage == Stage::Done { END } else { POLL };
    Ok(Served::under(Answer::ok(object(shop, &task, stage)), &task.faults, phases).items("/output"))
}

pub(super) fn cancel(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    let (task, _) = shop.look(id).ok_or_else(|| Denial::wrong(Kind::NotFound, "Prediction not found."))?;
    shop.gate(call, &task.prompt, &task.faults, Phase::Cancel)?;
    shop.end(id, State::Cancelled);
    let (task, stage) = shop.look(id).ok_or_else(|| Denial::wrong(Kind::NotFound, "Prediction not found."))?;
    Ok(Served::under(Answer::ok(object(shop, &task, stage)), &task.faults, &[Phase::Cancel]))
}

pub(super) fn list(shop: &Shop) -> Value {
    let ids: Vec<String> = shop.house.tasks.lock().values().filter(|task| task.vendor == shop.vendor).map(|task| task.id.clone()).collect();
    let results: Vec<Value> = ids.iter().filter_map(|id| shop.look(id)).map(|(task, stage)| object(shop, &task, stage)).collect();
    json!({ "previous": null, "next": null, "results": results })
}

/// What a webhook says of a task.
pub(super) fn told(shop: &Shop, task: &Task, news: News) -> Value {
    let stage = match news {
        News::Started => Stage::Running,
        News::Flipped => Stage::Failed,
        News::Ended => shop.look(&task.id).map(|(_, stage)| stage).filter(|stage| *stage != Stage::Running).unwrap_or(Stage::Done),
    };
    object(shop, task, stage)
}

fn object(shop: &Shop, task: &Task, stage: Stage) -> Value {
    let (status, error) = match stage {
        Stage::Queued | Stage::Lost => ("starting", Value::Null),
        Stage::Running => ("processing", Value::Null),
        Stage::Done => ("succeeded", Value::Null),
        Stage::Failed => ("failed", json!("CUDA out of memory (E8765)")),
        Stage::Refused => ("failed", json!("NSFW content detected. Try running it again, or try a different prompt. (E005)")),
        Stage::Cancelled => ("canceled", Value::Null),
        Stage::Strange => ("daydreaming", Value::Null),
    };
    let base = format!("{}/v1/predictions/{}", shop.origin(), task.id);
    let ended = matches!(stage, Stage::Done | Stage::Failed | Stage::Refused | Stage::Cancelled);
    json!({
        "id": task.id,
        "model": task.detail["model"],
        "version": "hidden",
        "status": status,
        "input": task.detail["input"],
        "output": if stage == Stage::Done { json!(task.links) } else { Value::Null },
        "error": error,
        "logs": if stage == Stage::Queued { "" } else { "  50%|#####     | 2/4\n" },
        "metrics": if ended { json!({ "predict_time": 0.9, "total_time": 1.4 }) } else { json!({}) },
        "data_removed": false,
        "source": "api",
        "deadline": null,
        "created_at": task.detail["created_at"],
        "started_at": if stage == Stage::Queued { Value::Null } else { task.detail["created_at"].clone() },
        "completed_at": if ended { json!(webhook::stamp()) } else { Value::Null },
        "urls": { "get": base, "cancel": format!("{base}/cancel"), "web": format!("https://replicate.com/p/{}", task.id) },
    })
}
