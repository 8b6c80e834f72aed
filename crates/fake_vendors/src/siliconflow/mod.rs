//! SiliconFlow: one path, `image_size` instead of `size`.

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Kind, SYNC, Served, Trouble};
use crate::call::Call;
use crate::check::{self, Fields, size};
use crate::fault::{Fault, Phase};
use crate::picture::{Facts, Format, Order};
use crate::shop::{Shop, now};

const KOLORS: &str = "Kwai-Kolors/Kolors";
const KOLORS_SIZES: [&str; 5] = ["1024x1024", "960x1280", "768x1024", "720x1440", "720x1280"];
const QWEN: &str = "Qwen/Qwen-Image";
const QWEN_SIZES: [&str; 7] = ["1328x1328", "1664x928", "928x1664", "1472x1140", "1140x1472", "1584x1056", "1056x1584"];
const EDITS: [&str; 2] = ["Qwen/Qwen-Image-Edit-2509", "Qwen/Qwen-Image-Edit"];

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    check::authorization(call, "Bearer", shop.key())?;
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("POST", ["v1", "images", "generations"]) => generate(shop, call),
        ("GET", ["v1", "models"]) => {
            let ids = [KOLORS, QWEN, EDITS[0], EDITS[1]];
            Ok(Served::plain(Answer::ok(json!({ "object": "list", "data": ids.map(|id| json!({ "id": id, "object": "model" })) }))))
        }
        ("GET", ["v1", "user", "info"]) => {
            Ok(Served::plain(Answer::ok(json!({ "code": 20000, "message": "OK", "status": true, "data": { "balance": "88.00" } }))))
        }
        _ => Err(Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let (status, code) = match trouble.kind {
        Kind::Invalid | Kind::TooLarge => (400, 20_012),
        Kind::NotFound => (404, 20_404),
        // The vendor answers a bad key with a bare string.
        Kind::Unauthorized => return Answer::json(401, json!(trouble.message)),
        Kind::Forbidden | Kind::Billing => (403, 30_001),
        Kind::PaymentRequired => (402, 30_001),
        Kind::RateLimited | Kind::Quota => (429, 50_603),
        Kind::Policy => (400, 20_015),
        Kind::Server(status) => (status, 50_500),
    };
    Answer::json(status, json!({ "code": code, "message": trouble.message, "data": null }))
}

fn generate(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&[
        "model",
        "prompt",
        "negative_prompt",
        "image_size",
        "batch_size",
        "seed",
        "num_inference_steps",
        "guidance_scale",
        "cfg",
        "image",
        "image2",
        "image3",
    ])?;
    let model = fields.required("model", 100)?;
    let prompt = fields.required("prompt", 20_000)?;
    fields.text("negative_prompt", 20_000)?;
    fields.int("num_inference_steps", 1, 100)?;
    fields.number("guidance_scale", 0.0, 20.0)?;
    fields.number("cfg", 0.1, 20.0)?;
    let seed = fields.int("seed", 0, 9_999_999_999)?.unwrap_or(123).unsigned_abs();
    let count = fields.int("batch_size", 1, 4)?.unwrap_or(1).unsigned_abs();
    for name in ["batch_size", "guidance_scale"] {
        if model != KOLORS && fields.has(name) {
            return Err(Denial::field(name, "is only for Kolors"));
        }
    }
    let wanted = wanted(&fields, model)?;
    let faults = shop.faults(prompt);
    shop.gate(call, prompt, &faults, Phase::Submit)?;
    shop.refuse(&faults)?;
    if faults.has(Fault::Refusal200) {
        let refused = Trouble::new(Kind::Policy, "The generated content was blocked.");
        return Ok(Served::under(Answer { status: 200, ..error(&refused) }, &faults, SYNC));
    }
    let orders = (0..count).map(|index| Order::new(prompt, seed + index, wanted, Format::Png));
    let items: Vec<Value> = orders.enumerate().map(|(index, order)| json!({ "url": shop.publish(order, &faults, index) })).collect();
    let body = json!({ "images": items, "timings": { "inference": 1.9 }, "seed": seed, "created": now() });
    Ok(Served::under(Answer::ok(body).header("x-siliconcloud-trace-id", "ti_fake"), &faults, SYNC).items("/images"))
}

fn wanted(fields: &Fields<'_>, model: &str) -> Result<(u32, u32), Denial> {
    let image = fields.picture("image", false)?;
    let more = [fields.picture("image2", false)?, fields.picture("image3", false)?];
    if EDITS.contains(&model) {
        if fields.has("image_size") {
            return Err(Denial::field("image_size", "is not for this model"));
        }
        if !fields.has("image") || (model == EDITS[1] && more.iter().any(Option::is_some)) {
            return Err(Denial::field("image", "one is required; several only by 2509"));
        }
        return Ok(image.as_ref().map_or((1328, 1328), Facts::size));
    }
    let sizes: &[&str] = match model {
        KOLORS => &KOLORS_SIZES,
        QWEN => &QWEN_SIZES,
        _ => return Err(Denial::no(Kind::NotFound, "Model does not exist. Please check it carefully.")),
    };
    if fields.has("image") && model == QWEN {
        return Err(Denial::field("image", "is only for edit models"));
    }
    let text = fields.one_of("image_size", sizes)?.ok_or_else(|| Denial::field("image_size", "is required"))?;
    size(text, 'x').ok_or_else(|| Denial::field("image_size", "is no size"))
}
