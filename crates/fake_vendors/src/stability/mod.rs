//! Stability AI: v2beta forms, results of asynchronous operations, balance.

mod fields;
mod operations;
mod produce;

use serde_json::json;

use crate::answer::{Answer, Denial, Kind, Served, Trouble};
use crate::call::Call;
use crate::check;
use crate::shop::Shop;

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    check::authorization(call, "Bearer", shop.key())?;
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("POST", ["v2beta", "stable-image", group, name]) => {
            let operation = operations::named(group, name).ok_or_else(|| no_route(method, call))?;
            produce::answer(shop, call, operation)
        }
        ("GET", ["v2beta", "results", id]) => produce::result(shop, call, id),
        ("GET", ["v2beta", "stable-image", "upscale", "creative", "result", id]) => produce::result(shop, call, id),
        ("GET", ["v1", "user", "balance"]) => {
            let faults = shop.faults("");
            shop.gate(call, "balance", &faults, crate::fault::Phase::Submit)?;
            Ok(Served::plain(Answer::ok(json!({ "credits": 1234.5 }))))
        }
        ("GET", ["v1", "user", "account"]) => {
            Ok(Served::plain(Answer::ok(json!({ "id": "user-1", "email": "fake@example.com", "organizations": [] }))))
        }
        ("GET", ["v1", "engines", "list"]) => {
            let engine = json!({ "id": "stable-diffusion-xl-1024-v1-0", "name": "SDXL", "description": "", "type": "PICTURE" });
            Ok(Served::plain(Answer::ok(json!([engine]))))
        }
        _ => Err(no_route(method, call)),
    }
}

fn no_route(method: &str, call: &Call) -> Denial {
    Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let (status, name) = match trouble.kind {
        Kind::Invalid => (400, "bad_request"),
        Kind::NotFound => (404, "not_found"),
        Kind::Unauthorized => (401, "unauthorized"),
        Kind::Forbidden => (403, "permission_denied"),
        Kind::PaymentRequired | Kind::Billing => (402, "payment_required"),
        Kind::RateLimited | Kind::Quota => (429, "rate_limit_exceeded"),
        Kind::TooLarge => (413, "payload_too_large"),
        Kind::Policy => (403, "content_moderation"),
        Kind::Server(status) => (status, "internal_error"),
    };
    Answer::json(status, json!({ "id": "a1b2c3d4e5f60718293a4b5c6d7e8f90", "name": name, "errors": [trouble.message] }))
}
