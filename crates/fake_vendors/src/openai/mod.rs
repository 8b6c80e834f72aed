//! OpenAI Images API: generations, edits in both encodings, streams, usage, models, and the small neighbours that a
//! product may use with the same key (moderations, chat completions).

mod chat;
mod edit;
mod fields;
mod neighbours;
mod produce;

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Kind, Served, Trouble};
use crate::call::Call;
use crate::check;
use crate::shop::Shop;

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    check::authorization(call, "Bearer", shop.key())?;
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("POST", ["v1", "images", "generations"]) => {
            let fields = check::Fields::of(call.object()?);
            fields::generation(&fields)?;
            produce::answer(shop, call, &fields, "image_generation")
        }
        ("POST", ["v1", "images", "edits"]) => edit::answer(shop, call),
        ("POST", ["v1", "images", "variations"]) => Err(Denial::wrong(Kind::NotFound, "variations no longer accepts requests")),
        ("POST", ["v1", "moderations"]) => neighbours::moderate(call),
        ("POST", ["v1", "chat", "completions"]) => chat::answer(shop, call),
        ("GET", ["v1", "models"]) => Ok(Served::plain(Answer::ok(models()))),
        ("GET", ["v1", "models", id]) => match fields::Model::named(id) {
            Some(_) => Ok(Served::plain(Answer::ok(model(id)))),
            None => Err(no_such_model(id)),
        },
        _ => Err(Denial::wrong(Kind::NotFound, format!("Invalid URL ({method} {})", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let (status, kind, code) = match trouble.kind {
        Kind::Invalid => (400, "invalid_request_error", Value::Null),
        Kind::TooLarge => (413, "invalid_request_error", json!("image_too_large")),
        Kind::NotFound => (404, "invalid_request_error", json!("model_not_found")),
        Kind::Unauthorized => (401, "invalid_request_error", json!("invalid_api_key")),
        Kind::Forbidden => (403, "invalid_request_error", json!("unsupported_country_region_territory")),
        Kind::PaymentRequired => (402, "insufficient_quota", json!("insufficient_quota")),
        Kind::Billing => (429, "insufficient_quota", json!("credit_balance_exhausted")),
        Kind::Quota => (429, "insufficient_quota", json!("insufficient_quota")),
        Kind::RateLimited => (429, "requests", json!("rate_limit_exceeded")),
        Kind::Policy => (400, "image_generation_user_error", json!("moderation_blocked")),
        Kind::Server(503) => (503, "server_error", json!("server_is_overloaded")),
        Kind::Server(status) => (status, "server_error", Value::Null),
    };
    let body = json!({ "error": { "message": trouble.message, "type": kind, "param": trouble.param, "code": code } });
    Answer::json(status, body)
}

fn no_such_model(id: &str) -> Denial {
    Denial::no(Kind::NotFound, format!("The model '{id}' does not exist or you do not have access to it."))
}

fn models() -> Value {
    json!({ "object": "list", "data": fields::MODELS.iter().map(|(id, _)| model(id)).collect::<Vec<_>>() })
}

fn model(id: &str) -> Value {
    json!({ "id": id, "object": "model", "created": 1_790_000_000, "owned_by": "system" })
}
