//! fal: queue, status, result, cancel, the key set for its webhooks.

mod queue;
mod webhook;

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Kind, Served, Trouble};
use crate::call::Call;
use crate::check;
use crate::shop::Shop;

pub(crate) use webhook::seal;

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let (method, path) = call.route();
    if let ("GET", [".well-known", "jwks.json"]) = (method, path.as_slice()) {
        return Ok(Served::plain(Answer::ok(webhook::key_set())));
    }
    check::authorization(call, "Key", shop.key())?;
    match (method, path.as_slice()) {
        ("GET", [_, _, "requests", id, "status"]) => queue::status(shop, call, id),
        ("GET", [_, _, "requests", id]) => queue::result(shop, call, id),
        ("PUT", [_, _, "requests", id, "cancel"]) => queue::cancel(shop, call, id),
        (_, path) if path.contains(&"requests") => {
            Err(Denial::wrong(Kind::NotFound, format!("{method} {}: use the addresses of the submit answer", call.path)))
        }
        ("POST", [owner, app, ..]) if !owner.is_empty() && !app.is_empty() => queue::submit(shop, call, &format!("{owner}/{app}")),
        _ => Err(Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let infrastructure = |status: u16, kind: &'static str| {
        Answer::json(status, json!({ "detail": trouble.message, "error_type": kind })).header("x-fal-error-type", kind)
    };
    match trouble.kind {
        Kind::Invalid => model_error(trouble.param.as_deref().unwrap_or("body"), &trouble.message, "value_error"),
        Kind::Policy => model_error("prompt", &trouble.message, "content_policy_violation"),
        Kind::Server(504) => infrastructure(504, "request_timeout"),
        Kind::Server(503) => infrastructure(503, "runner_scheduling_failure"),
        // The runner is not to blame for a request that its owner took back.
        Kind::Server(499) => Answer::json(499, json!({ "detail": trouble.message })),
        Kind::Server(status) => infrastructure(status, "runner_server_error"),
        Kind::Billing => Answer::json(403, json!({ "detail": "User is locked. Reason: Exhausted balance." })),
        _ => Answer::json(trouble.status(), json!({ "detail": trouble.message })),
    }
}

fn model_error(field: &str, message: &str, kind: &str) -> Answer {
    let url = format!("https://docs.fal.ai/errors/#{kind}");
    let one = json!({ "loc": ["body", field], "msg": message, "type": kind, "url": url, "ctx": {}, "input": Value::Null });
    Answer::json(422, json!({ "detail": [one] })).header("x-fal-retryable", "false")
}
