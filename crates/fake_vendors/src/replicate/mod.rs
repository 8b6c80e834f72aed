//! Replicate: predictions by one call or by model, waiting, cancelling, files, account, signed webhooks.

mod input;
mod prediction;
mod webhook;

use serde_json::json;

use crate::answer::{Answer, Denial, Kind, Served, Trouble};
use crate::call::Call;
use crate::check;
use crate::fault::Phase;
use crate::shop::Shop;

pub(crate) use webhook::{seal, secret as webhook_secret};

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    check::authorization(call, "Bearer", shop.key())?;
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("POST", ["v1", "predictions"]) => prediction::create(shop, call, None),
        ("POST", ["v1", "models", owner, name, "predictions"]) => prediction::create(shop, call, Some(format!("{owner}/{name}"))),
        ("POST", ["v1", "deployments", owner, name, "predictions"]) => prediction::create(shop, call, Some(format!("{owner}/{name}"))),
        ("GET", ["v1", "predictions"]) => Ok(Served::plain(Answer::ok(prediction::list(shop)))),
        ("GET", ["v1", "predictions", id]) => prediction::read(shop, call, id),
        ("POST", ["v1", "predictions", id, "cancel"]) => prediction::cancel(shop, call, id),
        ("GET", ["v1", "models", owner, name]) => Ok(Served::plain(Answer::ok(input::model(owner, name)))),
        ("POST", ["v1", "files"]) => upload(shop, call),
        ("GET", ["v1", "account"]) => {
            Ok(Served::plain(Answer::ok(json!({ "type": "user", "username": "fake", "name": "Fake", "github_url": null }))))
        }
        ("GET", ["v1", "webhooks", "default", "secret"]) => Ok(Served::plain(Answer::ok(json!({ "key": webhook_secret() })))),
        _ => Err(Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let status = match trouble.kind {
        Kind::Invalid | Kind::Policy => 422,
        _ => trouble.status(),
    };
    let title = match status {
        401 => "Unauthenticated",
        402 => "Insufficient credit",
        422 => "Input validation failed",
        429 => "Too many requests",
        _ => "Error",
    };
    let mut body = json!({ "title": title, "detail": trouble.message, "status": status });
    if let (422, Some(param)) = (status, &trouble.param) {
        body["invalid_fields"] = json!([{ "field": param, "description": trouble.message }]);
    }
    Answer::json(status, body)
}

/// An upload of an input: the field is `content`.
fn upload(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let parts = call.parts()?;
    if let Some(other) = parts.iter().find(|part| !["content", "metadata", "filename", "type"].contains(&part.name.as_str())) {
        return Err(Denial::field(&other.name, "is not expected"));
    }
    let content = parts.iter().find(|part| part.name == "content").ok_or_else(|| Denial::field("content", "is required"))?;
    let facts = crate::call::picture_part(content)?;
    let faults = shop.faults("");
    shop.gate(call, "upload", &faults, Phase::Upload)?;
    let id = shop.house.id(22);
    shop.house.uploads.lock().insert(id.clone(), facts.size());
    let body = json!({
        "id": id,
        "name": content.file_name,
        "content_type": facts.mime,
        "size": content.bytes.len(),
        "etag": crate::recorder::sha256(&content.bytes),
        "checksums": { "sha256": crate::recorder::sha256(&content.bytes) },
        "metadata": {},
        "created_at": webhook::stamp(),
        "expires_at": webhook::stamp(),
        "urls": { "get": format!("{}/v1/files/{id}", shop.origin()) },
    });
    Ok(Served::under(Answer::json(201, body), &faults, &[Phase::Upload]))
}
