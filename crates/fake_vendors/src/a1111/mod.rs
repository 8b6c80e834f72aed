//! AUTOMATIC1111 and Forge: generations that block, progress beside them, upscaling, discovery. A name and password
//! are optional; when they come they must be right.

mod generate;
mod progress;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::answer::{Answer, Denial, Kind, Served, Trouble};
use crate::call::Call;
use crate::shop::Shop;

const MODEL: &str = "dreamshaper_8.safetensors [879db523c3]";
const SAMPLERS: [&str; 5] = ["Euler", "Euler a", "DPM++ 2M", "DPM++ SDE", "DDIM"];
const SCHEDULERS: [&str; 4] = ["automatic", "uniform", "karras", "exponential"];
const UPSCALERS: [&str; 4] = ["None", "Lanczos", "R-ESRGAN 4x+", "ESRGAN_4x"];

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    authenticate(shop, call)?;
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("POST", ["sdapi", "v1", "txt2img"]) => generate::answer(shop, call, false),
        ("POST", ["sdapi", "v1", "img2img"]) => generate::answer(shop, call, true),
        ("POST", ["sdapi", "v1", "extra-single-image"]) => generate::upscale(shop, call),
        ("GET", ["sdapi", "v1", "progress"]) => Ok(Served::plain(Answer::ok(progress::overall(shop)))),
        ("POST", ["internal", "progress"]) => progress::of_task(shop, call),
        ("GET", ["internal", "pending-tasks"]) => Ok(Served::plain(Answer::ok(json!({ "size": 0, "tasks": [] })))),
        ("POST", ["sdapi", "v1", "interrupt" | "skip"]) => {
            progress::interrupt(shop);
            Ok(Served::plain(Answer::ok(json!({}))))
        }
        ("POST", ["sdapi", "v1", "options"]) => Err(Denial::wrong(Kind::Invalid, "options are process-wide: use override_settings")),
        ("GET", ["sdapi", "v1", name]) => discover(name).ok_or_else(|| no_route(method, call)),
        _ => Err(no_route(method, call)),
    }
}

fn no_route(method: &str, call: &Call) -> Denial {
    Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))
}

fn discover(name: &str) -> Option<Served> {
    let value = match name {
        "options" => json!({ "sd_model_checkpoint": MODEL, "samples_format": "png" }),
        "sd-models" => {
            json!([{ "title": MODEL, "model_name": "dreamshaper_8", "hash": "879db523c3", "filename": "dreamshaper_8.safetensors" }])
        }
        "samplers" => json!(SAMPLERS.map(|name| json!({ "name": name, "aliases": [], "options": {} }))),
        "schedulers" => json!(SCHEDULERS.map(|name| json!({ "name": name, "label": name }))),
        "upscalers" => json!(UPSCALERS.map(|name| json!({ "name": name, "scale": 4 }))),
        "loras" | "embeddings" | "sd-vae" | "sd-modules" | "prompt-styles" | "latent-upscale-modes" => json!([]),
        "memory" => json!({ "ram": {}, "cuda": {} }),
        "cmd-flags" => json!({ "api": true }),
        _ => return None,
    };
    Some(Served::plain(Answer::ok(value)))
}

/// HTTP Basic with any name and the key as password, or the key as `user:password`.
fn authenticate(shop: &Shop, call: &Call) -> Result<(), Denial> {
    let Some(header) = call.header("authorization") else { return Ok(()) };
    let decoded =
        header.strip_prefix("Basic ").and_then(|encoded| STANDARD.decode(encoded).ok()).and_then(|bytes| String::from_utf8(bytes).ok());
    let given = decoded.ok_or_else(|| Denial::wrong(Kind::Unauthorized, "the header authorization is not HTTP Basic"))?;
    let password = given.split_once(':').map(|(_, password)| password);
    if given == shop.key() || password == Some(shop.key()) {
        return Ok(());
    }
    Err(Denial::no(Kind::Unauthorized, "Incorrect username or password"))
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    match trouble.kind {
        Kind::Unauthorized => Answer::json(401, json!({ "detail": trouble.message })).header("www-authenticate", "Basic"),
        Kind::Invalid => {
            let loc = ["body", trouble.param.as_deref().unwrap_or("body")];
            Answer::json(422, json!({ "detail": [{ "loc": loc, "msg": trouble.message, "type": "value_error" }] }))
        }
        Kind::Server(500) => {
            Answer::json(500, json!({ "error": "OutOfMemoryError", "detail": "", "body": "", "errors": "CUDA out of memory" }))
        }
        _ => Answer::json(trouble.status(), json!({ "error": "HTTPException", "detail": trouble.message, "body": "", "errors": "" })),
    }
}
