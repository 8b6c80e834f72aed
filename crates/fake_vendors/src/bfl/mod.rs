//! Black Forest Labs: submit by model, polling on a sibling host, credits, signed webhooks.

mod models;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::answer::{Answer, Denial, END, Kind, POLL, SYNC, Served, Trouble};
use crate::call::Call;
use crate::check::{self, Fields};
use crate::fault::{Fault, Phase};
use crate::hooks::{Letter, News, Sealed, Signing};
use crate::shop::{Shop, now};
use crate::tasks::{Stage, Task};

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    check::header_key(call, "x-key", "", shop.key())?;
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("GET", ["v1", "get_result"]) => poll(shop, call),
        ("GET", ["v1", "credits"]) => Ok(Served::plain(Answer::ok(json!({ "credits": 987.5 })))),
        ("POST", ["v1", model]) => submit(shop, call, model),
        _ => Err(Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let detail = match (&trouble.kind, &trouble.param) {
        (Kind::Invalid, Some(param)) => json!([{ "loc": ["body", param], "msg": trouble.message, "type": "value_error" }]),
        (Kind::Unauthorized, _) => json!(format!("Not authenticated - {}", trouble.message)),
        _ => json!(trouble.message),
    };
    let status = if trouble.kind == Kind::Invalid { 422 } else { trouble.status() };
    Answer::json(status, json!({ "detail": detail }))
}

fn submit(shop: &Shop, call: &Call, model: &str) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    let wish = models::read(model, &fields)?;
    let faults = shop.faults(&wish.order.prompt);
    shop.gate(call, &wish.order.prompt, &faults, Phase::Submit)?;
    let id = shop.house.id(32);
    let prompt = wish.order.prompt.clone();
    let output_mp = f64::from(wish.order.width) * f64::from(wish.order.height) / 1_000_000.0;
    let mut task = Task::new(shop, id.clone(), &prompt, &faults, vec![wish.order]).linked(shop);
    task.hook = fields.text("webhook_url", 2083)?.map(str::to_owned);
    task.hook_secret = fields.text("webhook_secret", 1000)?.map(str::to_owned);
    shop.open(task.clone());
    shop.announce(&task);
    let polling_url = format!("http://{}/v1/get_result?id={id}", shop.house.addresses.sibling);
    let mut body = json!({ "id": id, "polling_url": polling_url, "cost": wish.cost, "input_mp": wish.input_mp, "output_mp": output_mp });
    if let Some(hook) = &task.hook {
        body["status"] = "Pending".into();
        body["webhook_url"] = hook.clone().into();
    }
    // Only this answer states the cost, so faults of the result reach it too.
    Ok(Served::under(Answer::ok(body), &faults, SYNC))
}

fn poll(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let id = call.query("id").ok_or_else(|| Denial::field("id", "is required"))?;
    let not_found = || Served::plain(Answer::json(404, json!({ "id": id, "status": "Task not found", "result": null })));
    if call.header("host") != Some(&shop.house.addresses.sibling.to_string()) {
        shop.house.recorder.blame(call.number, "the polling address was rebuilt: this host does not know the task");
        return Ok(not_found());
    }
    let Some((task, stage)) = shop.ask(id) else {
        shop.house.recorder.blame(call.number, "no such task");
        return Ok(not_found());
    };
    shop.gate(call, &task.prompt, &task.faults, Phase::Poll)?;
    let (word, phases) = match stage {
        Stage::Lost | Stage::Cancelled => return Ok(not_found()),
        Stage::Queued | Stage::Running => ("Pending", POLL),
        Stage::Strange => ("Contemplating", POLL),
        Stage::Failed => ("Error", POLL),
        Stage::Refused if task.faults.has(Fault::Refusal) => ("Request Moderated", POLL),
        Stage::Refused => ("Content Moderated", POLL),
        Stage::Done => ("Ready", END),
    };
    let progress = if stage == Stage::Done { 1.0 } else { 0.4 };
    let mut body = json!({ "id": id, "status": word, "result": null, "progress": progress, "details": null });
    if stage == Stage::Refused {
        body["details"] = json!({ "Moderation Reasons": ["Derivative Works Filter"] });
    }
    if stage == Stage::Done {
        body["result"] = result(&task);
    }
    Ok(Served::under(Answer::ok(body), &task.faults, phases).items("/result/sample"))
}

fn result(task: &Task) -> Value {
    json!({
        "sample": task.links.first(),
        "prompt": task.prompt,
        "seed": task.orders.first().map(|order| order.seed),
        "start_time": now(),
        "end_time": now(),
        "duration": 1.8,
    })
}

pub(crate) fn seal(_: &Shop, task: &Task, letter: &Letter) -> Sealed {
    let refused = task.faults.has(Fault::Refusal) || task.faults.has(Fault::Refusal200);
    let body = if letter.news == News::Flipped || task.faults.has(Fault::TaskFailed) {
        json!({ "id": task.id, "status": "Error", "error": "internal_error", "message": "failed", "timestamp": letter.timestamp })
    } else if refused {
        json!({ "id": task.id, "status": "Error", "error": "content_policy_violation", "message": "moderated", "timestamp": letter.timestamp })
    } else {
        json!({ "id": task.id, "status": "Ready", "result": result(task), "timestamp": letter.timestamp })
    };
    let body = body.to_string().into_bytes();
    let sign = |key: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        mac.update(&body);
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    };
    let signature = match (letter.signing, &task.hook_secret) {
        (Signing::Right, Some(secret)) => Some(sign(secret.as_bytes())),
        (Signing::Wrong, _) => Some(sign(b"another key")),
        (Signing::EmptyKey, _) => Some(sign(b"")),
        (Signing::Right, None) | (Signing::Missing, _) => None,
    };
    (signature.map(|signature| ("x-bfl-signature", signature)).into_iter().collect(), body)
}
