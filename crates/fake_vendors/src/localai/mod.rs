//! LocalAI: generations (with or without `/v1`), inpainting, upscale, models, and the pictures it made. A key is optional.

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Kind, SYNC, Served, Trouble};
use crate::call::{Call, picture_part};
use crate::cdn;
use crate::check::{self, Fields, size};
use crate::fault::Phase;
use crate::picture::{Format, Order};
use crate::shop::{Shop, now};

const MODELS: [&str; 3] = ["stablediffusion", "flux.1-dev", "sd-3.5-medium"];

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    if call.header("authorization").is_some() {
        check::authorization(call, "Bearer", shop.key())?;
    }
    let (method, path) = call.route();
    let path: Vec<&str> = path.into_iter().skip_while(|part| *part == "v1").collect();
    match (method, path.as_slice()) {
        ("POST", ["images", "generations"]) => generate(shop, call),
        ("POST", ["images", "inpainting"]) => inpaint(shop, call),
        ("POST", ["images", "upscale"]) => upscale(shop, call),
        ("GET", ["generated-images", name]) => cdn::file(shop, call, name),
        ("GET", ["models"]) => {
            let models = MODELS.map(|id| json!({ "id": id, "object": "model" }));
            Ok(Served::plain(Answer::ok(json!({ "object": "list", "data": models }))))
        }
        _ => Err(Denial::wrong(Kind::NotFound, format!("Cannot {method} {}", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let status = trouble.status();
    let answer = Answer::json(status, json!({ "error": { "code": status, "message": trouble.message, "type": "" } }));
    // A model that is being loaded.
    if status == 503 { answer.header("retry-after", "1") } else { answer }
}

fn generate(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&["model", "prompt", "n", "size", "step", "file", "files", "ref_images", "response_format", "quality", "user"])?;
    let model = fields.required("model", 200)?;
    let prompt = fields.required("prompt", 100_000)?;
    if !MODELS.contains(&model) {
        return Err(Denial::no(Kind::NotFound, format!("could not load model {model}")));
    }
    let count = fields.int("n", 1, 10)?.unwrap_or(1).unsigned_abs();
    fields.int("step", 1, 150)?;
    fields.picture("file", true)?;
    let format = fields.one_of("response_format", &["url", "b64_json"])?.unwrap_or("url");
    let wanted = fields.text("size", 20)?.and_then(|text| size(text, 'x')).unwrap_or((512, 512));
    let orders = (0..count).map(|index| Order::new(prompt, index, wanted, Format::Png)).collect();
    answer(shop, call, prompt, orders, format == "url")
}

fn inpaint(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let parts = call.parts()?;
    let fields = Fields::of_form(parts)?;
    fields.only(&["model", "prompt", "steps"])?;
    fields.required("model", 200)?;
    fields.int("steps", 1, 150)?;
    let prompt = fields.required("prompt", 100_000)?;
    let file = |name: &str| {
        let part = parts.iter().find(|part| part.name == name).ok_or_else(|| Denial::field(name, "is required"))?;
        picture_part(part)
    };
    let (image, mask) = (file("image")?, file("mask")?);
    if image.size() != mask.size() {
        return Err(Denial::field("mask", "its size is not that of the image"));
    }
    answer(shop, call, prompt, vec![Order::new(prompt, 0, image.size(), Format::Png)], true)
}

fn upscale(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let parts = call.parts()?;
    let fields = Fields::of_form(parts)?;
    fields.only(&["model", "scale"])?;
    fields.required("model", 200)?;
    let scale = match fields.int("scale", 2, 4)? {
        Some(3) => return Err(Denial::field("scale", "must be 2 or 4")),
        other => u32::try_from(other.unwrap_or(2)).unwrap_or(2),
    };
    let part = parts.iter().find(|part| part.name == "image").ok_or_else(|| Denial::field("image", "is required"))?;
    let (width, height) = picture_part(part)?.size();
    answer(shop, call, "upscale", vec![Order::new("upscale", 0, (width * scale, height * scale), Format::Png)], true)
}

fn answer(shop: &Shop, call: &Call, prompt: &str, orders: Vec<Order>, as_link: bool) -> Result<Served, Denial> {
    let faults = shop.faults(prompt);
    shop.gate(call, prompt, &faults, Phase::Submit)?;
    let items: Vec<Value> = orders.into_iter().enumerate().map(|(index, order)| shop.item(order, &faults, index, as_link)).collect();
    let usage = json!({ "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0 });
    let body = json!({ "created": now(), "id": shop.house.id(16), "data": items, "usage": usage });
    Ok(Served::under(Answer::ok(body), &faults, SYNC).items("/data"))
}
